from datetime import datetime, timedelta
from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from priorities import actions as ranking
from priorities import selectors
from priorities.models import Choice, HandMove, Rank
from priorities.scans import Filters, View
from requests_app import actions
from tests.makers import make_assistant, make_executive, make_office, make_request

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def office():
    return make_office("EO", time_zone="Europe/Berlin")


@pytest.fixture
def assistant(office, client):
    person = make_assistant(office, "Dana Okafor")
    client.force_login(person)
    return person


@pytest.fixture
def rows(office):
    """Four of everyone's, an hour apart, oldest first."""
    now = timezone.now()
    return [make_request(office, title=f"Thing {number}", now=now - (9 - number) * HOUR) for number in range(4)]


def address(row):
    return reverse("priorities:move", args=[row.reference])


def send(client, row, **data):
    given = {"above": "", "why": "blocks", "until": "open", "seen": timezone.now().isoformat(), **data}
    return client.post(address(row), given)


def text_of(response):
    return unescape(response.content.decode())


def order(office):
    page = selectors.rows_of(View.TODO, Filters(), office_id=office.pk, cursor=None, now=timezone.now())
    return [row.service_request_id for row in page.rows]


def test_move_form_offers_the_others_of_its_band_the_end_and_reasons(client, office, assistant, rows):
    make_request(office, make_executive(office), title="First of all")

    page = text_of(client.get(address(rows[3])))

    assert f"{rows[0].reference} · Thing 0" in page
    assert f'<option value="{rows[3].reference}"' not in page
    assert "First of all" not in page
    assert "None: behind all others of its band" in page
    assert "Others cannot go on without it" in page


def test_move_form_asked_for_by_a_swap_is_a_fragment_with_the_target_filled_in(client, assistant, rows):
    response = client.get(address(rows[3]), {"above": rows[1].reference, "next": "/queue/?view=mine"}, headers=HTMX)

    page = text_of(response)
    assert "<html" not in page
    assert f'<option value="{rows[1].reference}" selected>' in page
    assert 'name="next" value="/queue/?view=mine"' in page


@pytest.mark.parametrize(("above", "field"), [("end", '"end" selected'), ("EO-77", 'value="EO-77"')])
def test_move_form_keeps_what_the_address_says_of_the_target(client, assistant, rows, above, field):
    assert field in text_of(client.get(address(rows[3]), {"above": above}))


def test_move_puts_it_there_says_so_and_offers_to_undo_it(client, office, assistant, rows):
    response = send(client, rows[3], above=rows[1].reference, reason="Two teams wait")
    page = text_of(client.get(response["Location"]))

    assert order(office) == [rows[number].pk for number in (0, 3, 1, 2)]
    assert f"{rows[3].reference} was number 4 and is number 2 now." in page
    assert f'form="start" formaction="/queue/move/{rows[3].reference}/undo/"' in page
    assert "moved by hand" in page
    assert "Moved here by Dana Okafor: Others cannot go on without it: Two teams wait." in page
    assert "By the rules it would be number 4." in page
    assert Choice.objects.get().reason == Choice.Reason.BLOCKS


@pytest.mark.parametrize("typed", ["{reference}", " {lower} ", "{number}"])
def test_move_above_a_number_that_was_typed_finds_it(client, office, assistant, rows, typed):
    reference = rows[0].reference
    words = {"reference": reference, "lower": reference.lower(), "number": reference.partition("-")[2]}

    send(client, rows[3], other=typed.format(**words))

    assert order(office)[:2] == [rows[3].pk, rows[0].pk]


def test_move_to_the_end_stands_behind_all(client, office, assistant, rows):
    response = send(client, rows[0], above="end", next="/queue/?view=mine")

    assert order(office)[-1] == rows[0].pk
    assert response["Location"] == "/queue/?view=mine"


@pytest.mark.parametrize(("until", "days"), [("0", 1), ("1", 2), ("7", 8), ("day", 4)])
def test_move_until_a_day_ends_at_the_midnight_after_it(client, office, assistant, rows, until, days):
    today = timezone.localdate(timezone=office.zone)

    send(client, rows[3], above=rows[0].reference, until=until, ends_on=(today + 3 * DAY).isoformat())

    ends_at = HandMove.objects.get().ends_at.astimezone(office.zone)
    assert ends_at == datetime.combine(today + days * DAY, datetime.min.time(), tzinfo=office.zone)


FIRST = "FIRST"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose above which request it is to stand"),
        ({"above": "EO-9999"}, "Choose one of the entries listed"),
        ({"other": "EO-9999"}, "There is no request “EO-9999” in this office."),
        ({"other": "\x00"}, "holds a character that cannot be stored"),
        ({"above": FIRST, "why": ""}, "Choose what comes closest."),
        ({"above": FIRST, "why": "other", "reason": " "}, "Say in a few words why"),
        ({"above": FIRST, "reason": "x" * 401}, "1 character too many"),
        ({"above": FIRST, "until": "day"}, "Give the day."),
        ({"above": FIRST, "until": "day", "ends_on": "2020-01-01"}, "Choose a day that is not over yet."),
        ({"above": FIRST, "until": "day", "ends_on": "2100-12-31"}, "within the next two years"),
        ({"above": FIRST, "until": "day", "ends_on": "9999-12-31"}, "Give the year with four digits, until 2200."),
        ({"above": FIRST, "until": "day", "ends_on": "soon"}, "Give a day, such as"),
    ],
)
def test_move_with_wrong_input_says_what_to_do_and_keeps_it(client, assistant, rows, data, sentence):
    given = {name: rows[0].reference if value is FIRST else value for name, value in data.items()}

    response = send(client, rows[3], **{"reason": "Two teams wait", **given})

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert given.get("reason", "Two teams wait") in text_of(response)
    assert not HandMove.objects.exists()


def test_move_above_its_own_number_says_so_at_the_field(client, assistant, rows):
    response = send(client, rows[3], other=rows[3].reference)

    assert "It cannot stand above itself." in text_of(response)


def test_move_sent_from_the_dialog_loads_the_queue_anew(client, office, assistant, rows):
    response = client.post(
        address(rows[3]),
        {"above": rows[0].reference, "why": "blocks", "until": "open", "next": "/queue/?view=mine"},
        headers=HTMX,
    )

    assert (response.status_code, response["HX-Redirect"]) == (200, "/queue/?view=mine")
    assert order(office)[0] == rows[3].pk


def test_move_refused_in_the_dialog_stays_there(client, assistant, rows):
    response = client.post(address(rows[3]), {"above": "", "why": "", "until": "day"}, headers=HTMX)

    page = text_of(response)
    assert response.status_code == 422
    assert "<html" not in page
    assert f'hx-post="{address(rows[3])}"' in page
    assert page.count("Give the day.") == 2


def test_move_in_the_dialog_after_somebody_moved_the_target_says_so_there(client, office, assistant, rows):
    sam = make_assistant(office, "Sam Whitlock")
    ranking.move_request(service_request_id=rows[1].pk, above_id=rows[0].pk, reason="The board", by=sam)
    stale = {"above": rows[1].reference, "why": "blocks", "until": "open", "seen": "", "reason": "Two teams wait"}

    response = client.post(address(rows[3]), stale, headers=HTMX)

    assert response.status_code == 422
    assert "Sam Whitlock moved" in text_of(response)
    assert "Two teams wait" in text_of(response)


def test_move_form_as_a_page_is_sent_as_a_page(client, assistant, rows):
    assert "hx-post" not in text_of(client.get(address(rows[3]))).partition("<main")[2]


def test_move_after_somebody_moved_the_target_says_so_once(client, office, assistant, rows):
    shown_at = (timezone.now() - HOUR).isoformat()
    sam = make_assistant(office, "Sam Whitlock")
    ranking.move_request(service_request_id=rows[1].pk, above_id=rows[0].pk, reason="The board", by=sam)

    refused = send(client, rows[3], above=rows[1].reference, reason="Two teams wait", seen=shown_at)
    again = send(client, rows[3], above=rows[1].reference, seen=refused.context["form"]["seen"].value())

    assert refused.status_code == 409
    assert f"Sam Whitlock moved {rows[1].reference} after you opened this" in text_of(refused)
    assert "Two teams wait" in text_of(refused)
    assert again.status_code == 302
    assert order(office)[:2] == [rows[3].pk, rows[1].pk]


def test_move_of_what_must_start_now_says_why_not_instead_of_a_form(client, assistant, rows):
    actions.agree_date(service_request_id=rows[0].pk, agreed_at=timezone.now() + HOUR, by=assistant)

    shown, sent = client.get(address(rows[0])), send(client, rows[0], above=rows[1].reference)

    assert "its date decides where it stands" in text_of(shown)
    assert 'name="above"' not in text_of(shown)
    assert sent.status_code == 409


def test_move_of_ones_own_request_is_sealed(client, office, assistant, rows):
    own = make_request(office, assistant)

    assert client.get(address(own)).status_code == 403
    assert send(client, own, above=rows[0].reference).status_code == 403
    assert client.post(reverse("priorities:move-back", args=[own.reference])).status_code == 403
    assert f"/queue/move/{own.reference}/" not in text_of(client.get("/queue/"))


def test_undo_puts_it_back_in_one_step(client, office, assistant, rows):
    send(client, rows[3], above=rows[0].reference)

    response = client.post(
        reverse("priorities:move-back", args=[rows[3].reference]), {"move": HandMove.objects.get().pk}
    )

    assert order(office) == [row.pk for row in rows]
    assert f"{rows[3].reference} stands by the rules again, as number 4." in text_of(client.get(response["Location"]))


@pytest.mark.parametrize("shown", ["", "0", "x", "9" * 30])
def test_undo_of_a_move_that_was_not_shown_changes_nothing(client, assistant, rows, shown):
    send(client, rows[3], above=rows[0].reference)

    response = client.post(reverse("priorities:move-back", args=[rows[3].reference]), {"move": shown})

    assert HandMove.objects.standing().exists()
    assert "moved" in text_of(client.get(response["Location"]))


def test_move_is_not_shown_to_whom_it_concerns(client, office, assistant, rows):
    send(client, rows[3], above=rows[0].reference, reason="Two teams wait")

    client.force_login(rows[3].requester)

    page = text_of(client.get(rows[3].get_absolute_url()))
    assert "by hand" not in page
    assert "Two teams wait" not in page


def test_tag_of_a_move_of_the_readers_own_request_is_not_shown(client, office, assistant, rows):
    own, sam = make_request(office, assistant), make_assistant(office)
    ranking.move_request(service_request_id=own.pk, above_id=rows[0].pk, reason="The board", by=sam)

    page = text_of(client.get("/queue/"))

    assert "by hand</span>" not in page


def test_history_of_the_office_says_what_was_moved_and_the_panel_undoes_it(client, assistant, rows):
    send(client, rows[3], above=rows[0].reference, reason="Two teams wait")

    page = text_of(client.get(rows[3].get_absolute_url()))

    assert f"Moved by hand above {rows[0].reference}, sealed: Others cannot go on without it: Two teams wait" in page
    form = page.partition(f'method="post" action="/queue/move/{rows[3].reference}/undo/"')[2]
    assert "csrfmiddlewaretoken" in form[:200]


def test_panel_of_the_request_page_leads_to_the_move(client, assistant, rows):
    page = client.get(rows[3].get_absolute_url()).content.decode()

    assert f'href="{address(rows[3])}">Move by hand…</a>' in page


@pytest.mark.parametrize("change", ["promoted", "taken out", "read by the executive"])
def test_panel_where_nothing_can_be_moved_leads_to_no_move(client, office, assistant, rows, change):
    now = timezone.now()
    if change == "promoted":
        Rank.objects.filter(pk=rows[3].pk).update(promote_at=now)
    elif change == "taken out":
        actions.resolve(service_request_id=rows[3].pk, body="Done.", by=assistant)
    else:
        client.force_login(make_executive(office))

    page = client.get(reverse("priorities:why", args=[rows[3].reference])).content.decode()

    assert "Where it stood at a past moment" in page
    assert address(rows[3]) not in page


def test_move_of_what_is_promoted_later_still_says_who_moved_it(client, assistant, rows):
    send(client, rows[3], above=rows[0].reference)
    Rank.objects.filter(pk=rows[3].pk).update(promote_at=timezone.now())

    page = text_of(client.get(reverse("priorities:why", args=[rows[3].reference])))

    assert "Moved by hand by Dana Okafor: Others cannot go on without it." in page
    assert "By the rules it would be" not in page


def test_explain_says_of_a_move_what_the_page_says(office, assistant, rows):
    now, out = timezone.now(), StringIO()
    ends_at = datetime.combine(timezone.localdate(now, office.zone) + 2 * DAY, datetime.min.time(), tzinfo=office.zone)
    ranking.move_request(
        service_request_id=rows[3].pk, above_id=rows[0].pk, reason="The board asked", ends_at=ends_at, by=assistant
    )

    call_command("explain", rows[3].reference, stdout=out)

    said = out.getvalue()
    assert "It stands with everyone, where it was put by hand." in said
    assert "Moved here by Dana Okafor until tomorrow: The board asked. By the rules it would be number 4." in said
    assert "By the rules it counts as received" in said
