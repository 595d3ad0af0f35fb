"""Adding people, changing what is known of them, and letting them in."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.exceptions import InvalidInput
from servicedesk.notices import actions as notices
from servicedesk.people.actions import recording
from servicedesk.people.actions.holding import hold_people
from servicedesk.people.actions.serving import refuse_unserved
from servicedesk.people.events import assistants_left, departments_changed
from servicedesk.people.models import Department, User
from servicedesk.people.models.user import UserQuerySet, default_time_zone
from servicedesk.texts import plain_line


@dataclass(frozen=True)
class PersonFacts:
    """What an administrator says about a person."""

    email: str
    name: str
    job_title: str = ""
    department: Department | None = None
    time_zone: str = field(default_factory=default_time_zone)
    is_active: bool = True
    is_administrator: bool = False

    def values(self) -> dict[str, Any]:
        """The facts as the columns hold them."""
        own = {name: getattr(self, name) for name in asdict(self) if name != "department"}
        department_id = self.department.pk if self.department else None
        return own | {
            "email": self.email.strip().lower(),
            "name": plain_line(self.name),
            "department_id": department_id,
        }


@transaction.atomic
def add_person(
    *, facts: PersonFacts, invite: bool = True, invite_at: datetime | None = None, by: User | None = None
) -> User:
    """Add a person; who may sign in gets a mail that lets them set a password."""
    person = User(**facts.values())
    person.set_unusable_password()
    recording.add(person, by=by)
    if invite and person.is_active:
        invite_person(person_id=person.pk, occasion="first", due_at=invite_at)
    return person


@transaction.atomic
def change_person(
    *,
    person_id: int,
    facts: PersonFacts,
    by: User | None = None,
    seen: int | None = None,
    unserved: Collection[int] = (),
    now: datetime | None = None,
) -> User:
    """Change what is known of a person; nobody is ever deleted, for what they asked for stays theirs.

    Raises ChangedMeanwhile when they or their roles were changed after `seen`, LeavesUnserved when they are to leave an
    office that has no other assistant and is not among `unserved`.
    """
    stays = facts.is_administrator and facts.is_active
    # Of two administrators who remove each other at once the second waits here, and then finds no other.
    (person,) = hold_people([person_id])
    recording.require_seen(person, seen)
    if person.is_administrator and person.is_active and not stays:
        _refuse_without_administrator(person, field="is_active" if not facts.is_active else "is_administrator")
    if not facts.is_active:
        refuse_unserved(person, unserved=unserved)
    changed = recording.change(person, facts.values(), by=by, now=now)
    at = now or timezone.now()
    if "department_id" in changed:
        departments_changed.send(User, person_ids=[person.pk], now=at)
    if "is_active" in changed and not person.is_active:
        assistants_left.send(User, office_id=None, person_ids=[person.pk], now=now)
    return person


def _administrators() -> UserQuerySet:
    return User.objects.active().filter(is_administrator=True)


def _refuse_without_administrator(leaving: User, *, field: str) -> None:
    if not _administrators().exclude(pk=leaving.pk).exists():
        raise InvalidInput(last_administrator_sentence(), field=field)


def last_administrator_sentence() -> str:
    return _("This is the last administrator. Make somebody else an administrator first.")


def invite_person(*, person_id: int, occasion: str | None = None, due_at: datetime | None = None) -> None:
    """Mail a person who has no password yet how to set one."""
    person = User.objects.get(pk=person_id)
    if not person.is_active:
        raise InvalidInput(_("This person may not sign in. Let them sign in first, then send the mail."))
    if person.has_usable_password():
        raise InvalidInput(_("This person has a password. They can get a new one under “Forgotten your password?”."))
    # One mail a minute at most, however often the button is pressed.
    occasion = occasion or f"again:{timezone.now():%Y%m%d%H%M}"
    notices.post(kind="welcome", about=person.about, to=person, occasion=occasion, due_at=due_at)
