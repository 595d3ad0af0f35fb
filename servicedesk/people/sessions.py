"""Sessions in the database, read with a statement that is composed once."""

import re

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from servicedesk.composed import Composed, instant, text

OUR_KEYS = re.compile(r"[a-z0-9]{32}")


def _living() -> QuerySet[Session]:
    return Session.objects.filter(session_key=text("key"), expire_date__gt=instant("now"))


LIVING = Composed(_living)


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is looked up; a key we never gave is not looked up at all."""

    def _get_session_from_db(self) -> Session | None:
        key = self.session_key or ""
        session = LIVING.first(key=key, now=timezone.now()) if OUR_KEYS.fullmatch(key) else None
        if session is None:
            self._session_key = None
        return session
