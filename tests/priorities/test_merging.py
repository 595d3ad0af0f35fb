"""What an office knows of two accounts counts together once they are one person's, and places follow."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from priorities import actions
from priorities.models import Agreement, HandMove, RankChange, RuleSet, Standing, SupportRating
from priorities.verifying import differences
from requests_app import actions as requests_actions
from servicedesk.exceptions import ChangedMeanwhile
from servicedesk.people.actions import PersonFacts, change_person
from servicedesk.people.changes import changes_of
from tests import makers
from tests.people.merging import make_pair, merge

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def office(db):
    return makers.make_office("EO", "Office of the CEO")


@pytest.fixture
def dana(office):
    return makers.make_assistant(office, "Dana Okafor")


@pytest.fixture
def pair(db):
    return make_pair()


def judge(office, person, by, clout, resources, evidence="") -> None:
    review_on = timezone.localdate() + 30 * DAY if clout is not None else None
    judged = actions.JudgedStanding(clout, resources, evidence, review_on)
    actions.judge_person(office=office, person=person, judged=judged, by=by)


def agree(office, party, by, about="Calls", **terms) -> Agreement:
    terms = {"starts_on": timezone.localdate(), "level": 2} | terms
    return actions.make_agreement(office=office, party=party, terms=actions.Terms(about, **terms), by=by)


def test_merge_takes_a_standing_over_where_there_is_none(office, dana, pair):
    kept, merged = pair
    judge(office, merged, dana, 3, 1, "Owns the site")

    merge(kept, merged)

    standing = Standing.objects.get()
    assert (standing.person, standing.clout, standing.resources, standing.by) == (kept, 3, 1, dana)


def test_merge_fills_in_what_nobody_judged_and_keeps_what_somebody_did(office, dana, pair):
    kept, merged = pair
    judge(office, kept, dana, None, 1, "Runs the fleet")
    judge(office, merged, dana, 3, 4, "Owns the site")
    opened = Standing.objects.get(person=kept)

    merge(kept, merged)

    standing = Standing.objects.get()
    assert (standing.person, standing.clout, standing.resources) == (kept, 3, 1)
    assert standing.evidence == "Runs the fleet\nIn the account merged into this one: resources 4.\nOwns the site"
    assert standing.review_on == timezone.localdate() + 30 * DAY
    assert actions.standing_version(standing) != actions.standing_version(opened)


def test_merge_lets_the_ratings_of_both_count(office, dana, pair):
    kept, merged = pair
    actions.rate_support(office=office, person=kept, rating=1, note="Stood up for us", by=dana)
    alone = Standing.objects.get().history
    actions.rate_support(office=office, person=merged, rating=0, note="Worked against us", by=dana)

    merge(kept, merged)

    standing = Standing.objects.get()
    assert set(SupportRating.objects.values_list("person", flat=True)) == {kept.pk}
    assert standing.history < alone


def test_merge_with_an_account_that_nobody_rated_leaves_the_history_as_it_was_counted(office, dana, pair):
    kept, merged = pair
    half_a_year_ago = timezone.now() - 180 * DAY
    actions.rate_support(office=office, person=kept, rating=1, note="Helped", by=dana, now=half_a_year_ago)
    judge(office, merged, dana, 1, 1)
    before = Standing.objects.get(person=kept).history

    merge(kept, merged)

    standing = Standing.objects.get()
    assert (standing.history, standing.clout) == (before, 1)


def test_merge_counts_nothing_that_one_account_said_of_the_other(office, dana, pair):
    kept = makers.make_assistant(office, "Anna Berg")
    _unused, merged = pair
    judge(office, merged, kept, 3, 3, "She is good")
    actions.rate_support(office=office, person=merged, rating=1, note="Helped", by=kept)
    agreement = agree(office, merged, kept)
    row = makers.make_request(office, merged)
    makers.make_request(office)
    actions.move_request(service_request_id=row.pk, above_id=None, reason="Later", by=kept)

    merge(kept, merged)

    standing, agreement = Standing.objects.get(), Agreement.objects.get()
    assert (standing.clout, standing.resources, standing.evidence, standing.history) == (None, None, "", None)
    assert (agreement.person, agreement.ended_at is None) == (kept, False)
    assert "Reason: “Nobody makes agreements with themselves.” instead of nothing." in " ".join(
        changes_of(agreement.name_in_changes)[1].sentences
    )
    assert not HandMove.objects.standing().exists()
    assert not list(differences())


def test_merge_ends_the_weaker_of_two_agreements_that_cannot_both_hold(office, dana, pair):
    kept, merged = pair
    weak = agree(office, kept, dana, "Weak", level=1)
    strong = agree(office, merged, dana, "Strong", level=3)
    beside = agree(office, merged, dana, "Beside", kind="call", level=1)

    merge(kept, merged)

    standing = Agreement.objects.standing().order_by("pk")
    assert [(one.pk, one.person) for one in standing] == [(strong.pk, kept), (beside.pk, kept)]
    assert "Reason: ““Strong” holds instead.” instead of nothing." in changes_of(weak.name_in_changes)[0].sentences


def test_merge_ends_the_weaker_agreement_of_the_one_that_goes(office, dana, pair):
    kept, merged = pair
    strong = agree(office, kept, dana, "Strong", is_formal=True, level=3, within_working_days=3)
    agree(office, merged, dana, "Weak", is_formal=True, level=3, within_working_days=9)

    merge(kept, merged)

    assert Agreement.objects.standing().get() == strong
    assert set(Agreement.objects.values_list("person", flat=True)) == {kept.pk}


def test_merge_places_open_requests_by_what_is_known_of_both(office, dana, pair):
    kept, merged = pair
    rows = [makers.make_request(office, person) for person in (kept, merged)]
    judge(office, kept, dana, 4, None, "Decides")
    actions.rate_support(office=office, person=merged, rating=1, note="Helped", by=dana)
    agree(office, merged, dana, is_formal=True, level=4, within_working_days=2)
    closed = makers.make_request(office, merged)
    requests_actions.resolve(service_request_id=closed.pk, by=dana, body="Done")
    was = closed.rank.levels

    merge(kept, merged)

    for row in rows:
        row.rank.refresh_from_db()
        assert (row.rank.levels[1], row.rank.levels[5], row.rank.mandated_for is None) == (4.0, 4.0, False)
        assert RankChange.objects.filter(service_request=row).latest("id").cause == "merged"
    closed.rank.refresh_from_db()
    assert closed.rank.levels == was
    assert not list(differences())


def test_merge_leaves_a_draft_to_the_second_person(office, dana, pair):
    kept, merged = (makers.make_manager(office) for _one in range(2))
    draft = actions.begin_draft(office=office, by=merged)

    merge(kept, merged)

    assert RuleSet.objects.get(pk=draft.pk).changed_by == kept


def test_judge_rate_and_agree_with_somebody_merged_is_refused(office, dana, pair):
    kept, merged = pair
    merge(kept, merged)

    for step in (
        lambda: judge(office, merged, dana, 1, 1),
        lambda: actions.rate_support(office=office, person=merged, rating=1, note="Helped", by=dana),
        lambda: agree(office, merged, dana),
    ):
        with pytest.raises(ChangedMeanwhile, match="was merged into Anna Berg"):
            step()


@pytest.mark.parametrize("name", ["customer", "customer-support"])
def test_customer_page_of_somebody_merged_leads_to_the_one_who_stays(client, office, dana, pair, name):
    kept, merged = pair
    merge(kept, merged)
    client.force_login(dana)

    page = client.get(reverse(f"priorities:{name}", args=[merged.pk]), follow=True)

    assert page.redirect_chain[-1][0].startswith(reverse("priorities:customer", args=[kept.pk]))
    assert "was merged into Anna Berg" in page.content.decode()


def test_change_of_department_places_what_is_open_anew_and_keeps_what_counted_for_the_rest(office, dana):
    before, after = makers.make_department(), makers.make_department()
    person = makers.make_person(department=before)
    judged = actions.JudgedStanding(None, 3, "Half of the budget")
    actions.judge_department(office=office, department=after, judged=judged, by=dana)
    row, closed = makers.make_request(office, person), makers.make_request(office, person)
    requests_actions.resolve(service_request_id=closed.pk, by=dana, body="Done")
    facts = PersonFacts(email=person.email, name=person.name, department=after)

    change_person(person_id=person.pk, facts=facts)

    row.rank.refresh_from_db()
    closed.rank.refresh_from_db()
    assert (row.rank.department, row.rank.levels[2]) == (after, 3.0)
    assert (closed.rank.department, closed.rank.assumed[2]) == (before, True)
    assert not list(differences())
