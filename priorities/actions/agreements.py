"""Making, changing, confirming and ending agreements. Each puts the requests it touches into their places at once."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from priorities import placing
from priorities.models import Agreement
from priorities.scoring import TOP_LEVEL
from requests_app.actions.change import share_calendar_of
from requests_app.actions.checking import checked_text
from requests_app.models import ServiceRequest
from servicedesk.exceptions import InvalidInput, TransitionNotAllowed
from servicedesk.frame import times
from servicedesk.people.actions import recording
from servicedesk.people.actions.holding import hold_people
from servicedesk.people.actions.storing import changed_fields, store
from servicedesk.people.models import Department, Office, User
from servicedesk.texts import plain_line

LONGEST_ABOUT = 200
LONGEST_EVIDENCE = 2000
# Days beyond it are slips of the pen; instants made from them have to stay within what calendars reckon with.
FARTHEST = timedelta(days=50 * 366)
CAUSE = "agreement"


@dataclass(frozen=True)
class Terms:
    """What was agreed: for which requests, from when until when, and what it forces."""

    about: str
    starts_on: date
    ends_on: date | None = None
    kind: str = ""
    is_formal: bool = False
    level: int | None = None
    within_working_days: int | None = None
    evidence: str = ""
    confirmed_on: date | None = None


@transaction.atomic
def make_agreement(
    *, office: Office, party: User | Department, terms: Terms, by: User, now: datetime | None = None
) -> Agreement:
    """Keep what was agreed with a person or a department, and place their open requests by it."""
    person = party if isinstance(party, User) else None
    department = party if isinstance(party, Department) else None
    agreement = Agreement(office=office, person=person, department=department, by=by)
    _hold_party(agreement)
    now = now or timezone.now()
    _refuse_with_oneself(agreement, by)
    agreement.at = now
    known = _checked(terms, agreement, now=now)
    changed_fields(agreement, known)
    _refuse_overlap(agreement)
    store(agreement)
    recording.write_down_as(agreement.name_in_changes, agreement, {}, known, by=by, now=now)
    _place(agreement, now)
    return agreement


@transaction.atomic
def change_agreement(
    *, agreement_id: int, terms: Terms, by: User, seen: int | None = None, now: datetime | None = None
) -> Agreement:
    """Change anything but the party, and place their open requests by what it says now.

    Raises ChangedMeanwhile when it was changed after `seen`, the latest change that the form knew of.
    """
    agreement = _held(agreement_id, by=by, seen=seen)
    now = now or timezone.now()
    _refuse_ended(agreement)
    _change(agreement, _checked(terms, agreement, now=now), by=by, now=now)
    return agreement


@transaction.atomic
def confirm_agreement(
    *, agreement_id: int, confirmed_on: date, by: User, seen: int | None = None, now: datetime | None = None
) -> Agreement:
    """Keep the day on which they said that they understand it as the office does."""
    agreement = _held(agreement_id, by=by, seen=seen)
    now = now or timezone.now()
    _refuse_ended(agreement)
    _check_confirmed(confirmed_on, _today(agreement.office, now))
    _change(agreement, {"confirmed_on": confirmed_on}, by=by, now=now)
    return agreement


@transaction.atomic
def end_agreement(*, agreement_id: int, by: User, seen: int | None = None, now: datetime | None = None) -> Agreement:
    """Let it force nothing from this moment on; ending it twice is no mistake."""
    agreement = _held(agreement_id, by=by, seen=None)
    if agreement.ended_at is not None:
        return agreement
    _require_seen(agreement, seen)
    now = now or timezone.now()
    if agreement.is_past(_today(agreement.office, now)):
        raise TransitionNotAllowed(_("“%(agreement)s” is over already.") % {"agreement": agreement})
    _change(agreement, {"ended_at": now, "ended_by_id": by.pk}, by=by, now=now)
    return agreement


def _hold_party(agreement: Agreement) -> None:
    """Hold the calendar its dates are reckoned by, then everybody it is about: no request of theirs is placed meanwhile.

    Nobody joins or leaves a department either: changes of staff wait for each other, and for this.
    """
    share_calendar_of(agreement.office_id)
    hold_people(_people_of(agreement))


def _people_of(agreement: Agreement) -> Iterable[int]:
    if agreement.department_id is not None:
        return User.objects.filter(department=agreement.department_id).order_by("pk").values_list("pk", flat=True)
    return [agreement.person_id] if agreement.person_id else []


def _held(agreement_id: int, *, by: User, seen: int | None) -> Agreement:
    agreement = Agreement.objects.get(pk=agreement_id)
    _hold_party(agreement)
    locked = Agreement.objects.select_for_update(of=("self",)).select_related("office", "person", "department")
    agreement = locked.get(pk=agreement_id)
    _refuse_with_oneself(agreement, by)
    _require_seen(agreement, seen)
    return agreement


def _require_seen(agreement: Agreement, seen: int | None) -> None:
    if seen is not None:
        recording.require_unchanged(agreement.name_in_changes, seen)


def _refuse_with_oneself(agreement: Agreement, by: User) -> None:
    is_own_department = agreement.department_id is not None and agreement.department_id == by.department_id
    if agreement.person_id == by.pk or is_own_department:
        raise TransitionNotAllowed(
            _(
                "Nobody makes agreements with themselves or their own department. A colleague of the office has to do it."
            )
        )


def _refuse_ended(agreement: Agreement) -> None:
    if agreement.ended_at is not None:
        raise TransitionNotAllowed(
            _("“%(agreement)s” was ended. What was agreed since then is another agreement: make that one.")
            % {"agreement": agreement}
        )


def _checked(terms: Terms, agreement: Agreement, *, now: datetime) -> dict[str, Any]:
    """The terms as they are stored; raises InvalidInput with everything that is wrong."""
    check_terms(terms, agreement, now=now)
    return asdict(terms) | {
        "about": plain_line(checked_text(terms.about, field="about", longest=LONGEST_ABOUT)),
        "evidence": checked_text(terms.evidence, field="evidence", longest=LONGEST_EVIDENCE, required=False),
    }


def check_terms(terms: Terms, agreement: Agreement, *, now: datetime | None = None) -> None:
    """Raises InvalidInput with everything that is wrong about the days and about what it forces. Asks no query."""
    today = _today(agreement.office, now or timezone.now())
    wrong = [*_wrong_days(terms, agreement, today), *_wrong_force(terms)]
    if wrong:
        raise wrong[0].along_with(*wrong[1:])
    if terms.confirmed_on and terms.confirmed_on != agreement.confirmed_on:
        _check_confirmed(terms.confirmed_on, today)


def _wrong_days(terms: Terms, agreement: Agreement, today: date) -> Iterable[InvalidInput]:
    for field, day in (("starts_on", terms.starts_on), ("ends_on", terms.ends_on)):
        if day and abs(day - today) > FARTHEST:
            yield InvalidInput(_("Give a day within fifty years from now."), field=field)
            return
    if terms.ends_on is None:
        return
    if terms.ends_on < terms.starts_on:
        yield InvalidInput(
            _("The last day is before the first. Choose a later one, or leave it empty."), field="ends_on"
        )
    elif terms.ends_on < today and terms.ends_on != agreement.ends_on:
        yield InvalidInput(_("That day has passed, so it would force nothing. Choose today or later."), field="ends_on")


def _wrong_force(terms: Terms) -> Iterable[InvalidInput]:
    within, longest = terms.within_working_days, Agreement.LONGEST_WITHIN_WORKING_DAYS
    if terms.kind and terms.kind not in ServiceRequest.Kind.values:
        yield InvalidInput(_("Choose one of the kinds listed, or all."), field="kind")
    if terms.level is not None and not 0 <= terms.level <= TOP_LEVEL:
        yield InvalidInput(_("Choose a level from 0 to 4."), field="level")
    if within is not None and not 1 <= within <= longest:
        yield InvalidInput(
            _("Give from 1 to %(longest)d working days.") % {"longest": longest}, field="within_working_days"
        )
    if within is not None and not terms.is_formal:
        yield InvalidInput(
            _("Only a formal agreement sets a date. Say that it is formal, or leave the working days empty."),
            field="within_working_days",
        )
    if within is None and terms.level is None:
        yield InvalidInput(
            _("Say what it forces: a level, or within how many working days work is done."), field="level"
        )


def _check_confirmed(confirmed_on: date, today: date) -> None:
    if confirmed_on > today:
        raise InvalidInput(
            _("That day is still to come. Give the day on which they confirmed it."), field="confirmed_on"
        )
    if today - confirmed_on > FARTHEST:
        raise InvalidInput(_("Give a day within fifty years from now."), field="confirmed_on")


def _refuse_overlap(agreement: Agreement) -> None:
    """Two that speak of the same requests on the same days would leave open which of them holds."""
    other = Agreement.objects.overlapping(agreement).order_by("starts_on").first()
    if other is None:
        return
    words = {"other": other.about, "first": times.full_day(other.starts_on)}
    if other.ends_on is None:
        sentence = _(
            "“%(other)s”, from %(first)s on, is with them about the same requests. "
            "Change that one, end it, or choose days before it."
        )
    else:
        words["last"] = times.full_day(other.ends_on)
        sentence = _(
            "“%(other)s”, from %(first)s until %(last)s, is with them about the same requests. "
            "Change that one, end it, or choose other days."
        )
    raise InvalidInput(sentence % words, field="starts_on")


def _change(agreement: Agreement, values: dict[str, Any], *, by: User, now: datetime) -> None:
    """Store what differs, write down who changed it, and place the party's requests by it."""
    before = {name: getattr(agreement, name) for name in values}
    changed = changed_fields(agreement, values)
    if not changed:
        return
    if agreement.ended_at is None:
        _refuse_overlap(agreement)
    store(agreement, update_fields=changed)
    # When it was ended, the change itself says.
    told = [name for name in changed if name != "ended_at"]
    was, now_is = ({name: known[name] for name in told} for known in (before, values))
    recording.write_down_as(agreement.name_in_changes, agreement, was, now_is, by=by, now=now)
    _place(agreement, now)


def _place(agreement: Agreement, now: datetime) -> None:
    placing.place_customers(office_id=agreement.office_id, person_ids=_people_of(agreement), cause=CAUSE, now=now)


def _today(office: Office, now: datetime) -> date:
    return timezone.localdate(now, office.zone)
