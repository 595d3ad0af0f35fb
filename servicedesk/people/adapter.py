"""How sign-in behaves here: nobody signs up, and mails go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils import timezone

from servicedesk.notices import actions as notices
from servicedesk.people.models import User

# What each mail of allauth is called here; its words are in templates/notices/ and its link is made when it is written.
MAILS = {"account/email/password_reset_key": "password_reset"}


class DeskAccountAdapter(DefaultAccountAdapter):
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
