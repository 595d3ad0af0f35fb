"""Judging requests and customers. Each change re-keys what it touches, in the same transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from priorities import placing
from priorities.actions.standings import (
    LONGEST_NOTE,
    JudgedStanding,
    is_judged,
    refuse_about_oneself,
    store_standing,
)
from priorities.models import Judgement, RuleSet, Standing, SupportRating
from priorities.scoring import CRITERIA, SECONDS_PER_DAY, TOP_LEVEL, history_share
from requests_app.actions.change import require_open
from requests_app.actions.checking import checked_text
from requests_app.models import Event, ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput
from servicedesk.frame import times
from servicedesk.people.actions.holding import hold_customer
from servicedesk.people.models import Office, User

SAME_OCCASION = timedelta(minutes=10)


def levels_version(judgement: Judgement | None, standing: Standing | None) -> str:
    """What a form of levels was shown: it changes when anybody judges the request or its requester's standing."""
    return ".".join(_versions(judgement, standing))


def _versions(judgement: Judgement | None, standing: Standing | None) -> tuple[str, str]:
    """When each was judged. A standing that only holds a history was rated: the form puts nothing in its place."""
    judged_at = standing.at.isoformat() if standing and is_judged(standing) else ""
    return judgement.at.isoformat() if judgement else "", judged_at


@transaction.atomic
def judge_request(
    *,
    service_request_id: int,
    levels: Mapping[str, int | None],
    standing: JudgedStanding,
    by: User,
    seen: str | None = None,
    now: datetime | None = None,
) -> ServiceRequest:
    """Store alignment, sole provider and agreement of a request, and clout and resources of its requester.

    The standing belongs to the person in this office: all their open requests are re-keyed. `seen` is the
    levels_version that the form showed; raises ChangedMeanwhile when somebody judged since.
    """
    service_request = _lock_with_requester(service_request_id)
    now = now or timezone.now()
    if seen is not None:
        _refuse_if_changed(service_request, seen, by=by)
    refuse_about_oneself(service_request.requester_id, by)
    require_open(service_request, by=by)
    Judgement.objects.update_or_create(service_request=service_request, defaults={**levels, "by": by, "at": now})
    standing_changed = store_standing(
        service_request.office,
        standing,
        _standing_of(service_request),
        by=by,
        now=now,
        person_id=service_request.requester_id,
    )
    Event.objects.create(
        service_request=service_request,
        kind=Event.Kind.JUDGED,
        by=by,
        at=now,
        sealed=True,
        what={**levels, "clout": standing.clout, "resources": standing.resources},
    )
    placing.place_requests([service_request.pk], cause="judged", now=now)
    if standing_changed:
        placing.place_customers(
            office_id=service_request.office_id, person_ids=[service_request.requester_id], cause="standing", now=now
        )
    return service_request


def _lock_with_requester(service_request_id: int) -> ServiceRequest:
    """Hold the requester, whose standing may change, then the request: the order in which everybody takes them."""
    requester_id = ServiceRequest.objects.values_list("requester_id", flat=True).get(pk=service_request_id)
    hold_customer(requester_id)
    locked = ServiceRequest.objects.select_for_update(of=("self",), no_key=True).select_related("office")
    return locked.get(pk=service_request_id)


def _refuse_if_changed(service_request: ServiceRequest, seen: str, *, by: User) -> None:
    judgement = Judgement.objects.filter(service_request=service_request).select_related("by").first()
    changed = _changed_since(seen, judgement, _standing_of(service_request))
    if not changed:
        return
    latest = max(changed, key=lambda known: known.at)
    about = {"who": latest.by, "when": times.in_words(latest.at, timezone.now())}
    if not seen:
        sentence = _(
            "This form does not say what it showed when you opened it. %(who)s judged last (%(when)s). "
            "Your levels are still here: save again to put them in place of those."
        )
    elif latest.by_id == by.pk:
        sentence = _(
            "You judged yourself after you opened this page (%(when)s). "
            "These levels are still here: save again to put them in place of those."
        )
    else:
        sentence = _(
            "%(who)s judged after you opened this (%(when)s). "
            "Your levels are still here: save again to put them in place of theirs."
        )
    raise ChangedMeanwhile(sentence % about)


def _changed_since(seen: str, judgement: Judgement | None, standing: Standing | None) -> list[Judgement | Standing]:
    """Which of the two was judged after the form was shown; where nobody judged there is nothing to put it in place of."""
    of_request, of_person = _versions(judgement, standing)
    changed: list[Judgement | Standing] = []
    if judgement and not seen.startswith(f"{of_request}."):
        changed.append(judgement)
    if standing and not seen.endswith(f".{of_person}") and (of_person or "." in seen):
        changed.append(standing)
    return changed


def _standing_of(service_request: ServiceRequest) -> Standing | None:
    standings = Standing.objects.filter(office_id=service_request.office_id, person_id=service_request.requester_id)
    return standings.select_related("by").first()


@transaction.atomic
def rate_support(
    *,
    office: Office,
    person: User,
    rating: float,
    note: str,
    by: User,
    at: datetime | None = None,
    now: datetime | None = None,
) -> SupportRating:
    """Record how well a customer supported us (0 to 1), and re-key their open requests by the new history level.

    `at` is when it was, if not now. The same words again within minutes are a second press of the button and count once.
    """
    if not note.strip():
        raise InvalidInput(
            _("Say in a few words what they did; a rating without a note cannot be understood later."), field="note"
        )
    refuse_about_oneself(person.pk, by)
    note = checked_text(note, field="note", longest=LONGEST_NOTE)
    if not 0 <= rating <= 1:
        raise InvalidInput(_("Choose one of the five steps."), field="rating")
    hold_customer(person.pk)
    placing.share_places(office.pk)
    now = now or timezone.now()
    at = at or now
    if at > now:
        raise InvalidInput(_("Give a day that is not still to come."), field="at")
    said = SupportRating.objects.filter(office=office, person=person, rating=rating, note=note, by=by)
    if first := said.filter(at__gt=at - SAME_OCCASION, at__lte=at).first():
        return first
    stored = SupportRating.objects.create(office=office, person=person, rating=rating, note=note, by=by, at=at)
    level = history_level(office, person, now)
    # Author and date of a standing are those of its clout and resources; a rating has its own.
    Standing.objects.update_or_create(
        office=office,
        person=person,
        defaults={"history": level},
        create_defaults={"history": level, "by": by, "at": now},
    )
    placing.place_customers(office_id=office.pk, person_ids=[person.pk], cause="history", now=now)
    return stored


def history_level(office: Office, person: User, now: datetime) -> float | None:
    """What the ratings of the person come to now; None without any.

    One by the person themselves, in an account that was merged with theirs, is none.
    """
    of_person = SupportRating.objects.filter(office=office, person=person)
    by_others = of_person.exclude(by=person).exclude(by__in=person.merged.all())
    ratings = list(by_others.values_list("rating", "at"))
    if not ratings:
        return None
    prior = RuleSet.objects.in_force().get(office=office).unknown[CRITERIA.index("history")] / TOP_LEVEL
    ages = [max((now - at).total_seconds(), 0) / SECONDS_PER_DAY for _rating, at in ratings]
    return TOP_LEVEL * history_share([value for value, _at in ratings], ages, prior)
