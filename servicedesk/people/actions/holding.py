"""Holding rows before they are changed, in the order in which everybody takes them (docs/architecture.md, Locks)."""

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _

from servicedesk.exceptions import ChangedMeanwhile
from servicedesk.locks import CALENDAR_OF, CHANGE_OF_STAFF
from servicedesk.people.models import Office, User


def hold_people(person_ids: Iterable[int]) -> list[User]:
    """Hold these people, by id, until the end of the transaction; call it before anything but an office is held.

    Who leaves gives requests back, which touches the rows of those who asked for them, in no order that could be known
    beforehand: so changes of staff, which are few, come one after another.
    Without the key: what a person does meanwhile refers to their row. Raises ChangedMeanwhile for one who was merged.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [CHANGE_OF_STAFF])
    held = list(User.objects.select_for_update(no_key=True).filter(pk__in=list(person_ids)).order_by("pk"))
    for person in held:
        refuse_merged(person)
    return held


def hold_customer(person_id: int) -> User:
    """Hold one person of whom something is to be said; changes of staff may go on meanwhile."""
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    refuse_merged(person)
    return person


def refuse_merged(person: User) -> None:
    """Raises ChangedMeanwhile for one who was merged into another: nothing is said of them any more."""
    if person.merged_into is not None:
        raise ChangedMeanwhile(
            _("%(name)s (%(email)s) was merged into %(kept)s. Do it there: nothing was changed here.")
            % {"name": person.name, "email": person.email, "kept": person.merged_into.name}
        )


def hold_office(office_id: int) -> Office:
    """Hold an office and its calendar, without the key, until the end of the transaction; call it before people are held.

    The calendar comes first: who waits for it must not keep the row, of which everybody needs a number who logs a request.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CALENDAR_OF, office_id])
    return Office.objects.select_for_update(no_key=True).get(pk=office_id)


def share_calendars() -> None:
    """Have the calendars of all offices stay as they are, by id; call it before people are held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, id::int) FROM people_office ORDER BY id", [CALENDAR_OF])
