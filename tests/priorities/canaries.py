"""Canaries: words and numbers that stand nowhere but in what an office keeps sealed."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from priorities import actions as ranking
from requests_app import actions
from requests_app.models import Attachment, ServiceRequest
from servicedesk.people.models import User
from tests.house import ASSISTANT, MANAGER, REQUESTER, House
from tests.makers import make_assistant, make_request

EVIDENCE, RATING, NOTE, TALK, FILE = "zebrafinch", "goldcrest", "bullfinch", "nuthatch", "wagtail"
SAID = "linnet"
CANARIES = (EVIDENCE, RATING, NOTE, TALK, FILE, SAID)
MOVED, AGREED, PROVED, WEIGHED, DEPARTMENT = "hoopoe", "dunlin", "whinchat", "redpoll", "siskin"
# Numbers that nothing else on a page comes to: days, a percentage.
TEAM_DAYS, PERCENT = "17.25", "31.37"
SEALED = (*CANARIES, MOVED, AGREED, PROVED, WEIGHED, DEPARTMENT, TEAM_DAYS, PERCENT)


def plant(service_request: ServiceRequest, by: User) -> None:
    """Have a colleague of the office think, write and keep the strongest things of one request and its requester."""
    ranking.judge_request(
        service_request_id=service_request.pk,
        levels={"alignment": 0, "sole_provider": 4, "agreement": 4},
        standing=ranking.JudgedStanding(4, 4, EVIDENCE, timezone.localdate() + timedelta(days=30)),
        by=by,
    )
    ranking.rate_support(office=service_request.office, person=service_request.requester, rating=0, note=RATING, by=by)
    actions.add_note(service_request_id=service_request.pk, body=NOTE, by=by)
    plant_talks(service_request, by)
    Attachment.objects.create(
        service_request=service_request,
        by=by,
        file=ContentFile(b"%PDF-1.7\n", name="x.pdf"),
        name=f"{FILE}.pdf",
        content_type="application/pdf",
        size=9,
        at=timezone.now(),
        sealed=True,
    )


def plant_talks(service_request: ServiceRequest, by: User) -> None:
    """What the requester said, once about the request and once about nothing that was logged."""
    office, person = service_request.office, service_request.requester
    on_request = actions.About(office, person, service_request)
    actions.keep_conversation(about=on_request, said=actions.Said(TALK), by=by)
    actions.keep_conversation(about=actions.About(office, person), said=actions.Said(SAID, "telephone"), by=by)


def make_company(house: House) -> User:
    """Another request for theirs to be moved past; returns an assistant who may judge their department."""
    make_request(house.office, title="Of somebody else")
    return make_assistant(house.office, "Ben Okoye")


def plant_everything(house: House, colleague: User) -> None:
    """Have the office keep, of each open request of the requester and of whom they belong to, all that it can."""
    assistant, now = house.people[ASSISTANT], timezone.now()
    rows = ServiceRequest.objects.filter(requester=house.people[REQUESTER], closed_at=None)
    for row in rows:
        plant(row, assistant)
    ranking.move_request(service_request_id=rows.get(status="new").pk, above_id=None, reason=MOVED, by=assistant)
    terms = ranking.Terms(about=AGREED, evidence=PROVED, level=3, starts_on=now.date())
    ranking.make_agreement(office=house.office, party=house.people[REQUESTER], terms=terms, by=assistant)
    judged = ranking.JudgedStanding(1, None, DEPARTMENT)
    ranking.judge_department(office=house.office, department=house.department, judged=judged, by=colleague)
    publish(house)


def publish(house: House) -> None:
    manager = house.people[MANAGER]
    draft = ranking.begin_draft(office=house.office, by=manager)
    weights = dict(zip(draft.weights_by_name(), [0.3137, 0.2663, 0.15, 0.1, 0.1, 0.07], strict=True))
    rules = ranking.DraftedRules(weights, draft.unknown_levels(), float(TEAM_DAYS), 10, 1)
    draft = ranking.change_draft(draft_id=draft.pk, rules=rules, by=manager, seen=ranking.draft_version(draft))
    ranking.publish_draft(draft_id=draft.pk, note=WEIGHED, by=manager, seen=ranking.draft_version(draft))
    ranking.begin_draft(office=house.office, by=manager)
