"""A table that names somebody by the address of an account that was merged means who they are now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from priorities.tables import SupportTable
from requests_app.models import ServiceRequest
from servicedesk.people.imports.departments import DepartmentsTable
from servicedesk.people.imports.offices import OfficesTable
from servicedesk.people.imports.people import PeopleTable
from servicedesk.people.models import Department, User
from tests import makers
from tests.people.merging import make_pair, merge
from tests.people.test_imports import CHANGED, REFUSED, SAME, bring, planned, verdicts
from tests.requests_app.test_importing import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(db):
    """Anna Berg, who was Anna Adler as well."""
    pair = make_pair()
    merge(*pair)
    return pair[0]


def test_people_row_of_somebody_merged_changes_the_one_who_stays_and_brings_nobody_back(kept):
    rows = bring(PeopleTable(), "email;name;job title\nanna.adler@example.org;Anna Berg;Buyer\n")

    merged = User.objects.get(email="anna.adler@example.org")
    kept.refresh_from_db()
    assert verdicts(rows) == [CHANGED]
    assert (kept.job_title, kept.email) == ("Buyer", "anna.berg@example.org")
    assert (merged.job_title, merged.is_active, merged.merged_into) == ("", False, kept)


def test_people_rows_of_both_accounts_take_the_first_and_refuse_the_second(kept):
    rows = planned(
        PeopleTable(), "email;name\nanna.berg@example.org;Anna Berg\nanna.adler@example.org;Anna Adler\n"
    )  # fmt: skip

    assert verdicts(rows) == [SAME, REFUSED]
    assert "“anna.berg@example.org” stands in row 2 already." in rows[1].sentence


def test_people_lines_leave_out_who_was_merged(kept):
    emails = [line[0] for line in PeopleTable().lines()]

    assert "anna.berg@example.org" in emails
    assert "anna.adler@example.org" not in emails


def test_departments_row_whose_contact_was_merged_names_the_one_who_stays(kept):
    bring(DepartmentsTable(), "name;contact\nLegal;anna.adler@example.org\n")

    assert Department.objects.get().contact == kept


def test_offices_row_with_a_role_of_somebody_merged_finds_it_held(kept):
    office = makers.make_office("EO", "Office of the CEO")
    office.memberships.create(person=kept, role="manager")

    rows = bring(OfficesTable(), "prefix;name;managers\nEO;Office of the CEO;anna.adler@example.org\n")

    assert verdicts(rows) == [SAME]


def test_ratings_row_of_somebody_merged_is_known_again(kept):
    office = makers.make_office()
    dana = makers.make_assistant(office)
    day = timezone.localdate() - timedelta(days=3)
    table = SupportTable(office, dana)
    header = "person;on;rating;note\n"
    rows = planned(table, f"{header}anna.adler@example.org;{day};1;Helped\n")
    rows[0].carry_out(by=dana)

    again = planned(table, f"{header}anna.berg@example.org;{day};1;Helped\n")

    assert verdicts(again) == [SAME]


def test_import_requests_gives_requests_and_work_of_somebody_merged_to_the_one_who_stays(tmp_path, kept):
    desk = Desk(tmp_path)
    desk.office.memberships.create(person=kept, role="assistant")
    row = "T-2;Room;;Termin;offen;anna.adler@example.org;Anna Adler;;04.03.2025 09:00;;;anna.adler@example.org;"

    desk.bring_in(row)

    service_request = ServiceRequest.objects.get()
    assert (service_request.requester, service_request.assignee) == (kept, kept)
