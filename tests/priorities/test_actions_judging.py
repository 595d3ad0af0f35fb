"""Judging levels and rating support: what is kept, what is refused, and what nobody learns of themselves."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from priorities import actions
from priorities.actions import JudgedStanding, levels_version
from priorities.models import Judgement, Rank, RankChange, Standing, SupportRating
from priorities.places import explanation_of
from priorities.placing import place_requests
from priorities.scoring import CRITERIA
from priorities.verifying import differences
from requests_app import actions as steps
from requests_app.models import Event
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.notices.models import Notice
from tests.at_once import at_once
from tests.makers import make_assistant, make_office, make_person, make_request

pytestmark = pytest.mark.django_db
NOTHING = {"alignment": None, "sole_provider": None, "agreement": None}
levels = st.none() | st.integers(0, 4)


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def assistant(office):
    return make_assistant(office, "Dana Okafor")


@pytest.fixture
def row(office):
    return make_request(office)


def judge(row, by, standing=None, **more):
    standing = standing or JudgedStanding(None, None)
    return actions.judge_request(
        service_request_id=row.pk, levels=more.pop("levels", NOTHING), standing=standing, by=by, **more
    )


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def test_judge_evidence_without_a_level_of_clout_is_kept(row, assistant):
    judge(row, assistant, JudgedStanding(None, None, "Chairs the board.", in_days(30)))

    standing = Standing.objects.get()
    assert (standing.evidence, standing.review_on, standing.clout) == ("Chairs the board.", in_days(30), None)


def test_judge_nothing_of_a_person_nobody_knows_stores_no_standing(row, assistant):
    judge(row, assistant)

    assert not Standing.objects.exists()
    assert Judgement.objects.get().by == assistant


def test_judge_from_a_page_that_did_not_show_a_colleagues_evidence_is_refused(row, office, assistant):
    seen, beside = levels_version(None, None), make_request(office, row.requester)
    judge(beside, make_assistant(office, "Ben Okoye"), JudgedStanding(None, None, "Chairs the board."))

    with pytest.raises(ChangedMeanwhile, match="Ben Okoye judged after you opened this"):
        judge(row, assistant, seen=seen)


@pytest.mark.parametrize("clout", [0, 1])
def test_judge_clout_below_two_needs_no_evidence(row, assistant, clout):
    judge(row, assistant, JudgedStanding(clout, None))

    assert Standing.objects.get().clout == clout


@pytest.mark.parametrize("clout", [2, 3, 4])
@pytest.mark.parametrize(
    ("evidence", "days", "field"),
    [
        ("", 1, "evidence"),
        (" \n ", 1, "evidence"),
        ("On the board.", None, "review_on"),
        ("On the board.", -1, "review_on"),
    ],
)
def test_judge_clout_from_two_up_without_evidence_or_day_says_what_to_give(
    row, assistant, clout, evidence, days, field
):
    day = None if days is None else in_days(days)

    with pytest.raises(InvalidInput) as refused:
        judge(row, assistant, JudgedStanding(clout, None, evidence, day))

    assert refused.value.field == field
    assert not Standing.objects.exists()
    assert not Judgement.objects.exists()


def test_judge_levels_beside_a_clout_that_lapsed_leaves_it_as_it_is(row, assistant):
    standing = JudgedStanding(4, 1, "On the board.", in_days(0))
    judge(row, assistant, standing)
    later = timezone.now() + timedelta(days=3)

    judge(row, assistant, standing, levels=NOTHING | {"alignment": 4}, now=later)

    assert Judgement.objects.get().alignment == 4
    assert Rank.objects.get(pk=row.pk).levels[:2] == [4, 2]


def test_judge_resources_beside_a_clout_that_lapsed_asks_for_a_new_day(row, assistant):
    judge(row, assistant, JudgedStanding(4, 1, "On the board.", in_days(0)))

    with pytest.raises(InvalidInput, match="today or later"):
        judge(
            row,
            assistant,
            JudgedStanding(4, 2, "On the board.", in_days(0)),
            now=timezone.now() + timedelta(days=3),
        )


@pytest.mark.parametrize("bad", ["x" * 2001, "a\x00b", "half \ud83d a pair"])
def test_judge_with_evidence_that_cannot_be_stored_says_so_at_its_field(row, assistant, bad):
    with pytest.raises(InvalidInput) as refused:
        judge(row, assistant, JudgedStanding(3, None, bad, in_days(1)))

    assert refused.value.field == "evidence"
    assert not Judgement.objects.exists()


def test_judge_is_recorded_where_the_requester_never_looks_and_tells_nobody(row, assistant):
    version, letters = row.version, Notice.objects.count()

    judge(row, assistant, JudgedStanding(None, 3), levels=NOTHING | {"agreement": 2})

    row.refresh_from_db()
    event = row.events.get(kind=Event.Kind.JUDGED)
    assert event.sealed
    assert event.what == {**NOTHING, "agreement": 2, "clout": None, "resources": 3}
    assert row.version == version
    assert Notice.objects.count() == letters


@pytest.mark.parametrize("step", ["resolve", "withdraw"])
def test_judge_of_what_is_closed_says_to_reopen_it(row, assistant, step):
    getattr(steps, step)(service_request_id=row.pk, by=assistant)

    with pytest.raises(TransitionNotAllowed, match="Reopen it first"):
        judge(row, assistant, levels=NOTHING | {"alignment": 4})

    assert not Judgement.objects.exists()


def test_judge_of_one_request_moves_no_request_of_another_office(office, assistant):
    person = make_person()
    here, elsewhere = make_request(office, person), make_request(make_office(), person)
    before = Rank.objects.filter(pk=elsewhere.pk).values().get()

    judge(here, assistant, JudgedStanding(None, 4))
    place_requests([elsewhere.pk], cause="again", now=timezone.now())

    assert Rank.objects.filter(pk=elsewhere.pk).values().get() == before
    assert Rank.objects.get(pk=here.pk).levels[2] == 4


def test_judge_causes_are_recorded_with_what_moved(office, assistant):
    person = make_person()
    judged, beside = make_request(office, person), make_request(office, person)

    judge(judged, assistant, JudgedStanding(None, 4))

    causes = dict(RankChange.objects.exclude(cause="logged").values_list("service_request", "cause"))
    assert causes == {judged.pk: "judged", beside.pk: "standing"}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.fixed_dictionaries(dict.fromkeys(NOTHING, levels)), levels, levels)
def test_judge_any_levels_counts_what_is_known_and_assumes_the_rest(row, assistant, of_request, clout, resources):
    judge(row, assistant, JudgedStanding(clout, resources, "On the board.", in_days(9)), levels=of_request)

    known = {**of_request, "clout": clout, "resources": resources, "history": None}
    place = Rank.objects.get(pk=row.pk)
    assert dict(zip(CRITERIA, place.assumed, strict=True)) == {name: known[name] is None for name in CRITERIA}
    counted = dict(zip(CRITERIA, place.levels, strict=True))
    assert {name: counted[name] for name in CRITERIA if known[name] is not None} == {
        name: level for name, level in known.items() if level is not None
    }
    assert list(differences()) == []


def test_rate_support_of_the_same_words_on_another_day_counts_again(office, assistant):
    person, now = make_person(), timezone.now()
    said = {"office": office, "person": person, "rating": 1.0, "note": "Lent us a driver", "by": assistant}

    for days in range(3):
        actions.rate_support(**said, now=now + timedelta(days=days))

    assert SupportRating.objects.count() == 3


def test_rate_support_of_one_office_is_no_history_in_another(assistant, office):
    person = make_person()
    here, elsewhere = make_request(office, person), make_request(make_office(), person)

    actions.rate_support(office=office, person=person, rating=1.0, note="Helped", by=assistant)
    place_requests([elsewhere.pk], cause="again", now=timezone.now())

    assert Rank.objects.get(pk=here.pk).levels[3] > 2
    assert Rank.objects.get(pk=elsewhere.pk).levels[3] == 2


@pytest.mark.parametrize("note", ["a\x00b", "half \ud83d a pair"])
def test_rate_support_with_a_note_that_cannot_be_stored_says_so(office, assistant, note):
    with pytest.raises(InvalidInput, match="cannot be stored") as refused:
        actions.rate_support(office=office, person=make_person(), rating=1.0, note=note, by=assistant)

    assert refused.value.field == "note"


def test_parts_of_others_are_the_same_whatever_a_reader_of_the_queue_is_thought_of(client, office, assistant):
    own, other = make_request(office, assistant), make_request(office)
    colleague = make_assistant(office)
    client.force_login(assistant)

    def shown():
        page = client.get(reverse("priorities:queue"), {"why": other.reference}).context["page"].explanation
        return page.parts, explanation_of(other, reader=assistant, now=timezone.now()).parts, page.average

    before = shown()
    judge(own, colleague, JudgedStanding(4, 4, "On the board.", in_days(9)), levels=dict.fromkeys(NOTHING, 4))

    assert shown() == before
    assert explanation_of(other, reader=colleague, now=timezone.now()).parts != before[1]


@pytest.mark.django_db(transaction=True)
def test_judge_by_two_who_saw_the_same_form_is_stored_once(office, assistant, row):
    other = make_assistant(office)
    seen = levels_version(None, None)

    results = at_once(
        *(
            lambda by=by, level=level: judge(row, by, levels=NOTHING | {"alignment": level}, seen=seen)
            for by, level in ((assistant, 1), (other, 3))
        )
    )

    assert sorted(isinstance(result, ChangedMeanwhile) for result in results) == [False, True]
    assert row.events.filter(kind=Event.Kind.JUDGED).count() == 1
    assert list(differences()) == []
