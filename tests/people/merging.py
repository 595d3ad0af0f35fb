"""Two accounts of one person, and what the tests of merging them do again and again."""

from datetime import datetime

from servicedesk.people import actions
from servicedesk.people.models import User
from tests.makers import make_person


def make_pair(**fields: object) -> tuple[User, User]:
    """The account that is kept and the one that goes."""
    kept = make_person("Anna Berg", "anna.berg@example.org", **fields)
    return kept, make_person("Anna Adler", "anna.adler@example.org")


def merge(kept: User, merged: User, by: User | None = None, now: datetime | None = None, **seen: int) -> None:
    by = by or make_person(is_administrator=True)
    actions.merge_people(kept_id=kept.pk, merged_id=merged.pk, by=by, now=now, **seen)
    kept.refresh_from_db()
    merged.refresh_from_db()
