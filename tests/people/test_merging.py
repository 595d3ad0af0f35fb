"""Two accounts of one person become one: what goes over, what stays as it was, and what is refused."""

import pytest
from django.db import IntegrityError, transaction

from priorities.models import Judgement, Rank, RankChange
from requests_app import actions as requests_actions
from requests_app.models import ConversationNote, Event, ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput
from servicedesk.notices.models import Notice
from servicedesk.people import actions
from servicedesk.people.actions import PersonFacts
from servicedesk.people.changes import changes_of, latest_change
from servicedesk.people.models import Delegation, Membership, User
from tests import makers
from tests.people.merging import make_pair, merge

pytestmark = pytest.mark.django_db

# Every column that names a person, and what becomes of it when that person is merged.
HANDED_OVER = {
    "people.Delegation.delegate",
    "people.Delegation.principal",
    "people.Department.contact",
    "people.Membership.person",
    "people.User.merged_into",  # who was merged into them before
    "notices.Notice.recipient",  # what still waits
    "requests_app.Article.owner",
    "requests_app.ConversationNote.person",
    "requests_app.Goal.owner",
    "requests_app.ServiceRequest.assignee",
    "requests_app.ServiceRequest.entered_by",
    "requests_app.ServiceRequest.requester",
    "priorities.Agreement.person",
    "priorities.Rank.assignee",  # of what is open
    "priorities.RuleSet.changed_by",  # of drafts: else one person could be the second person, too
    "priorities.Standing.person",
    "priorities.SupportRating.person",
    "feedback.SurveyPreference.person",
}
# It says who did, said or was asked something at the time, in the account they had.
LEFT = {
    "account.EmailAddress.user",
    "people.Change.by",
    "people.PendingImport.by",  # gone within a day, with nobody to say yes to it
    "notices.Decision.by",
    "requests_app.Article.changed_by",
    "requests_app.ArticleUse.person",  # once a day in the account they had that day
    "requests_app.ArticleVersion.by",
    "requests_app.Attachment.by",
    "requests_app.ConversationNote.by",
    "requests_app.Event.by",
    "requests_app.Message.author",
    "requests_app.Promise.made_by",
    "requests_app.Understanding.by",
    "priorities.Agreement.by",
    "priorities.Agreement.ended_by",
    "priorities.Choice.by",
    "priorities.HandMove.by",
    "priorities.HandMove.ended_by",
    "priorities.Judgement.by",
    "priorities.RulePolicy.by",
    "priorities.RuleSet.published_by",
    "priorities.Standing.by",
    "priorities.StandingLook.by",
    "priorities.StandingLook.person",
    "priorities.SupportRating.by",
    "feedback.Invitation.person",  # rests are reckoned over all accounts of a person
}


@pytest.fixture
def pair(db):
    return make_pair()


@pytest.fixture
def office(db):
    return makers.make_served_office("EO", "Office of the CEO")


def test_every_column_that_names_a_person_is_handed_over_or_left_on_purpose():
    named = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created and relation.is_relation and not relation.field.many_to_many
    }

    assert named == HANDED_OVER | LEFT
    assert not HANDED_OVER & LEFT


def test_merge_people_takes_the_account_out_of_use_and_says_so_on_both_sides(administrator, pair):
    kept, merged = pair

    merge(kept, merged, administrator)

    assert (merged.merged_into, merged.is_active, merged.has_usable_password()) == (kept, False, False)
    assert changes_of(merged.about)[0].sentences == [
        "May sign in: no instead of yes.",
        "Merged into: “Anna Berg” instead of nothing.",
    ]
    latest = changes_of(kept.about)[0]
    assert (latest.who, latest.sentences) == (
        "Ada Admin",
        ["Also known as: anna.adler@example.org instead of nothing."],
    )


def test_merge_people_hands_open_and_closed_requests_over(administrator, office, pair):
    kept, merged = pair
    rows = [makers.make_request(office, merged), makers.make_request(office, merged)]
    requests_actions.resolve(service_request_id=rows[1].pk, by=office.people.get(), body="Done")
    versions = dict(ServiceRequest.objects.values_list("pk", "version"))

    merge(kept, merged, administrator)

    found = ServiceRequest.objects.order_by("pk")
    assert [(row.requester, row.entered_by) for row in found] == [(kept, kept)] * 2
    assert [row.version - versions[row.pk] for row in found] == [1, 1]
    assert Event.objects.get(service_request=rows[0], kind="logged").by == merged
    event = Event.objects.get(service_request=rows[0], kind="merged")
    assert (event.by, event.what) == (administrator, {"merged": "Anna Adler", "kept": "Anna Berg"})


def test_merge_people_hands_over_what_was_said_by_them_and_keeps_it_sealed_for_them(administrator, office, pair):
    kept, merged = pair
    assistant = office.people.get()
    about = requests_actions.About(office, merged)
    note = requests_actions.keep_conversation(about=about, said=requests_actions.Said("Moves to Oslo"), by=assistant)
    Membership.objects.create(office=office, person=kept, role=Membership.Role.ASSISTANT)

    merge(kept, merged, administrator)

    note.refresh_from_db()
    assert note.person == kept
    assert [note in ConversationNote.objects.readable_by(reader) for reader in (assistant, kept)] == [True, False]


def test_merge_people_hands_work_over_and_keeps_the_queue_served(administrator, office):
    kept, merged = makers.make_person(), makers.make_assistant(office)
    open_one, closed_one = (makers.make_request(office) for _one in range(2))
    for row in (open_one, closed_one):
        requests_actions.take(service_request_id=row.pk, by=merged)
    requests_actions.resolve(service_request_id=closed_one.pk, by=merged, body="Done")

    merge(kept, merged, administrator)

    assert Membership.objects.get(person=kept).role == "assistant"
    assert not merged.memberships.exists()
    assert set(ServiceRequest.objects.values_list("assignee", "status")) == {
        (kept.pk, "in_progress"),
        (kept.pk, "resolved"),
    }
    assert Rank.objects.get(pk=open_one.pk).assignee == kept
    assert not Event.objects.filter(kind="released").exists()
    assert list(Event.objects.filter(kind="merged").values_list("service_request", flat=True)) == [open_one.pk]


def test_merge_people_of_two_with_the_same_role_keeps_it_once(administrator, office):
    kept, merged = (makers.make_assistant(office) for _one in range(2))
    makers.make_office("CF").memberships.create(person=merged, role="executive")

    merge(kept, merged, administrator)

    roles = set(kept.memberships.values_list("office__prefix", "role"))
    assert roles == {("EO", "assistant"), ("CF", "executive")}


def test_merge_people_of_an_administrator_keeps_an_administrator(administrator, pair):
    kept, _merged = pair

    merge(kept, makers.make_person(is_administrator=True), administrator)

    assert kept.is_administrator


def test_merge_people_fills_in_what_the_one_who_stays_has_none_of(administrator, pair):
    kept, merged = pair
    legal = makers.make_department("Legal")
    User.objects.filter(pk=merged.pk).update(job_title="Buyer", department=legal)
    User.objects.filter(pk=kept.pk).update(job_title="Head of buying")

    merge(kept, merged, administrator)

    assert (kept.job_title, kept.department, merged.department) == ("Head of buying", legal, None)


def test_merge_people_hands_delegations_over_but_makes_nobody_their_own_delegate(administrator, pair):
    kept, merged = pair
    chief, helper, both = (makers.make_person() for _one in range(3))
    for principal, delegate in [
        (chief, merged), (merged, helper), (both, kept), (both, merged), (kept, merged), (merged, kept)
    ]:  # fmt: skip
        makers.make_delegation(principal, delegate)

    merge(kept, merged, administrator)

    held = set(Delegation.objects.values_list("principal", "delegate"))
    assert held == {(chief.pk, kept.pk), (kept.pk, helper.pk), (both.pk, kept.pk)}
    assert "anna.berg@example.org instead of anna.adler@example.org" in changes_of(chief.about)[0].sentences[0]


def test_merge_people_names_the_one_who_stays_where_a_department_says_whom_to_ask(administrator, pair):
    kept, merged = pair
    department = makers.make_department(contact=merged)

    merge(kept, merged, administrator)

    department.refresh_from_db()
    assert department.contact == kept


def test_merge_people_tells_what_waits_to_the_one_who_stays_and_once(administrator, office, pair):
    kept, merged = pair
    row = makers.make_request(office, merged)
    Notice.objects.filter(recipient=merged).delete()
    for recipient, occasion in [(merged, "alone"), (merged, "both"), (kept, "both")]:
        Notice.objects.create(
            kind="request_replied", about=row.about, occasion=occasion, recipient=recipient, due_at=row.received_at
        )
    Notice.objects.create(
        kind="welcome", about=merged.about, occasion="first", recipient=merged, due_at=row.received_at
    )

    merge(kept, merged, administrator)

    told = set(Notice.objects.filter(recipient=kept).values_list("kind", "occasion"))
    assert told == {("request_replied", "alone"), ("request_replied", "both")}
    assert set(Notice.objects.filter(recipient=merged).values_list("occasion", "state")) == {
        ("both", "dropped"),
        ("first", "dropped"),
    }


def test_merge_people_once_more_leads_those_merged_before_to_the_last(administrator, pair):
    kept, merged = pair
    last = makers.make_person("Anna Last")

    merge(kept, merged, administrator)
    merge(last, makers.make_person(), administrator)
    merge(last, kept, administrator)

    merged.refresh_from_db()
    assert merged.merged_into == last
    assert User.objects.known_by("anna.adler@example.org").get() == last
    assert User.objects.known_by(last.email).get() == last


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("kept", "kept"), "the same person"),
        (("gone", "merged"), "may not sign in any more"),
        (("kept", "administrator"), "You are signed in as the one that would go"),
    ],
)
def test_merge_people_who_cannot_become_one_is_refused(administrator, pair, names, sentence):
    people = {"kept": pair[0], "merged": pair[1], "gone": makers.make_person(is_active=False)}
    kept, merged = ((people | {"administrator": administrator})[name] for name in names)

    with pytest.raises(InvalidInput, match=sentence):
        merge(kept, merged, administrator)

    assert not User.objects.exclude(merged_into=None).exists()


@pytest.mark.parametrize("is_merged_the_kept", [True, False])
def test_merge_people_of_whom_one_was_merged_before_says_into_whom(administrator, pair, is_merged_the_kept):
    kept, merged = pair
    other = makers.make_person()
    merge(kept, merged, administrator)

    with pytest.raises(ChangedMeanwhile, match=r"Anna Adler \(anna.adler@example.org\) was merged into Anna Berg"):
        merge(merged, other, administrator) if is_merged_the_kept else merge(other, merged, administrator)


@pytest.mark.parametrize("changed", ["kept", "merged"])
def test_merge_people_after_somebody_changed_one_of_them_is_refused(administrator, pair, changed):
    kept, merged = pair
    seen = {"seen_kept": latest_change(kept.about), "seen_merged": latest_change(merged.about)}
    person = {"kept": kept, "merged": merged}[changed]
    actions.change_person(person_id=person.pk, facts=PersonFacts(email=person.email, name="Another"), by=administrator)

    with pytest.raises(ChangedMeanwhile, match="This was changed after you opened it"):
        merge(kept, merged, administrator, **seen)


def test_change_person_who_was_merged_is_refused(administrator, office, pair):
    kept, merged = pair
    merge(kept, merged, administrator)

    with pytest.raises(ChangedMeanwhile, match="was merged into Anna Berg"):
        actions.change_person(person_id=merged.pk, facts=PersonFacts(email=merged.email, name="Back"), by=administrator)
    with pytest.raises(ChangedMeanwhile, match="was merged into Anna Berg"):
        actions.add_membership(office_id=office.pk, person=merged, role="assistant", by=administrator)


def test_database_keeps_who_was_merged_out_of_use(pair):
    kept, merged = pair
    merge(kept, merged)

    with pytest.raises(IntegrityError, match="user_merged_is_out_of_use"), transaction.atomic():
        User.objects.filter(pk=merged.pk).update(is_active=True)
    with pytest.raises(IntegrityError, match="user_merged_into_another"), transaction.atomic():
        User.objects.filter(pk=merged.pk).update(merged_into=merged)


def test_merge_people_places_open_requests_by_whose_they_are_now(administrator, office, pair):
    kept, merged = pair
    Membership.objects.create(office=office, person=kept, role="team")
    row = makers.make_request(office, merged)
    closed = makers.make_request(office, merged)
    requests_actions.resolve(service_request_id=closed.pk, by=office.people.get(memberships__role="assistant"))
    before = RankChange.objects.filter(service_request=closed).count()

    merge(kept, merged, administrator)

    assert Rank.objects.get(pk=row.pk).tier == 1
    assert RankChange.objects.filter(service_request=row).latest("id").cause == "merged"
    assert RankChange.objects.filter(service_request=closed).count() == before


def test_merge_people_of_whom_one_judged_the_other_forgets_that_judgement(administrator, office, pair):
    _kept, merged = pair
    kept = makers.make_assistant(office)
    row, other = makers.make_request(office, merged), makers.make_request(office)
    for service_request, by in [(row, kept), (other, kept)]:
        Judgement.objects.create(service_request=service_request, alignment=4, by=by, at=row.received_at)

    merge(kept, merged, administrator)

    assert list(Judgement.objects.values_list("service_request", flat=True)) == [other.pk]
