from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from priorities import actions
from priorities.actions import JudgedStanding, levels_version
from priorities.models import Judgement, Rank, Standing, StandingLook, SupportRating
from requests_app import actions as actions_on_requests
from servicedesk.exceptions import TransitionNotAllowed
from tests.makers import make_assistant, make_executive, make_goal, make_office, make_person, make_request

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def assistant(office, client):
    person = make_assistant(office, "Dana Okafor")
    client.force_login(person)
    return person


@pytest.fixture
def row(office):
    return make_request(office)


def judge(client, row, headers=None, **data):
    return client.post(reverse("priorities:judge", args=[row.reference]), {"seen": ".", **data}, headers=headers or {})


def text_of(response):
    return unescape(response.content.decode())


def test_judge_form_offers_the_anchors_and_what_unknown_counts_as(client, assistant, row):
    page = text_of(client.get(reverse("priorities:judge", args=[row.reference])))

    assert "3 – supports a named goal" in page
    assert "not judged yet: counts as 2" in page
    assert f"Standing of {row.requester} in {row.office}" in page


def test_judge_stores_levels_and_moves_the_request(client, assistant, row):
    before = Rank.objects.get(pk=row.pk).key

    response = judge(client, row, alignment="4", resources="3")

    assert response["Location"] == row.get_absolute_url()
    assert (Judgement.objects.get().alignment, Standing.objects.get().resources) == (4, 3)
    assert Rank.objects.get(pk=row.pk).key < before


def test_judge_moves_the_other_requests_of_the_same_person(client, assistant, office, row):
    other = make_request(office, row.requester)
    before = Rank.objects.get(pk=other.pk).key

    judge(client, row, resources="4")

    assert Rank.objects.get(pk=other.pk).key < before


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"clout": "3"}, "Say what this clout rests on"),
        ({"clout": "3"}, "Give a day, today or later"),
        ({"clout": "3", "evidence": "On the board."}, "Give a day, today or later"),
        ({"clout": "3", "evidence": "On the board.", "review_on": "2020-01-01"}, "Give a day, today or later"),
        ({"clout": "9"}, "Choose one of the entries listed"),
        ({"alignment": "x", "review_on": "0001-13-99"}, "Give a day, such as"),
        ({"evidence": "e" * 2001}, "2000"),
        ({"evidence": "a\x00b"}, "holds a character that cannot be stored"),
    ],
)
def test_judge_with_wrong_input_says_what_to_do_and_keeps_it(client, assistant, row, data, sentence):
    response = judge(client, row, agreement="2", **data)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert '<option value="2" selected>2 – understood' in text_of(response)
    assert not Judgement.objects.exists()


def test_judge_after_somebody_else_judged_says_so_once(client, assistant, office, row):
    other = make_assistant(office, "Sam Whitlock")
    Judgement.objects.create(service_request=row, alignment=1, by=other, at=timezone.now())

    refused = judge(client, row, alignment="4")
    seen = refused.context["form"]["seen"].value()
    again = judge(client, row, alignment="4", seen=seen)

    assert refused.status_code == 409
    assert "Sam Whitlock judged after you opened this (today " in text_of(refused)
    assert '<option value="4" selected>' in text_of(refused)
    assert again.status_code == 302
    assert Judgement.objects.get().alignment == 4


@pytest.mark.parametrize("seen", ["", None])
def test_judge_by_a_form_that_does_not_say_what_it_showed_says_so_once(client, assistant, office, row, seen):
    other = make_assistant(office, "Sam Whitlock")
    Judgement.objects.create(service_request=row, alignment=1, by=other, at=timezone.now())
    data = {"alignment": "4"} if seen is None else {"alignment": "4", "seen": seen}

    refused = client.post(reverse("priorities:judge", args=[row.reference]), data)
    again = judge(client, row, alignment="4", seen=refused.context["form"]["seen"].value())

    assert "This form does not say what it showed when you opened it. Sam Whitlock judged last (today " in text_of(
        refused
    )
    assert "judged after you opened" not in text_of(refused)
    assert (refused.status_code, again.status_code) == (409, 302)


def test_judge_says_beside_the_day_that_clout_needs_it(client, assistant, row):
    page = text_of(client.get(reverse("priorities:judge", args=[row.reference])))

    assert "Needed from level 2 up. After that day it counts as 2." in page


def test_judge_after_ones_own_judging_in_another_window_says_so(client, assistant, row):
    Judgement.objects.create(service_request=row, alignment=1, by=assistant, at=timezone.now())

    refused = judge(client, row, alignment="4")

    assert "You judged yourself after you opened this page (today " in text_of(refused)


def test_judge_after_somebody_only_rated_the_support_is_taken(client, assistant, office, row):
    seen = levels_version(None, None)
    actions.rate_support(office=office, person=row.requester, rating=1, note="Helped", by=make_assistant(office))

    response = judge(client, row, alignment="4", seen=seen)

    assert response.status_code == 302


def test_judge_after_one_judged_and_another_rated_names_who_judged(client, assistant, office, row):
    Judgement.objects.create(service_request=row, by=make_assistant(office, "Sam Whitlock"), at=timezone.now())
    rater = make_assistant(office, "Ben Okoye")
    actions.rate_support(office=office, person=row.requester, rating=1, note="Helped", by=rater)

    refused = judge(client, row, alignment="4", seen=levels_version(None, None))

    assert "Sam Whitlock judged after you opened this" in text_of(refused)


def test_judge_after_a_standing_was_taken_back_says_so(client, assistant, office, row):
    standing = Standing.objects.create(
        office=office, person=row.requester, resources=3, by=assistant, at=timezone.now()
    )
    seen = levels_version(None, standing)
    other = make_assistant(office, "Sam Whitlock")
    Standing.objects.update(resources=None, by=other, at=timezone.now())

    refused = judge(client, row, alignment="4", seen=seen)

    assert "Sam Whitlock judged after you opened this" in text_of(refused)


def test_judge_by_htmx_answers_with_the_panel_and_refreshes_why(client, assistant, row):
    response = judge(client, row, HTMX, alignment="4")

    assert response.status_code == 200
    assert "levels-saved" in response["HX-Trigger"]
    assert "is a named goal's deliverable" in text_of(response)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("alignment", "said"),
    [
        ("4", "Levels saved. It was number 2 of the queue and is number 1 now."),
        ("0", "Levels saved. It stays number 2 of the queue."),
    ],
)
def test_judge_says_what_it_did_to_the_number_in_the_queue(client, assistant, office, alignment, said, headers):
    make_request(office, make_person(), now=timezone.now() - timedelta(hours=1))
    second = make_request(office, make_person())

    response = judge(client, second, headers, alignment=alignment)

    page = client.get(response.url) if response.status_code == 302 else response
    assert said in text_of(page)


def test_judge_outside_the_queue_says_that_the_levels_are_saved(client, assistant, row):
    actions_on_requests.defer(service_request_id=row.pk, due_at=timezone.now() + timedelta(hours=1), by=assistant)

    response = judge(client, row, HTMX, alignment="4")

    assert "Levels saved.</p>" in text_of(response)


def test_judge_by_htmx_shows_a_stale_form_in_its_place(client, assistant, row):
    Judgement.objects.create(service_request=row, by=assistant, at=timezone.now())

    response = judge(client, row, HTMX, alignment="4")

    assert response.status_code == 422
    assert b"<html" not in response.content


def test_judge_of_a_closed_request_is_refused(client, assistant, row):
    row.status, row.closed_at = "resolved", timezone.now()
    row.save(update_fields=["status", "closed_at"])

    response = judge(client, row, alignment="4")

    assert response.status_code == 422
    assert "Reopen it first" in text_of(response)


def test_judge_by_the_executive_is_refused(client, office, row):
    client.force_login(make_executive(office))

    assert judge(client, row, alignment="4").status_code == 403


def test_support_rating_is_kept_and_changes_history(client, assistant, office, row):
    before = Rank.objects.get(pk=row.pk).levels[3]

    response = client.post(
        reverse("priorities:support", args=[row.reference]), {"rating": "1.0", "note": "Lent us the hall."}
    )

    assert response.status_code == 302
    assert SupportRating.objects.get().by == assistant
    assert Rank.objects.get(pk=row.pk).levels[3] > before


def test_support_rating_keeps_the_author_of_the_evidence(client, assistant, office, row):
    other = make_assistant(office)
    at = timezone.now() - timedelta(days=3)
    Standing.objects.create(office=office, person=row.requester, clout=1, by=other, at=at)

    client.post(reverse("priorities:support", args=[row.reference]), {"rating": "0.5", "note": "Came late."})

    standing = Standing.objects.get()
    assert (standing.by, standing.at) == (other, at)


@pytest.mark.parametrize(
    "data", [{}, {"rating": "7", "note": "x"}, {"rating": "nan", "note": "x"}, {"rating": "1.0", "note": " "}]
)
def test_support_with_wrong_input_keeps_what_was_typed(client, assistant, row, data):
    response = client.post(reverse("priorities:support", args=[row.reference]), data)

    assert response.status_code == 422
    assert not SupportRating.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_judge_refused_lists_what_is_wrong_once(client, assistant, row, headers):
    page = text_of(judge(client, row, headers, clout="3", resources=""))

    assert page.count('class="error-summary"') == 1
    assert page.count("from level 2 up it needs evidence") == 2  # in the list and at the field


def test_support_sent_empty_says_what_to_do_once(client, assistant, row):
    page = text_of(client.post(reverse("priorities:support", args=[row.reference]), {}))

    assert page.count('class="error-summary"') == 1
    assert page.count("Choose what comes closest.") == page.count("Write one sentence about it.") == 2


def test_support_page_shows_earlier_ratings_and_logs_the_look(client, assistant, office, row):
    SupportRating.objects.create(
        office=office, person=row.requester, rating=0.75, note="Helped at the fair.", by=assistant, at=timezone.now()
    )

    page = text_of(client.get(reverse("priorities:support", args=[row.reference])))

    assert "<strong>Helped</strong>" in page
    assert "Helped at the fair." in page
    assert StandingLook.objects.count() == 1


def test_request_page_of_an_assistant_has_both_panels(client, assistant, row):
    page = text_of(client.get(row.get_absolute_url()))

    assert f"Why is {row.reference} number 1?" in page
    assert "Judge the levels" in page


@pytest.fixture
def own(office, assistant):
    own = make_request(office, assistant, title="My own trip")
    colleague = make_assistant(office, "Ben Okoye")
    actions.judge_request(
        service_request_id=own.pk, levels={"alignment": 4}, standing=JudgedStanding(None, 4), by=colleague
    )
    return own


@pytest.mark.parametrize("name", ["why", "judge", "support"])
def test_sealed_pages_of_the_reader_s_own_request_say_so_and_show_nothing(client, assistant, own, name):
    page = client.get(reverse(f"priorities:{name}", args=[own.reference]))

    assert page.status_code == 403
    assert "This request is your own" in text_of(page)
    assert "explanation" not in page.context
    assert not StandingLook.objects.exists()


def test_judging_and_rating_oneself_store_nothing(client, assistant, own):
    answers = [
        judge(client, own, alignment="1", resources="1"),
        client.post(reverse("priorities:support", args=[own.reference]), {"rating": "1", "note": "I was great"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert Standing.objects.get().resources == 4
    assert not SupportRating.objects.exists()


def test_judge_actions_refuse_whoever_they_are_about(assistant, own):
    with pytest.raises(TransitionNotAllowed, match="their own standing"):
        actions.judge_request(
            service_request_id=own.pk, levels={"alignment": 0}, standing=JudgedStanding(None, 1), by=assistant
        )
    with pytest.raises(TransitionNotAllowed, match="their own standing"):
        actions.rate_support(office=own.office, person=assistant, rating=1, note="I was great", by=assistant)


def test_request_page_and_queue_show_an_assistant_nothing_sealed_of_their_own(client, assistant, own):
    page = client.get(own.get_absolute_url())
    queue = client.get(reverse("priorities:queue"))

    assert page.context["panels"] == []
    assert "This request is your own" in text_of(page)
    assert own.title in text_of(queue)
    assert "This request is your own" in text_of(queue)
    assert queue.context["page"].explanation is None
    assert "resources +" not in text_of(queue)
    assert "assumed" not in text_of(queue)
    assert not StandingLook.objects.exists()


def test_why_of_the_executives_own_request_is_sealed(client, office):
    executive = make_executive(office)
    client.force_login(executive)
    own = make_request(office, executive)

    assert client.get(reverse("priorities:why", args=[own.reference])).status_code == 403
    fragment = client.get(reverse("priorities:why", args=[own.reference]), headers=HTMX)
    assert "This request is your own" in text_of(fragment)
    assert "<html" not in text_of(fragment)


@pytest.mark.parametrize("names_goal", [True, False])
def test_judge_form_of_what_names_no_goal_says_for_what_the_upper_levels_are(client, office, assistant, names_goal):
    row = make_request(office, goal=make_goal(office) if names_goal else None)

    page = text_of(client.get(reverse("priorities:judge", args=[row.reference])))

    assert ("It names no goal" in page) != names_goal


def test_clout_says_that_it_needs_evidence_only_where_a_level_is_chosen(client, office, assistant, row):
    judge(client, row, clout="2", evidence="Owns it", review_on=(timezone.localdate() + timedelta(days=9)).isoformat())
    addresses = [reverse("priorities:customers"), reverse("priorities:expiring"), row.get_absolute_url()]

    facts = [text_of(client.get(address)) for address in addresses]
    form = text_of(client.get(reverse("priorities:judge", args=[row.reference])))

    assert all("noticeable" in page for page in facts)
    assert not any("from here up" in page for page in facts)
    assert "2 – noticeable (from here up: with evidence)" in form
