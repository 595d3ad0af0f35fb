"""Making two people one, where the same person stands twice."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.exceptions import InvalidInput
from servicedesk.notices import actions as notices
from servicedesk.people.actions import recording
from servicedesk.people.actions.delegations import hand_over_delegations
from servicedesk.people.actions.holding import hold_people, share_calendars
from servicedesk.people.actions.roles import hand_over_memberships
from servicedesk.people.events import people_merged
from servicedesk.people.models import Department, User


@transaction.atomic
def merge_people(
    *,
    kept_id: int,
    merged_id: int,
    by: User,
    seen_kept: int | None = None,
    seen_merged: int | None = None,
    now: datetime | None = None,
) -> User:
    """Hand everything of one person over to another, and keep the first only as a name in the history. For good.

    Raises ChangedMeanwhile when one of them was changed after what was seen of them, or merged before.
    """
    if kept_id == merged_id:
        raise InvalidInput(_("That is the same person. Give the address of the other one."), field="into")
    kept, merged = _hold_both(kept_id, merged_id)
    recording.require_seen(merged, seen_merged)
    recording.require_seen(kept, seen_kept)
    refuse_unfit(kept, merged, by=by)
    now = now or timezone.now()
    hand_over_memberships(of=merged, to=kept, by=by, now=now)
    hand_over_delegations(of=merged, to=kept, by=by, now=now)
    _ask_instead(kept, merged, by=by, now=now)
    recording.change(kept, taken_over(kept, merged), by=by, now=now)
    notices.hand_over(of=merged, to=kept, now=now)
    _retire(kept, merged, by=by, now=now)
    people_merged.send(User, kept=kept, merged=merged, by=by, now=now)
    return kept


def refuse_unfit(kept: User, merged: User, *, by: User) -> None:
    """Raises InvalidInput when these two cannot become one that way round."""
    if kept.pk == merged.pk:
        raise InvalidInput(_("That is the same person. Give the address of the other one."), field="into")
    if merged.pk == by.pk:
        raise InvalidInput(
            _("You are signed in as the one that would go. Merge the other one into yourself, or ask a colleague."),
            field="into",
        )
    if not kept.is_active:
        raise InvalidInput(
            _("%(name)s may not sign in any more. Let them sign in first, or keep the other one.")
            % {"name": kept.name},
            field="into",
        )


def taken_over(kept: User, merged: User) -> dict[str, Any]:
    """What the one who is kept gets of the other's own facts: the right to administer, and what they have none of."""
    missing = {name: getattr(merged, name) for name in ("job_title", "department_id") if not getattr(kept, name)}
    if merged.is_administrator:
        missing["is_administrator"] = True
    return {name: value for name, value in missing.items() if value and value != getattr(kept, name)}


def _hold_both(kept_id: int, merged_id: int) -> tuple[User, User]:
    """Hold the two, and those in whose name the one that goes may ask; dates of requests may begin to count by another's."""
    share_calendars()
    # Read when it is held: nobody gains a delegate from then on.
    concerned = User.objects.filter(Q(pk__in=[kept_id, merged_id]) | Q(delegations_given__delegate=merged_id))
    held = {person.pk: person for person in hold_people(concerned.values_list("pk", flat=True))}
    return held[kept_id], held[merged_id]


def _ask_instead(kept: User, merged: User, *, by: User, now: datetime) -> None:
    """Name the one who is kept wherever a department says whom to ask."""
    for department in Department.objects.select_for_update(no_key=True).filter(contact=merged).order_by("pk"):
        recording.change(department, {"contact_id": kept.pk}, by=by, now=now)


def _retire(kept: User, merged: User, *, by: User, now: datetime) -> None:
    """Take the one out of use, and write down on both sides what became of them."""
    before = _known_as(kept)
    User.objects.filter(merged_into=merged).update(merged_into=kept)
    merged.set_unusable_password()
    merged.save(update_fields=["password"])
    gone = {"is_active": False, "is_administrator": False, "department_id": None, "merged_into_id": kept.pk}
    recording.change(merged, gone, by=by, now=now)
    recording.write_down(kept, {"known_as": before}, {"known_as": _known_as(kept)}, by=by, now=now)


def _known_as(person: User) -> list[str]:
    return list(person.merged.order_by("email").values_list("email", flat=True))
