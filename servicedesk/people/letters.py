"""What mails about people say."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.people.models import User


def register_kinds() -> None:
    kinds.register(
        kinds.NoticeKind(
            "welcome", "notices/welcome.txt", welcome_context, may_still_be_welcomed, title=_("Welcome to a new person")
        )
    )
    register_account_kinds()
    kinds.register_subjects("person", names)


def names(keys: list[str]) -> dict[str, str]:
    """Name people for the page of undelivered letters."""
    ids = [int(key) for key in keys if key.isdecimal()]
    return {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}


def register_account_kinds() -> None:
    """Make the mails of sign-in known to the outbox."""
    title = _("A link to choose a new password")
    kinds.register(
        kinds.NoticeKind("password_reset", "notices/password_reset.txt", password_reset_context, title=title)
    )


def password_reset_context(notice: Notice) -> dict[str, Any]:
    """Make the link when the mail is written: it is never stored."""
    return {"url": password_link(notice.recipient), "hours": settings.PASSWORD_RESET_TIMEOUT // 3600}


def password_link(person: User) -> str:
    """Return a link that lets whoever holds it set this person's password, until it was used or too old."""
    address = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=address)


def welcome_context(notice: Notice) -> dict[str, Any]:
    """Make the link when the mail is written: it is never stored, and its time to live starts then."""
    return {
        "recipient": notice.recipient,
        "url": password_link(notice.recipient),
        "reset_url": settings.SITE_URL + reverse("account_reset_password"),
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        "site_name": settings.SITE_NAME,
    }


def may_still_be_welcomed() -> Q:
    """Only a person who may sign in and has set no password yet."""
    waiting = User.objects.filter(
        pk=OuterRef("recipient_id"), is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
    return Q(Exists(waiting))
