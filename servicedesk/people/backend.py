"""Who a session belongs to."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from servicedesk.people.access import read_person
from servicedesk.people.models import User


class DeskBackend(AuthenticationBackend):
    """Signs people in as allauth does, and reads a signed-in person together with their roles."""

    def get_user(self, user_id: Any) -> User | None:
        user = read_person(user_id)
        return user if user and self.user_can_authenticate(user) else None
