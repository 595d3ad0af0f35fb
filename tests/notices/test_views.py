"""The page of undelivered letters: for administrators, complete, and silent about what the letters say."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from servicedesk.notices import actions, kinds
from servicedesk.notices.models import Decision, Notice
from servicedesk.paging import PAGE_SIZE
from tests.makers import make_assistant, make_office, make_person
from tests.notices.test_actions import make_notice

pytestmark = pytest.mark.django_db

State = Notice.State
PAGE = "/administration/undelivered/"


@pytest.fixture
def administrator(client):
    administrator = make_person("Ada Novák", is_administrator=True)
    client.force_login(administrator)
    return administrator


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_undelivered_lists_what_needs_a_decision_and_nothing_else(client, administrator):
    make_notice(State.UNCERTAIN, problem="Connection lost", recipient=make_person("Helena Lindqvist"))
    make_notice(State.DEAD, problem="550 no such person", recipient=make_person("Rob Banerjee"))
    make_notice(State.SENT, recipient=make_person("Tomo Nakamura"))

    text = text_of(client.get(PAGE))

    assert "Helena Lindqvist" in text
    assert "Connection lost" in text
    assert "Ask Helena before you send it again." in text
    assert "550 no such person" in text
    assert "Tomo Nakamura" not in text


def test_undelivered_names_kind_and_subject_but_no_words_of_the_letter(client, administrator):
    kinds.register(
        kinds.NoticeKind("titled", "notices/plain.txt", lambda notice: {"title": "sealed"}, title="A reminder")
    )
    about = make_person("Helena Lindqvist")
    make_notice(State.DEAD, kind="titled", about=f"person:{about.pk}", context={"reason": "sealed"})

    text = text_of(client.get(PAGE))

    assert "A reminder · Helena Lindqvist" in text
    assert "sealed" not in text


def test_undelivered_nothing_to_decide_says_so(client, administrator):
    assert "There is nothing to decide." in text_of(client.get(PAGE))


def test_undelivered_mail_server_away_is_said_with_its_answer(client, administrator):
    make_notice(retry_at=timezone.now(), problem="Connection refused")

    text = text_of(client.get(PAGE))

    assert "The mail server takes no letters: 1 waits" in text
    assert "Connection refused" in text


@pytest.mark.parametrize("verb", ["get", "post"])
def test_undelivered_other_roles_are_refused(client, verb):
    notice = make_notice(State.DEAD)
    address = PAGE if verb == "get" else reverse("notices:undelivered-close", args=[notice.pk])

    anonymous = getattr(client, verb)(address)
    client.force_login(make_assistant(make_office()))
    assistant = getattr(client, verb)(address)

    assert anonymous.status_code == 302
    assert assistant.status_code == 403
    notice.refresh_from_db()
    assert notice.state == State.DEAD


@pytest.mark.parametrize("name", ["notices:undelivered-again", "notices:undelivered-close"])
def test_undelivered_decisions_are_taken_by_post_only(client, administrator, name):
    notice = make_notice(State.DEAD)

    answer = client.get(reverse(name, args=[notice.pk]))

    assert answer.status_code == 405
    assert not Decision.objects.exists()


def test_undelivered_again_sends_it_back_and_says_so(client, administrator):
    notice = make_notice(State.UNCERTAIN, recipient=make_person("Helena Lindqvist"))

    answer = client.post(reverse("notices:undelivered-again", args=[notice.pk]), follow=True)

    notice.refresh_from_db()
    assert notice.state == State.WAITING
    assert "The letter to Helena Lindqvist is on its way again." in text_of(answer)
    assert Decision.objects.get().by == administrator


def test_undelivered_close_settles_it(client, administrator):
    notice = make_notice(State.UNCERTAIN)

    client.post(reverse("notices:undelivered-close", args=[notice.pk]))

    notice.refresh_from_db()
    assert notice.state == State.SENT


def test_undelivered_settled_meanwhile_is_409_with_a_sentence(client, administrator):
    notice = make_notice(State.SENT)

    answer = client.post(reverse("notices:undelivered-again", args=[notice.pk]))

    assert answer.status_code == 409
    assert "This letter has been settled meanwhile." in text_of(answer)


def test_undelivered_decided_by_a_colleague_meanwhile_names_them_and_what_they_did(client, administrator):
    notice = make_notice(State.DEAD)
    actions.send_again(notice_id=notice.pk, by=make_person("Ben Okoye"))

    answer = client.post(reverse("notices:undelivered-close", args=[notice.pk]))

    assert answer.status_code == 409
    assert re.search("Ben Okoye decided about this letter today [0-9:]+: send again", text_of(answer))


def test_undelivered_all_again_sends_what_the_page_listed_as_given_up_and_nothing_else(client, administrator):
    listed = [make_notice(State.DEAD, occasion=f"n{number}") for number in range(3)]
    perhaps = make_notice(State.UNCERTAIN, occasion="perhaps")
    page = client.get(PAGE)
    younger = make_notice(State.DEAD, occasion="younger")
    sent = {"notice": page.context["page"].given_up}

    answer = client.post(reverse("notices:undelivered-all-again"), sent, follow=True)

    assert "Send the 3 given up on this page again" in text_of(page)
    assert "3 letters are on their way again." in text_of(answer)
    assert set(Notice.objects.filter(state=State.WAITING)) == set(listed)
    assert Decision.objects.filter(by=administrator, choice="send_again").count() == 3
    assert set(Notice.objects.for_a_person()) == {perhaps, younger}


def test_undelivered_all_again_after_a_colleague_was_quicker_sends_the_rest_once(client, administrator):
    listed = [make_notice(State.DEAD, occasion=f"n{number}") for number in range(3)]
    actions.close(notice_id=listed[0].pk, by=make_person())
    sent = {"notice": [notice.pk for notice in listed]}

    answer = client.post(reverse("notices:undelivered-all-again"), sent, follow=True)

    assert "2 letters are on their way again." in text_of(answer)
    assert "The others were settled meanwhile." in text_of(answer)
    assert Decision.objects.count() == 3


@pytest.mark.parametrize("listed", [[], ["x", "-1", "9" * 40, "\x00"], ["0"]])
def test_undelivered_all_again_of_nonsense_sends_nothing(client, administrator, listed):
    make_notice(State.DEAD)

    answer = client.post(reverse("notices:undelivered-all-again"), {"notice": listed})

    assert answer.status_code == 302
    assert not Decision.objects.exists()


def test_undelivered_with_one_given_up_offers_no_second_button_for_it(client, administrator):
    make_notice(State.DEAD)

    assert "given up on this page" not in text_of(client.get(PAGE))


@pytest.mark.parametrize("pk", ["0", "999999999", "9" * 40])
def test_undelivered_unknown_letter_is_404(client, administrator, pk):
    assert client.post(f"{PAGE}{pk}/again/").status_code == 404


def test_undelivered_pages_show_everything_once(client, administrator):
    settled_at = timezone.now()
    person = make_person()
    for number in range(PAGE_SIZE + 7):
        # Pairs at the same instant, so that the page's edge cuts through one.
        at = settled_at - timedelta(minutes=number // 2)
        make_notice(State.DEAD, occasion=f"n{number}", problem=f"fault-{number:03}.", settled_at=at, recipient=person)

    first = client.get(PAGE)
    following = client.get(PAGE, {"after": first.context["page"].next_after})

    shown = [row.notice.problem for answer in (first, following) for row in answer.context["page"].rows]
    assert sorted(shown) == [f"fault-{number:03}." for number in range(PAGE_SIZE + 7)]
    assert following.context["page"].next_after is None


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 40, "٣", "\x00", "1;drop"])
def test_undelivered_nonsense_in_the_address_starts_from_the_top(client, administrator, after):
    make_notice(State.DEAD, problem="550 first")

    answer = client.get(PAGE, {"after": after})

    assert "550 first" in text_of(answer)


def test_undelivered_needs_few_statements_however_long(client, administrator, django_assert_max_num_queries):
    for number in range(30):
        make_notice(State.DEAD, about=f"person:{administrator.pk}", occasion=f"n{number}")

    with django_assert_max_num_queries(12):
        client.get(PAGE)


def test_undelivered_is_kept_out_of_caches(client, administrator):
    assert "no-store" in client.get(PAGE)["Cache-Control"]


def test_rail_administrator_sees_how_many_wait(client, administrator):
    make_notice(State.DEAD)

    page = client.get(PAGE).content.decode()

    entry = rf'<a href="{PAGE}" aria-current="page"><svg.*?</svg>\s*Undelivered <span class="count">1</span></a>'
    assert re.search(entry, page, re.DOTALL)


def test_rail_others_do_not_see_the_page(client):
    client.force_login(make_assistant(make_office()))

    answer = client.get("/accounts/password/change/")

    assert PAGE not in answer.content.decode()
