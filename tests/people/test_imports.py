import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from servicedesk.notices.models import Notice
from servicedesk.people.imports.departments import DepartmentsTable
from servicedesk.people.imports.offices import OfficesTable
from servicedesk.people.imports.people import PeopleTable
from servicedesk.people.imports.plan import Verdict, carry_out, plan_rows
from servicedesk.people.models import Department, Office, PendingImport, User
from servicedesk.tabular import TabularError, read_rows, write_rows
from tests import makers

pytestmark = pytest.mark.django_db
ADDED, CHANGED, SAME, REFUSED = Verdict.ADDED, Verdict.CHANGED, Verdict.SAME, Verdict.REFUSED


def planned(table, content):
    required = [column.name for column in table.columns if column.is_required]
    optional = [column.name for column in table.columns if not column.is_required]
    return plan_rows(table, read_rows(io.BytesIO(content.encode()), required, optional))


def bring(table, content):
    return [carry_out(row, by=None) for row in planned(table, content)]


def verdicts(rows):
    return [row.verdict for row in rows]


def test_people_are_added_changed_and_left_alone():
    makers.make_office("EO")
    makers.make_department("Operations")
    makers.make_person("Ann", "ann@example.org")
    makers.make_person("Bob", "bob@example.org")

    rows = bring(
        PeopleTable(),
        "email;name;department;roles\n"
        "ANN@example.org;Ann;;\n"
        "bob@example.org;Bobby;operations;EO assistant, eo manager\n"
        "cy@example.org;Cy;;EO executive\n",
    )

    assert verdicts(rows) == [SAME, CHANGED, ADDED]
    assert rows[1].sentence == (
        "Name: “Bobby” instead of “Bob”. Department: “Operations” instead of nothing. "
        "Roles: EO assistant, EO manager instead of nothing."
    )
    bob = User.objects.get(email="bob@example.org")
    assert (bob.name, bob.department.name) == ("Bobby", "Operations")
    assert sorted(bob.memberships.values_list("role", flat=True)) == ["assistant", "manager"]
    assert Notice.objects.get().recipient.email == "cy@example.org"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("no address,Ann,", "“no address” is not an e-mail address. Correct it under “email”."),
        ("ann@example.org,Ann,Nowhere", "There is no department “Nowhere”"),
        (f"ann@example.org,{'x' * 200},", "Shorten “name” to 120 characters; it has 200."),
        ("ann@example.org,,", "Fill in “name”."),
        ('ann@example.org,"Ann', "quotation marks"),
        ("ann@example.org", "has 1 cells"),
    ],
)
def test_people_row_that_is_wrong_is_refused_and_the_rest_goes_on(row, says):
    rows = bring(PeopleTable(), f"email,name,department\n{row}\nbob@example.org,Bob,\n")

    assert verdicts(rows) == [REFUSED, ADDED]
    assert says in rows[0].sentence
    assert list(User.objects.values_list("email", flat=True)) == ["bob@example.org"]


def test_people_row_that_comes_twice_is_refused_the_second_time():
    rows = bring(PeopleTable(), "email,name\nann@example.org,Ann\nANN@example.org,Anna\n")

    assert verdicts(rows) == [ADDED, REFUSED]
    assert "row 2" in rows[1].sentence


@pytest.mark.parametrize(
    ("roles", "says"),
    [("XX assistant", "is not a role here"), ("EO king", "is not a role here"), ("EO executive", "marta@example.org")],
)
def test_people_row_with_impossible_role_is_refused(roles, says):
    office = makers.make_office("EO")
    makers.make_executive(office, email="marta@example.org")

    rows = bring(PeopleTable(), f"email,name,roles\nann@example.org,Ann,{roles}\n")

    assert verdicts(rows) == [REFUSED]
    assert says in rows[0].sentence


def test_people_row_that_would_take_the_last_administrator_away_is_refused_alone(administrator):
    rows = planned(PeopleTable(), "email,name,administrator\nada@example.org,Ada Admin,no\nbob@example.org,Bob,maybe\n")

    assert verdicts(rows) == [REFUSED, REFUSED]
    assert "last administrator" in rows[0].sentence
    assert "yes or no" in rows[1].sentence


def test_office_row_that_breaks_a_rule_of_ours_names_the_column_and_what_to_do():
    rows = bring(OfficesTable(), "name,prefix,time zone,public holidays of\nOffice,E1,Nowhere,GERMANY\n")

    assert verdicts(rows) == [REFUSED]
    assert "Under “prefix”: Use two to five capital letters, such as EO." in rows[0].sentence
    assert "Under “time zone”: " in rows[0].sentence
    assert "Shorten “public holidays of” to 2 characters; it has 7." in rows[0].sentence


@pytest.mark.parametrize(
    "table", [PeopleTable(), DepartmentsTable(), OfficesTable()], ids=["people", "departments", "offices"]
)
def test_table_taken_away_and_brought_back_changes_nothing(table, administrator):
    department = makers.make_department("=Operations", does="Runs; things", contact=administrator)
    office = makers.make_office("EO", "Office, of the CEO", holiday_country="DE", closed_days=["2026-12-24"])
    makers.make_executive(office, "Marta", department=department)
    makers.make_assistant(office, "Dana", is_active=False)

    content = "".join(write_rows([column.name for column in table.columns], table.lines()))
    rows = bring(table, content)

    assert rows
    assert set(verdicts(rows)) == {SAME}


def test_departments_are_added_and_changed():
    makers.make_person(email="ann@example.org")
    makers.make_department("Operations")

    rows = bring(
        DepartmentsTable(),
        "name,does,contact\noperations,Runs,ann@example.org\nLegal,Contracts,who@example.org\nIT,,\n",
    )

    assert verdicts(rows) == [CHANGED, REFUSED, ADDED]
    assert Department.objects.get(name="Operations").contact.email == "ann@example.org"
    assert "Add the person first" in rows[1].sentence


def test_offices_are_added_with_their_people():
    for name in ("marta", "dana", "rob"):
        makers.make_person(name.title(), f"{name}@example.org")

    rows = bring(
        OfficesTable(),
        "name,prefix,executive,assistants,answers within,closed days\n"
        "Office of the CEO,eo,marta@example.org,dana@example.org; rob@example.org,24 hours,2026-12-24\n"
        "Office of the CFO,CF,nobody@example.org,,,\n"
        "Office of the COO,C,,,,\n"
        "Office of the CIO,CI,,,soon,\n"
        "Office of the CTO,CT,,,,Christmas\n"
        "Office of the CEO,XX,,,,\n",
    )

    assert verdicts(rows) == [ADDED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED]
    office = Office.objects.get()
    assert sorted(office.memberships.values_list("person__email", "role")) == [
        ("dana@example.org", "assistant"),
        ("marta@example.org", "executive"),
        ("rob@example.org", "assistant"),
    ]
    assert office.rule_sets.count() == 1


def test_office_changes_add_people_and_take_nobody_away():
    office = makers.make_office("EO", "Office of the CEO")
    makers.make_assistant(office, email="dana@example.org")
    makers.make_person("Rob", "rob@example.org")

    rows = bring(OfficesTable(), "name,prefix,assistants\nOffice of Marta,EO,rob@example.org\n")

    assert rows[0].sentence == "Name: “Office of Marta” instead of “Office of the CEO”. Rob becomes assistant."
    assert office.memberships.count() == 2


def test_table_with_too_many_rows_is_refused_whole():
    with pytest.raises(TabularError, match="more than 5000 rows"):
        planned(DepartmentsTable(), "name\n" + "".join(f"D{number}\n" for number in range(5001)))


def test_large_table_is_judged_in_few_queries(django_assert_max_num_queries):
    content = "email,name\n" + "".join(f"p{number}@example.org,Person {number}\n" for number in range(5000))

    with django_assert_max_num_queries(6):
        rows = planned(PeopleTable(), content)

    assert set(verdicts(rows)) == {ADDED}


def upload(client, content, kind="departments"):
    file = SimpleUploadedFile("list.csv", content.encode() if isinstance(content, str) else content)
    return client.post(reverse(f"people:{kind}-import"), {"file": file})


def test_upload_leads_to_a_page_that_shows_what_would_happen(as_administrator):
    response = upload(as_administrator, "name,does\nLegal,Contracts\n,Nothing\n")

    assert response.status_code == 302
    response = as_administrator.get(response["Location"])
    assert [(group["verdict"], group["count"]) for group in response.context["groups"]] == [(REFUSED, 1), (ADDED, 1)]
    assert not Department.objects.exists()


def test_apply_does_it_once(as_administrator):
    upload(as_administrator, "name,does\nLegal,Contracts\n")
    pk = PendingImport.objects.get().pk
    address = reverse("people:import-apply", args=[pk])

    first = as_administrator.post(address)
    second = as_administrator.post(address, follow=True)

    assert first["Location"] == second.redirect_chain[0][0] == reverse("people:import-show", args=[pk])
    assert Department.objects.get().name == "Legal"
    assert "brought in already; nothing was done a second time" in second.content.decode()


def test_result_can_be_loaded_again_and_keeps_no_rows(as_administrator):
    upload(as_administrator, "name,does\nLegal,Contracts\n,Nothing\n")
    pk = PendingImport.objects.get().pk
    as_administrator.post(reverse("people:import-apply", args=[pk]))

    pages = [as_administrator.get(reverse("people:import-show", args=[pk])).content.decode() for _ in range(2)]

    assert all("list.csv: 2 rows were read." in page and "1 row is added" in page for page in pages)
    assert all(">Do it<" not in page for page in pages)
    assert bytes(PendingImport.objects.get().content) == b""


def test_show_while_it_is_being_brought_in_says_to_wait(as_administrator):
    upload(as_administrator, "name\nLegal\n")
    PendingImport.objects.update(taken_at=timezone.now())

    page = as_administrator.get(reverse("people:import-show", args=[PendingImport.objects.get().pk]))

    assert "is being brought in" in page.content.decode()
    assert ">Do it<" not in page.content.decode()


@pytest.mark.parametrize("act", ["get", "post"])
def test_table_older_than_a_day_is_gone(as_administrator, act):
    upload(as_administrator, "name\nLegal\n")
    PendingImport.objects.update(at=timezone.now() - timedelta(days=1))
    name = {"get": "people:import-show", "post": "people:import-apply"}[act]

    response = getattr(as_administrator, act)(reverse(name, args=[PendingImport.objects.get().pk]), follow=True)

    assert "That table is not here any more" in response.content.decode()
    assert not Department.objects.exists()


@pytest.mark.parametrize("reader", ["administrator", "assistant"])
def test_table_of_somebody_else_says_where_to_bring_it_in_again(client, as_administrator, reader):
    upload(as_administrator, "name\nLegal\n")
    is_administrator = reader == "administrator"
    person = (
        makers.make_person(is_administrator=True) if is_administrator else makers.make_assistant(makers.make_office())
    )
    client.force_login(person)

    response = client.get(reverse("people:import-show", args=[PendingImport.objects.get().pk]))

    assert response.status_code == 404
    assert "That table is not here any more" in response.text
    assert ("/people/import/" in response.text) == is_administrator
    assert ("Import standings" in response.text) != is_administrator


def test_table_that_is_gone_is_nothing_to_whoever_brings_none_in(client, as_administrator):
    client.force_login(makers.make_person())

    response = client.get(reverse("people:import-show", args=[77]))

    assert response.status_code == 404
    assert "There is nothing here" in response.text


def test_apply_of_what_somebody_else_brought_does_nothing(client, as_administrator):
    upload(as_administrator, "name\nLegal\n")
    client.force_login(makers.make_person(is_administrator=True))

    pk = PendingImport.objects.get().pk
    answers = [
        client.post(reverse("people:import-apply", args=[pk])),
        client.get(reverse("people:import-show", args=[pk])),
    ]

    assert [answer.status_code for answer in answers] == [404] * 2
    assert not Department.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("title\nLegal\n", "A column is missing: “name”. We do not know the column “title”"),
        ("name\n", "There are no rows"),
        (b"PK\x03\x04", "workbook"),
    ],
)
def test_upload_of_unusable_file_says_what_to_do(as_administrator, content, says):
    response = upload(as_administrator, content)

    assert response.status_code == 422
    assert says in response.content.decode()


def test_upload_without_file_says_so(as_administrator):
    response = as_administrator.post(reverse("people:people-import"))

    assert response.status_code == 422


def test_upload_of_too_large_a_file_says_to_split_it(as_administrator):
    response = upload(as_administrator, b"name\n" + b"x" * (5 * 1024 * 1024))

    assert response.status_code == 422
    assert "larger than 5 MB. Split it" in response.content.decode()


@pytest.mark.parametrize("kind", ["people", "departments", "offices"])
def test_template_can_be_read_by_the_import(as_administrator, kind):
    response = as_administrator.get(reverse("people:table-template", args=[kind]))

    assert "attachment" in response["Content-Disposition"]
    assert upload(as_administrator, b"".join(response.streaming_content), kind).status_code == 302


def test_export_of_unknown_table_is_not_found(as_administrator):
    assert as_administrator.get("/administration/secrets/export.csv").status_code == 404
