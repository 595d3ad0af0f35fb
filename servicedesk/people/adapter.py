"""How sign-in behaves here: nobody signs up, and mails go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.notices import actions as notices
from servicedesk.people.models import User

# What each mail of allauth is called here; its words are in templates/notices/ and its link is made when it is written.
MAILS = {"account/email/password_reset_key": "password_reset"}


class DeskAccountAdapter(DefaultAccountAdapter):
    # The library's own remarks, for what it checks itself.
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("You may not sign in any more. Ask an administrator to open your account again."),
        "email_password_mismatch": _(
            "This address and this password do not belong together. Check both and try again, or follow the link under "
            "the password to set a new one."
        ),
        "too_many_login_attempts": _(
            "That was the wrong password too often, so we wait a little. Try again in five minutes, or follow the link "
            "under the password to set a new one."
        ),
        "enter_current_password": _("This is not your password so far. Write it again."),
        "rate_limited": _("That was very often in a short time. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are added by an administrator."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post the mail as a notice, so that it survives whatever the mail server does."""
        if template_prefix not in MAILS:
            raise ImproperlyConfigured(f"No words have been written for allauth's mail “{template_prefix}”.")
        person = User.objects.by_email(email).get()
        notices.post(
            kind=MAILS[template_prefix],
            about=f"person:{person.pk}",
            to=person,
            # Each wish is a mail of its own; allauth's rate limits say how many are taken.
            occasion=timezone.now().isoformat(),
        )
