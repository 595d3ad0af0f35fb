from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from requests_app.models import Event, ServiceRequest
from servicedesk.notices.models import Notice
from servicedesk.people.models import User
from servicedesk.tabular import read_rows
from tests.makers import make_assistant, make_department, make_goal, make_office, make_person

pytestmark = pytest.mark.django_db

MAP = """
time_zone = "Europe/Berlin"
date_formats = ["%d.%m.%Y %H:%M", "iso"]

[columns]
id = "Ticket"
title = "Subject"
purpose = "Text"
kind = "Category"
status = "State"
requester_email = "From"
requester_name = "Name"
department = "Unit"
received = "Created"
answered = "First reply"
closed = "Closed"
assignee_email = "Owner"
goal = "Goal"

[kinds]
"Termin" = "meeting"

[statuses]
"offen" = "new"
"in Arbeit" = "in_progress"
"wartet" = "waiting"
"erledigt" = "resolved"

[departments]
"EDV" = "IT"
"""
HEADER = "Ticket;Subject;Text;Category;State;From;Name;Unit;Created;First reply;Closed;Owner;Goal"
CLOSED = "T-1;Budget;Zahlen;Termin;erledigt;Lea@Example.org;Lea Kühn;EDV;03.03.2025 09:00;03.03.2025 10:00;04.03.2025 08:00;;"
OPEN = "T-2;Room;;Termin;offen;lea@example.org;Lea Kühn;;04.03.2025 09:00;;;;"


class Desk:
    """An office, a folder, and the command run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.office = make_office("EO")
        self.department = make_department("IT")
        self.file = folder / "old.csv"
        self.map = folder / "map.toml"
        self.map.write_text(MAP, "utf-8")

    def bring_in(self, *rows: str, encoding: str = "utf-8", header: str = HEADER, **options: object) -> str:
        self.file.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
        told = StringIO()
        call_command("import_requests", str(self.file), map=self.map, stdout=told, stderr=StringIO(), **options)
        return told.getvalue()

    def refusals(self) -> list[dict[str, str]]:
        with self.file.with_suffix(".refused.csv").open("rb") as stream:
            return [row.values for row in read_rows(stream, ["row", "id", "why"])]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_import_closed_row_is_stored_with_person_times_and_history(desk):
    desk.bring_in(CLOSED)

    stored = ServiceRequest.objects.get()
    assert (stored.title, stored.purpose, stored.kind, stored.status) == ("Budget", "Zahlen", "meeting", "resolved")
    assert (stored.reference, stored.imported_as) == ("EO-1001", "T-1")
    assert stored.received_at == datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
    assert stored.first_reply_at == datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
    assert stored.closed_at == datetime(2025, 3, 4, 7, 0, tzinfo=UTC)
    assert stored.reply_due_at == datetime(2025, 3, 4, 8, 0, tzinfo=UTC)
    assert (stored.requester.email, stored.requester.name) == ("lea@example.org", "Lea Kühn")
    assert stored.requester.department == desk.department
    assert not stored.requester.has_usable_password()
    kinds = stored.events.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [Event.Kind.LOGGED, Event.Kind.RESOLVED, Event.Kind.IMPORTED]


def test_import_open_row_stands_in_the_queue(desk):
    desk.bring_in(OPEN)

    rank = ServiceRequest.objects.get().rank
    assert rank.queued
    assert rank.key < datetime(2025, 3, 4, 8, 0, tzinfo=UTC)


def test_import_sends_nothing_about_the_past(desk):
    desk.bring_in(CLOSED, OPEN)

    assert ServiceRequest.objects.count() == 2
    assert not Notice.objects.exists()


def test_import_known_person_is_matched_by_address_and_stays_as_they_are(desk):
    lea = make_person("Lea Kühn-Roth", "lea@example.org")

    told = desk.bring_in(CLOSED)

    assert ServiceRequest.objects.get().requester == lea
    assert User.objects.get(pk=lea.pk).name == "Lea Kühn-Roth"
    assert "0 new people" in told


def test_import_second_run_adds_nothing(desk):
    desk.bring_in(CLOSED, OPEN)

    told = desk.bring_in(CLOSED, OPEN)

    assert ServiceRequest.objects.count() == 2
    assert User.objects.count() == 1
    assert "0 brought in" in told
    assert "2 were here already" in told


def test_import_dry_run_stores_nothing_and_draws_no_number(desk):
    told = desk.bring_in(CLOSED, OPEN, dry_run=True)

    desk.office.refresh_from_db()
    assert "2 would be brought in, with 1 new people" in told
    assert not ServiceRequest.objects.exists()
    assert not User.objects.exists()
    assert desk.office.last_number == 1000


def test_import_windows_text_with_tabs_is_read(desk):
    rows = [line.replace(";", "\t") for line in (HEADER, CLOSED)]

    desk.bring_in(rows[1], header=rows[0], encoding="cp1252")

    assert ServiceRequest.objects.get().requester.name == "Lea Kühn"


@pytest.mark.parametrize(
    "text",
    [r"\N", "a\\tb", "a\tb", "first\n\\.\nlast", r"\.", "\\", "“ä” ♞ 100 % %s"],
    ids=["null", "t", "tab", "end", "end alone", "one", "other"],
)
def test_import_text_is_stored_as_it_stands(desk, text):
    cell = text.replace('"', '""')

    desk.bring_in(OPEN.replace(";Room;;", f';"x {cell}";"{cell}";'))

    stored = ServiceRequest.objects.get()
    assert (stored.title, stored.purpose) == (" ".join(f"x {text}".split()), text)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("Lea@Example.org", "leaexample"), "is not an e-mail address"),
        (("03.03.2025 09:00", "30.03.2025 02:30"), "does not exist"),
        (("03.03.2025 09:00", "2025/03/03"), "is not a time as the map describes it"),
        (("03.03.2025 09:00", "03.03.2999 09:00"), "still to come"),
        (("03.03.2025 09:00", ""), "does not say when the request was received"),
        (("03.03.2025 10:00", "02.03.2025 10:00"), "before what happened earlier"),
        (("04.03.2025 08:00", ""), "does not say when"),
        (("erledigt", "offen"), "says when it was closed"),
        (("erledigt", "vertagt"), "what the state “vertagt” means"),
        (("Termin", "Feier"), "which kind “Feier” is"),
        (("EDV", "Kantine"), "no department “Kantine”"),
        ((";Budget;", ";;"), "Say in one line"),
        ((";Budget;", f";{'x' * 201};"), "too many"),
        (("T-1;", ";"), "has no id"),
        (("T-1;", f"{'1' * 121};"), "longer than 120"),
        (("08:00;;", "08:00;;;surplus"), "cells"),
        (("08:00;;", "08:00;;Peace"), "no goal of this office “Peace”"),
        (("08:00;;", "08:00;nobody;"), "is not an e-mail address"),
    ],
)
def test_import_broken_row_is_refused_with_a_reason_and_the_others_are_taken(desk, change, why):
    desk.bring_in(CLOSED.replace(*change), OPEN)

    assert [stored.imported_as for stored in ServiceRequest.objects.all()] == ["T-2"]
    (refusal,) = desk.refusals()
    assert refusal["row"] == "2"
    assert why in refusal["why"]


def test_import_same_id_twice_in_a_file_is_refused_once(desk):
    desk.bring_in(CLOSED, CLOSED)

    assert ServiceRequest.objects.count() == 1
    assert "stands in row 2 already" in desk.refusals()[0]["why"]


def test_import_doubled_hour_is_the_first_unless_that_were_before_the_receipt(desk):
    row = CLOSED.replace("03.03.2025 09:00", "27.10.2024 02:50").replace("03.03.2025 10:00", "27.10.2024 02:10")

    desk.bring_in(row)

    stored = ServiceRequest.objects.get()
    assert stored.received_at == datetime(2024, 10, 27, 0, 50, tzinfo=UTC)
    assert stored.first_reply_at == datetime(2024, 10, 27, 1, 10, tzinfo=UTC)


def test_import_row_that_only_the_database_refuses_leaves_the_others(desk):
    taken = CLOSED.replace("T-1", "T-3")
    odd = "T-9;Room;;Termin;offen;" + "a" * 64 + "@" + ".".join(["b" * 60] * 4) + ".org;Odd;;04.03.2025 09:00;;;;"

    desk.bring_in(odd, taken)

    assert [stored.imported_as for stored in ServiceRequest.objects.all()] == ["T-3"]
    assert "database does not take this row" in desk.refusals()[0]["why"]


def test_import_owner_of_an_open_row_must_be_an_assistant(desk):
    make_assistant(desk.office, email="dana@example.org")
    rows = [
        OPEN.replace(";;;;", ";;;dana@example.org;"),
        OPEN.replace("T-2", "T-3").replace(";;;;", ";;;x@example.org;"),
    ]

    desk.bring_in(*rows)

    assert ServiceRequest.objects.get().assignee.email == "dana@example.org"
    assert "is no assistant of this office" in desk.refusals()[0]["why"]


def test_import_goal_and_former_owner_of_a_closed_row_are_kept(desk):
    goal = make_goal(desk.office, "Growth")

    desk.bring_in(CLOSED.replace("08:00;;", "08:00;gone@example.org;growth"))

    stored = ServiceRequest.objects.get()
    assert stored.goal == goal
    assert stored.assignee.email == "gone@example.org"


def test_import_waiting_row_waits_since_the_last_answer(desk):
    desk.bring_in(OPEN.replace("offen", "wartet").replace("09:00;;", "09:00;04.03.2025 11:00;"))

    stored = ServiceRequest.objects.get()
    assert stored.status == ServiceRequest.Status.WAITING
    assert stored.waiting_since == datetime(2025, 3, 4, 10, 0, tzinfo=UTC)


def test_import_row_that_is_still_to_be_answered_is_watched(desk):
    dana = make_assistant(desk.office)

    desk.bring_in(OPEN.replace("04.03.2025 09:00", (timezone.now() - timedelta(minutes=5)).isoformat()))

    assert {notice.recipient for notice in Notice.objects.filter(kind="reply_goal_near")} == {dana}


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (CLOSED, ServiceRequest.Status.RESOLVED),
        (OPEN, ServiceRequest.Status.NEW),
        (OPEN.replace("09:00;;", "09:00;04.03.2025 11:00;"), ServiceRequest.Status.IN_PROGRESS),
    ],
)
def test_import_row_without_state_and_kind_is_what_its_times_say(desk, row, status):
    desk.bring_in(row.replace("Termin;erledigt", ";").replace("Termin;offen", ";"))

    stored = ServiceRequest.objects.get()
    assert (stored.status, stored.kind) == (status, ServiceRequest.Kind.OTHER)


def test_import_time_with_its_own_zone_is_that_instant(desk):
    desk.bring_in(OPEN.replace("04.03.2025 09:00", "2025-03-04T09:00:00-05:00"))

    assert ServiceRequest.objects.get().received_at == datetime(2025, 3, 4, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('time_zone = "Europe/Berlin"', "", "Name the zone"),
        ("Europe/Berlin", "Europe/Atlantis", "no time zone"),
        ('id = "Ticket"', "", "which column of the file holds id"),
        ('id = "Ticket"', 'ident = "Ticket"', "Nothing is called “ident”"),
        ('"Termin" = "meeting"', '"Termin" = "party"', "none of"),
        ('"offen" = "new"', '"offen" = "deferred"', "none of"),
        ('["%d.%m.%Y %H:%M", "iso"]', '"iso"', "as a list"),
        ('["%d.%m.%Y %H:%M", "iso"]', '["%Q"]', "not a pattern"),
        ("[columns]", "[columns", "not TOML"),
        ("[kinds]", "[sorts]", "Nothing is called “sorts”"),
        ('"EDV" = "IT"', '"EDV" = 7', "as lines of name"),
        (
            'time_zone = "Europe/Berlin"',
            'time_zone = "Europe/Berlin"\ndefault_kind = "party"',
            "default_kind must be one of",
        ),
    ],
)
def test_import_unusable_map_is_refused_with_a_sentence(desk, before, after, why):
    desk.map.write_text(MAP.replace(before, after, 1), "utf-8")

    with pytest.raises(CommandError, match=why):
        desk.bring_in(CLOSED)


def test_import_missing_column_is_refused_with_a_sentence(desk):
    with pytest.raises(CommandError, match="Column"):
        desk.bring_in("T-1;Budget", header="Ticket;Subject")


def test_import_missing_file_is_refused_with_a_sentence(desk):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_requests", str(desk.folder / "none.csv"), map=desk.map)


def test_import_with_two_offices_asks_which(desk):
    make_office("FIN")

    with pytest.raises(CommandError, match="EO, FIN"):
        desk.bring_in(CLOSED)


def test_import_into_a_chosen_office_takes_its_numbers(desk):
    make_office("FIN")

    desk.bring_in(CLOSED, office="fin")

    assert ServiceRequest.objects.get().reference == "FIN-1001"


def test_import_without_its_map_is_refused_with_a_sentence(desk):
    desk.map.unlink()

    with pytest.raises(CommandError, match=r"map .* cannot be read"):
        desk.bring_in(CLOSED)
