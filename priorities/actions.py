"""What people do to the facts and rules of the ranking. Each change re-keys what it touches, in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from priorities import placing
from priorities.models import Judgement, RuleSet, Standing, SupportRating
from priorities.scoring import TOP_LEVEL, history_share
from requests_app.models import Event, ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput
from servicedesk.people.models import Office, User

CLOUT_NEEDS_EVIDENCE_FROM = 2


@dataclass(frozen=True)
class JudgedStanding:
    """Clout and resources as judged now; clout from 2 up needs evidence and a review date."""

    clout: int | None
    resources: int | None
    evidence: str = ""
    review_on: date | None = None


def publish_first_rules(*, office: Office, by: User | None, now: datetime) -> RuleSet:
    """Give a new office the default rules, so that no request is ever unranked."""
    return RuleSet.objects.create(
        office=office, version=1, status=RuleSet.Status.PUBLISHED, published_at=now, published_by=by, note=_("The rules every office starts with.")
    )


@transaction.atomic
def judge_request(
    *,
    service_request_id: int,
    levels: Mapping[str, int | None],
    standing: JudgedStanding,
    by: User,
    seen_version: int | None = None,
    now: datetime | None = None,
) -> ServiceRequest:
    """Store alignment, sole provider and agreement of a request, and clout and resources of its requester.

    The standing belongs to the person in this office: all their open requests are re-keyed.
    """
    now = now or timezone.now()
    service_request = ServiceRequest.objects.select_for_update(of=("self",)).select_related("office").get(pk=service_request_id)
    if seen_version is not None and seen_version != service_request.version:
        raise ChangedMeanwhile(_("This request changed after you opened it. Look at it again, then save your levels; they are still here."))
    Judgement.objects.update_or_create(service_request=service_request, defaults={**levels, "by": by, "at": now})
    standing_changed = _store_standing(service_request, standing, by=by, now=now)
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
        placing.place_customers(office_id=service_request.office_id, person_ids=[service_request.requester_id], cause="standing", now=now)
    return service_request


def _store_standing(service_request: ServiceRequest, judged: JudgedStanding, *, by: User, now: datetime) -> bool:
    """Store clout and resources if they differ from what is known; returns whether they did."""
    if (judged.clout or 0) >= CLOUT_NEEDS_EVIDENCE_FROM:
        if not judged.evidence.strip():
            raise InvalidInput(_("Say what this clout rests on: from level 2 up it needs an evidence note."), field="evidence")
        if judged.review_on is None or judged.review_on < timezone.localdate(now, service_request.office.zone):
            raise InvalidInput(_("Give a day, today or later, on which this clout is to be looked at again."), field="review_on")
    known = Standing.objects.filter(office=service_request.office, person=service_request.requester_id).first()
    if known is None and judged.clout is None and judged.resources is None:
        return False
    values = {"clout": judged.clout, "resources": judged.resources, "evidence": judged.evidence.strip(), "review_on": judged.review_on}
    if known and all(getattr(known, name) == value for name, value in values.items()):
        return False
    Standing.objects.update_or_create(office=service_request.office, person_id=service_request.requester_id, defaults={**values, "by": by, "at": now})
    return True


@transaction.atomic
def rate_support(*, office: Office, person: User, rating: float, note: str, by: User, now: datetime | None = None) -> SupportRating:
    """Record how well a customer supported us (0 to 1), and re-key their open requests by the new history level."""
    now = now or timezone.now()
    if not note.strip():
        raise InvalidInput(_("Say in a few words what they did; a rating without a note cannot be understood later."), field="note")
    stored = SupportRating.objects.create(office=office, person=person, rating=rating, note=note.strip(), by=by, at=now)
    ratings = list(SupportRating.objects.filter(office=office, person=person).values_list("rating", "at"))
    prior = RuleSet.objects.in_force().get(office=office).unknown[3] / TOP_LEVEL
    ages = [max((now - at).total_seconds(), 0) / 86400 for _rating, at in ratings]
    share = history_share([value for value, _at in ratings], ages, prior)
    Standing.objects.update_or_create(office=office, person=person, defaults={"history": TOP_LEVEL * share, "by": by, "at": now})
    placing.place_customers(office_id=office.pk, person_ids=[person.pk], cause="history", now=now)
    return stored
