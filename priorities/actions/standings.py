"""Judging the clout and the resources of a person or of a department. Whoever it concerns is re-keyed with it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from priorities import placing
from priorities.models import Standing
from requests_app.actions.checking import checked_text
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.frame import times
from servicedesk.people.actions.holding import hold_customer, hold_people
from servicedesk.people.models import Department, Office, User

CLOUT_NEEDS_EVIDENCE_FROM = 2
LONGEST_NOTE = 2000
NOTHING_JUDGED = "-"
# A clout that is never looked at again would count for good on what was once said.
FARTHEST_REVIEW = timedelta(days=2 * 366)


@dataclass(frozen=True)
class JudgedStanding:
    """Clout and resources as judged now; clout from 2 up needs evidence and a review date."""

    clout: int | None
    resources: int | None
    evidence: str = ""
    review_on: date | None = None

    @property
    def is_empty(self) -> bool:
        return (self.clout, self.resources, self.evidence.strip(), self.review_on) == (None, None, "", None)


def is_judged(standing: Standing | None) -> bool:
    """False for one that only holds a history: it was rated, and nobody judged it."""
    return standing is not None and (standing.clout, standing.resources, standing.evidence) != (None, None, "")


def standing_version(standing: Standing | None) -> str:
    """What a form of the standing was shown: it changes when anybody judges it."""
    return standing.at.isoformat() if standing and is_judged(standing) else NOTHING_JUDGED


@transaction.atomic
def judge_person(
    *,
    office: Office,
    person: User,
    judged: JudgedStanding,
    by: User,
    seen: str | None = None,
    now: datetime | None = None,
) -> int:
    """Store what the office thinks of a person; returns how many of their open requests were placed anew by it.

    `seen` is the standing_version that the form showed; raises ChangedMeanwhile when somebody judged since.
    """
    refuse_about_oneself(person.pk, by)
    hold_customer(person.pk)
    return _judge(office, judged, [person.pk], by=by, seen=seen, now=now or timezone.now(), person=person)


@transaction.atomic
def judge_department(
    *,
    office: Office,
    department: Department,
    judged: JudgedStanding,
    by: User,
    seen: str | None = None,
    now: datetime | None = None,
) -> int:
    """Store what the office thinks of a department; all its people who inherit a level are re-keyed.

    Its people are held as for a change of staff, so that nobody joins or leaves the department meanwhile.
    """
    held = [
        person.pk for person in hold_people(User.objects.filter(department=department).values_list("pk", flat=True))
    ]
    if by.pk in held:
        raise TransitionNotAllowed(
            _("Nobody judges their own department: they may inherit its levels. A colleague of another has to do it.")
        )
    own = Standing.objects.filter(office=office, person__in=held).exclude(clout=None).exclude(resources=None)
    inheriting = sorted(set(held) - set(own.values_list("person", flat=True)))
    return _judge(office, judged, inheriting, by=by, seen=seen, now=now or timezone.now(), department=department)


def _judge(
    office: Office,
    judged: JudgedStanding,
    person_ids: Collection[int],
    *,
    by: User,
    seen: str | None,
    now: datetime,
    **customer: Any,
) -> int:
    """Check, store and place; the caller holds whoever it concerns."""
    known = Standing.objects.filter(office=office, **customer).select_related("by").first()
    if seen is not None and known is not None and _is_changed_since(seen, known):
        raise ChangedMeanwhile(_changed_sentence(known, seen, by=by))
    if not store_standing(office, judged, known, by=by, now=now, **customer):
        return 0
    return placing.place_customers(office_id=office.pk, person_ids=person_ids, cause="standing", now=now)


def store_standing(
    office: Office, judged: JudgedStanding, known: Standing | None, *, by: User, now: datetime, **customer: Any
) -> bool:
    """Store clout and resources if they differ from what is known; returns whether they did."""
    evidence = checked_text(judged.evidence, field="evidence", longest=LONGEST_NOTE, required=False)
    values = {
        "clout": judged.clout,
        "resources": judged.resources,
        "evidence": evidence,
        "review_on": judged.review_on,
    }
    if known is None and judged.is_empty:
        return False
    if known and all(getattr(known, name) == value for name, value in values.items()):
        return False
    check_clout(judged, today=timezone.localdate(now, office.zone))
    Standing.objects.update_or_create(office=office, **customer, defaults={**values, "by": by, "at": now})
    return True


def check_clout(judged: JudgedStanding, *, today: date) -> None:
    """A clout that is stored needs evidence and a day to come; one that merely lapsed may stay beside other levels."""
    if judged.clout is None or judged.clout < CLOUT_NEEDS_EVIDENCE_FROM:
        return
    missing: list[InvalidInput] = []
    if not judged.evidence.strip():
        missing.append(
            InvalidInput(_("Say what this clout rests on: from level 2 up it needs evidence."), field="evidence")
        )
    if judged.review_on is None or judged.review_on < today:
        missing.append(
            InvalidInput(
                _("Give a day, today or later, on which this clout is to be looked at again."), field="review_on"
            )
        )
    elif judged.review_on - today > FARTHEST_REVIEW:
        missing.append(
            InvalidInput(_("Look at this clout again within two years. Choose an earlier day."), field="review_on")
        )
    if missing:
        raise missing[0].along_with(*missing[1:])


def refuse_about_oneself(person_id: int, by: User) -> None:
    if person_id == by.pk:
        raise TransitionNotAllowed(_("Nobody judges their own standing. A colleague of the office has to do it."))


def _is_changed_since(seen: str, known: Standing) -> bool:
    """Where nobody judged there is nothing that a form could put itself in place of."""
    return seen != standing_version(known) and (is_judged(known) or seen not in ("", NOTHING_JUDGED))


def _changed_sentence(known: Standing, seen: str, *, by: User) -> str:
    about = {
        "who": known.by,
        "when": times.in_words(known.at, timezone.now()),
        "levels": _("clout %(clout)s, resources %(resources)s")
        % {"clout": _level(known.clout), "resources": _level(known.resources)},
    }
    if not seen:
        sentence = _(
            "This form does not say what it showed when you opened it. It was judged last by %(who)s (%(when)s)"
        )
    elif known.by_id == by.pk:
        sentence = _("You judged this yourself after you opened this page (%(when)s)")
    else:
        sentence = _("%(who)s judged this after you opened it (%(when)s)")
    told = _("%(sentence)s: %(levels)s. What you typed is still here: save again to put it in place of that.")
    return told % {"sentence": sentence % about, "levels": about["levels"]}


def _level(level: int | None) -> str:
    return _("not judged") if level is None else str(level)
