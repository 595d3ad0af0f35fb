"""A house with somebody in every role and something on every page, for the tests that walk through all of it.

What people typed stands between two `◊`, so that a test can tell it from the product's own words.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from feedback import links
from feedback.models import Invitation, Question, SurveyPreference, Wave
from priorities import actions as ranking
from priorities.models import Agreement
from requests_app import actions
from requests_app.actions.articles import change_article
from requests_app.models import Article, Attachment, ConversationNote, Goal, ServiceRequest
from servicedesk.notices.models import Notice
from servicedesk.people.actions.pending import keep_import
from servicedesk.people.models import Delegation, Department, Membership, Office, PendingImport, User
from tests import makers
from tests.feedback.surveying import make_closed_wave

ANONYMOUS = "anonymous"
REQUESTER = "requester"
DELEGATE = "delegate"
ASSISTANT = "assistant"
OTHER_ASSISTANT = "other_assistant"
MANAGER = "manager"
EXECUTIVE = "executive"
ADMINISTRATOR = "administrator"
HASH_OF_NOTHING = "pbkdf2_sha256$1$salt$bm90aGluZw=="
ROLES = (ANONYMOUS, REQUESTER, DELEGATE, ASSISTANT, OTHER_ASSISTANT, MANAGER, EXECUTIVE, ADMINISTRATOR)


@dataclass
class House:
    """Who and what there is."""

    people: dict[str, User]
    office: Office
    department: Department
    other_department: Department
    service_request: ServiceRequest
    attachment: Attachment
    delegation: Delegation
    notice: Notice
    pending: PendingImport
    invitation: Invitation
    question: Question

    @property
    def reference(self) -> str:
        return self.service_request.reference

    @property
    def membership(self) -> Membership:
        return self.people[MANAGER].memberships.get()

    @property
    def goal(self) -> Goal:
        return self.office.goals.get()

    @property
    def article(self) -> Article:
        return self.office.articles.for_everybody().get()

    @property
    def conversation(self) -> ConversationNote:
        return self.office.conversation_notes.earliest("pk")

    @property
    def agreement(self) -> Agreement:
        return self.office.agreements.earliest("pk")

    @property
    def answer_token(self) -> str:
        return links.token(self.invitation.pk)

    @property
    def decline_token(self) -> str:
        return links.token(self.invitation.pk, links.DECLINE)


def typed(text: str) -> str:
    return f"◊{text}◊"


@contextmanager
def standing_house(media_root: Path) -> Iterator[House]:
    """One house for all tests of a module, gone afterwards; whoever changes it undoes that in a transaction."""
    with override_settings(MEDIA_ROOT=media_root, ACCOUNT_RATE_LIMITS=False), transaction.atomic():
        yield build_house()
        transaction.set_rollback(True)


@transaction.atomic
def build_house() -> House:
    """Build it through the product's own actions wherever there is one."""
    department = makers.make_department(typed("Operations"), does=typed("Runs the terminals"))
    office = makers.make_office("EO", typed("Office of the CEO"))
    people = _people(office, department)
    makers.make_goal(office, typed("Growth"), owner=people[MANAGER])
    delegation = makers.make_delegation(people[REQUESTER], people[DELEGATE])
    service_request = _worked_request(office, people)
    _other_requests(office, people)
    _articles(office, people[MANAGER])
    _rules(office, people[MANAGER])
    other_department = makers.make_department(typed("Legal"))
    _standings(office, people, other_department)
    _agreement(office, people)
    _conversations(office, people, service_request)
    question = _surveys(office, department, people)
    wave = Wave.objects.create(
        office=office,
        number=9,
        opens_at=timezone.now() - timedelta(days=1),
        closes_at=timezone.now() + timedelta(days=13),
        asked=1,
    )
    invitation = Invitation.objects.create(
        wave=wave, person=people[REQUESTER], department=department, asked_at=wave.opens_at, closes_at=wave.closes_at
    )
    return House(
        people=people,
        office=office,
        department=department,
        other_department=other_department,
        service_request=service_request,
        attachment=_attachment(service_request, people[REQUESTER]),
        delegation=delegation,
        notice=_dead_notice(people[REQUESTER], service_request),
        pending=keep_import(
            by=people[ADMINISTRATOR],
            kind="departments",
            name=typed("list.csv"),
            content=b"name\n\xe2\x97\x8aNew\xe2\x97\x8a\n",
        ),
        invitation=invitation,
        question=question,
    )


def _people(office: Office, department: Department) -> dict[str, User]:
    other_office = makers.make_office("CF", typed("Office of the CFO"))
    makers.make_executive(other_office, typed("Cora Chief"))
    facts = {"department": department, "job_title": typed("Colleague")}
    people = {
        REQUESTER: makers.make_person(typed("Rita"), "requester@example.org", **facts),
        DELEGATE: makers.make_person(typed("Dele"), "delegate@example.org", **facts),
        ASSISTANT: makers.make_assistant(office, typed("Dana"), email="assistant@example.org", **facts),
        OTHER_ASSISTANT: makers.make_assistant(other_office, typed("Otto"), email="other@example.org", **facts),
        MANAGER: makers.make_manager(office, typed("Milan"), email="manager@example.org", **facts),
        EXECUTIVE: makers.make_executive(office, typed("Marta"), email="executive@example.org", **facts),
        ADMINISTRATOR: makers.make_person(typed("Ada"), "administrator@example.org", is_administrator=True, **facts),
    }
    makers.make_member(office, Membership.Role.TEAM, typed("Tim"))
    # Nobody signs in with a password here, so nobody waits for one to be hashed.
    User.objects.update(password=HASH_OF_NOTHING)
    for person in people.values():
        person.refresh_from_db()
    department.contact = people[REQUESTER]
    department.save()
    return people


def _worked_request(office: Office, people: dict[str, User]) -> ServiceRequest:
    """One request with everything on its timeline."""
    assistant, requester = people[ASSISTANT], people[REQUESTER]
    service_request = makers.make_request(
        office, requester, by=people[DELEGATE], title=typed("45 minutes"), purpose=typed("Before the board meets")
    )
    pk = service_request.pk
    actions.take(service_request_id=pk, by=assistant)
    actions.reply(service_request_id=pk, body=typed("We look into it"), by=assistant)
    actions.add_note(service_request_id=pk, body=typed("Would sign three years"), by=assistant)
    actions.add_to_request(service_request_id=pk, body=typed("Tuesday is fine too"), by=requester)
    actions.defer(service_request_id=pk, due_at=timezone.now() + timedelta(hours=2), by=assistant)
    service_request.refresh_from_db()
    return service_request


def _other_requests(office: Office, people: dict[str, User]) -> None:
    now = timezone.now()
    makers.make_request(office, people[EXECUTIVE], title=typed("Briefing for Thursday"))
    waiting = makers.make_request(office, people[MANAGER], title=typed("Sign the lease"))
    actions.wait_for_requester(service_request_id=waiting.pk, question=typed("Which one?"), by=people[ASSISTANT])
    done = makers.make_request(office, people[REQUESTER], title=typed("Call the port"), now=now - timedelta(days=3))
    actions.resolve(service_request_id=done.pk, by=people[ASSISTANT], body=typed("Called"))
    makers.make_request(office, people[REQUESTER], title=typed("Old and late"), now=now - timedelta(days=9))


def _articles(office: Office, manager: User) -> None:
    """One that was written on after it was published, one that is to be reviewed, and a draft."""
    steps = "## " + typed("Steps") + "\n\n1. " + typed("Ask the desk") + "\n2. " + typed("Fetch the key")
    article = makers.make_article(office, manager, typed("How to book a room"), body=steps)
    change_article(article_id=article.pk, by=manager, body=typed("Write to the desk"))
    long_ago = timezone.now() - timedelta(days=400)
    makers.make_article(
        office, manager, typed("How to park"), audience=Article.Audience.OFFICE, body=typed("In the yard"), now=long_ago
    )
    makers.make_article(office, manager, typed("How to leave"), body=typed("By the door"), publishes=False)


def _rules(office: Office, manager: User) -> None:
    """Rules that somebody gave a reason for, and a draft that says something else."""
    for note in (typed("They asked for it"), ""):
        draft = ranking.begin_draft(office=office, by=manager)
        drafted = ranking.DraftedRules(
            draft.weights_by_name(), draft.unknown_levels(), draft.team_days + 1, draft.score_days, 1
        )
        draft = ranking.change_draft(draft_id=draft.pk, rules=drafted, by=manager, seen=ranking.draft_version(draft))
        if note:
            ranking.publish_draft(draft_id=draft.pk, note=note, by=manager, seen=ranking.draft_version(draft))


def _standings(office: Office, people: dict[str, User], department: Department) -> None:
    judged = ranking.JudgedStanding(3, None, typed("Owns the site"), timezone.localdate() + timedelta(days=9))
    assistant = people[ASSISTANT]
    ranking.judge_person(office=office, person=people[REQUESTER], judged=judged, by=assistant)
    ranking.judge_department(office=office, department=department, judged=judged, by=assistant)
    ranking.rate_support(office=office, person=people[REQUESTER], rating=1, note=typed("Helped"), by=assistant)


def _agreement(office: Office, people: dict[str, User]) -> None:
    """With somebody who asks for nothing else, so that it changes no other page."""
    guest = makers.make_person(typed("Gwen"))
    terms = ranking.Terms(
        typed("First call of the month"),
        timezone.localdate(),
        is_formal=True,
        level=3,
        within_working_days=200,
        evidence=typed("Minuted"),
    )
    ranking.make_agreement(office=office, party=guest, terms=terms, by=people[ASSISTANT])


def _conversations(office: Office, people: dict[str, User], service_request: ServiceRequest) -> None:
    """What the requester said, on a request and beside it, one of them sent to them and one corrected."""
    assistant = people[ASSISTANT]
    beside = actions.About(office, people[REQUESTER])
    note = actions.keep_conversation(about=beside, said=actions.Said(typed("Moves to Oslo")), by=assistant)
    actions.send_understanding(note_id=note.pk, body=typed("You move to Oslo"), by=assistant)
    on_request = actions.About(office, people[REQUESTER], service_request)
    wrong = actions.keep_conversation(about=on_request, said=actions.Said(typed("In June")), by=assistant)
    actions.correct_conversation(note_id=wrong.pk, said=actions.Said(typed("In July")), by=assistant)


def _surveys(office: Office, department: Department, people: dict[str, User]) -> Question:
    SurveyPreference.objects.create(office=office, person=people[DELEGATE], is_added=True)
    # The questions are the office's own words too, though it starts with some.
    for question in Question.objects.filter(office=office):
        question.text, question.name = typed(question.text), typed(question.name)
        question.labels = [typed(label) for label in question.labels]
        question.save()
    month_ago = timezone.now() - timedelta(days=45)
    points = [5, 5, 4, 4, 2, 5, 3, 4]
    make_closed_wave(
        office, points, opened=month_ago, departments=[department] * len(points), comments=[typed("Quick")]
    )
    # Those who answered were made without a thought for what is typed.
    User.objects.filter(name__startswith="Person ").update(name=typed("Guest"))
    question = Question.objects.filter(office=office, is_asked=True).first()
    assert question is not None
    return question


def _attachment(service_request: ServiceRequest, by: User) -> Attachment:
    return Attachment.objects.create(
        service_request=service_request,
        by=by,
        file=ContentFile(b"%PDF-1.7\n", name="plan.pdf"),
        name=typed("plan.pdf"),
        content_type="application/pdf",
        size=9,
        at=timezone.now(),
    )


def _dead_notice(to: User, service_request: ServiceRequest) -> Notice:
    return Notice.objects.create(
        kind="request_replied",
        about=f"request:{service_request.pk}",
        occasion="walked",
        recipient=to,
        state=Notice.State.DEAD,
        due_at=timezone.now(),
        settled_at=timezone.now(),
        problem=typed("550 no such mailbox"),
    )
