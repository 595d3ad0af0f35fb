import html

import pytest
from django.urls import reverse

from servicedesk.people.models import Delegation, Department, Office, User
from tests import makers


def person_data(person=None, **changes):
    known = {
        "name": "Rob Banks",
        "email": "rob@example.org",
        "time_zone": "Europe/Berlin",
        "is_active": "on",
        "seen": 0,
    }
    if person:
        known |= {"name": person.name, "email": person.email}
    return {name: value for name, value in (known | changes).items() if value is not None}


def office_data(**changes):
    known = {
        "name": "Office of the COO",
        "prefix": "CO",
        "time_zone": "Europe/Berlin",
        "working_hours": "Mon-Fri 09:00-17:00",
        "reply_goal": "working_day",
        "is_active": "on",
        "seen": 0,
    }
    return known | changes


def test_people_list_takes_few_queries_whatever_its_length(as_administrator, django_assert_max_num_queries):
    office = makers.make_office()
    for _ in range(12):
        makers.make_assistant(office)

    with django_assert_max_num_queries(12):
        response = as_administrator.get(reverse("people:people"))

    assert len(response.context["page"].rows) == 13


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=ban+rob", ["Rob Banks"]),
        ("q=%00ban", ["Ada Admin", "Rob Banks"]),
        ("state=inactive", ["Gone Girl"]),
        ("state=all&q=gone", ["Gone Girl"]),
        ("department=99999999999999999999", ["Ada Admin", "Rob Banks"]),
        ("state=nonsense&after=-1&q=" + "x" * 300, ["Ada Admin", "Rob Banks"]),
    ],
)
def test_people_list_filters_by_what_can_be_read(as_administrator, query, names):
    makers.make_person("Rob Banks", "rob@example.net")
    makers.make_person("Gone Girl", "gone@example.net", is_active=False)

    response = as_administrator.get(f"{reverse('people:people')}?{query}")

    assert [person.name for person in response.context["page"].rows] == names


def test_people_list_of_a_department_shows_only_its_people(as_administrator):
    department = makers.make_department()
    makers.make_person("Rob Banks", department=department)

    response = as_administrator.get(reverse("people:people"), {"department": department.pk})

    assert [person.name for person in response.context["page"].rows] == ["Rob Banks"]


def test_people_list_pages_without_losing_or_repeating_anybody(as_administrator):
    for number in range(120):
        makers.make_person(f"Same Name {number % 3}")
    seen, address = [], reverse("people:people")
    for _page in range(3):
        page = as_administrator.get(address).context["page"]
        seen += [person.pk for person in page.rows]
        address = f"{reverse('people:people')}?after={page.next_after}"

    assert page.next_after is None
    assert sorted(seen) == sorted(User.objects.values_list("pk", flat=True))
    assert len(seen) == 121


def test_person_new_is_stored_with_roles(as_administrator):
    office = makers.make_office()

    response = as_administrator.post(
        reverse("people:person-new"), person_data(**{f"roles_{office.pk}": ["assistant", "manager"]})
    )

    assert response.status_code == 302
    person = User.objects.get(email="rob@example.org")
    assert sorted(person.memberships.values_list("role", flat=True)) == ["assistant", "manager"]


def test_person_new_with_taken_email_keeps_what_was_typed(as_administrator):
    response = as_administrator.post(reverse("people:person-new"), person_data(email="ADA@example.org"))

    assert response.status_code == 422
    assert "is here already" in response.content.decode()
    assert 'value="Rob Banks"' in response.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"email": "no address"}, {"name": ""}, {"name": "x" * 10_000}, {"time_zone": "Mars/Base"}, {"name": "a\x00b"}],
)
def test_person_new_with_bad_input_is_told_so(as_administrator, wrong):
    response = as_administrator.post(reverse("people:person-new"), person_data(**wrong))

    assert response.status_code == 422
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("page", "sentences"),
    [
        ("people:person-new", ["Give the person's name.", "Write an e-mail address."]),
        ("people:department-new", ["Give the department a name."]),
        ("people:office-new", ["Give the office a name.", "Give two to five capital letters, such as EO."]),
        ("people:people-import", ["Choose a CSV file."]),
    ],
)
def test_administration_form_sent_empty_says_what_to_do(as_administrator, page, sentences):
    answer = as_administrator.post(reverse(page), {})

    text = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert [sentence for sentence in sentences if sentence not in text] == []
    assert "This field is required" not in text


def test_person_edit_with_second_executive_stores_nothing(as_administrator):
    office = makers.make_office()
    makers.make_executive(office, "Marta")
    person = makers.make_person("Rob")

    response = as_administrator.post(
        reverse("people:person-edit", args=[person.pk]),
        person_data(person, name="Robert", **{f"roles_{office.pk}": ["executive"]}),
    )

    assert response.status_code == 422
    assert "Marta is the executive" in response.content.decode()
    person.refresh_from_db()
    assert person.name == "Rob"


def test_person_edit_of_last_administrator_is_refused(as_administrator, administrator):
    response = as_administrator.post(reverse("people:person-edit", args=[administrator.pk]), person_data(administrator))

    assert response.status_code == 422
    assert "last administrator" in response.content.decode()


def test_person_edit_of_unknown_person_is_not_found(as_administrator):
    assert as_administrator.get("/administration/people/99999999999999999999/").status_code == 404


def test_person_invite_says_where_the_mail_goes(as_administrator):
    person = makers.make_person(email="rob@example.org")

    response = as_administrator.post(reverse("people:person-invite", args=[person.pk]), follow=True)

    assert "on its way to rob@example.org" in response.content.decode()


def test_person_invite_of_somebody_with_a_password_says_why_not(as_administrator):
    person = makers.make_person(password="correct horse battery")

    response = as_administrator.post(reverse("people:person-invite", args=[person.pk]), follow=True)

    assert "This person has a password" in response.content.decode()


def test_deactivated_person_is_out_at_once(client, db):
    person = makers.make_person()
    client.force_login(person)

    User.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get(reverse("people:profile")).status_code == 302


def test_office_new_is_stored_and_shown(as_administrator):
    response = as_administrator.post(
        reverse("people:office-new"), office_data(closed_days="2026-12-24,2026-12-31"), follow=True
    )

    office = Office.objects.get()
    assert [day.day for day in office.closed_days] == [24, 31]
    assert "has no executive now" in response.content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"prefix": "eo"}, "capital letters"),
        ({"working_hours": "whenever"}, "whenever"),
        ({"holiday_country": "ZZ"}, "We do not know the public holidays"),
        ({"closed_days": "Christmas"}, "closed_days"),
        ({"time_zone": "nowhere"}, "time_zone"),
        ({"closed_days": "0000-00-00,9999-99-99"}, "closed_days"),
    ],
)
def test_office_new_with_bad_input_says_what_to_do(as_administrator, wrong, says):
    response = as_administrator.post(reverse("people:office-new"), office_data(**wrong))

    assert response.status_code == 422
    assert says in response.content.decode() + str(list(response.context["form"].errors))
    assert not Office.objects.exists()


def test_office_edit_cannot_change_the_prefix(as_administrator):
    office = makers.make_office("EO", "Old name")

    as_administrator.post(reverse("people:office-edit", args=[office.pk]), office_data(prefix="XX", name="New name"))

    office.refresh_from_db()
    assert (office.prefix, office.name) == ("EO", "New name")


def test_office_member_is_added_by_email_and_removed(as_administrator):
    office, person = makers.make_served_office(), makers.make_person(email="rob@example.org")

    as_administrator.post(
        reverse("people:office-member-add", args=[office.pk]), {"person": "ROB@example.org", "role": "assistant"}
    )
    membership = person.memberships.get()
    response = as_administrator.post(reverse("people:office-member-remove", args=[membership.pk]), follow=True)

    assert not person.memberships.exists()
    assert "no longer assistant of" in response.content.decode()


def test_office_member_of_unknown_address_keeps_it_typed(as_administrator):
    office = makers.make_office()

    response = as_administrator.post(
        reverse("people:office-member-add", args=[office.pk]), {"person": "who@example.org", "role": "assistant"}
    )

    assert response.status_code == 422
    assert 'value="who@example.org"' in response.content.decode()


def test_office_member_who_has_the_role_already_is_told_at_the_form(as_administrator):
    office = makers.make_office()
    person = makers.make_assistant(office, email="rob@example.org")

    response = as_administrator.post(
        reverse("people:office-member-add", args=[office.pk]), {"person": person.email, "role": "assistant"}
    )

    assert response.status_code == 422
    assert "has that role in the office already" in response.content.decode()


def test_department_new_with_taken_name_is_told_so(as_administrator):
    makers.make_department("Operations")

    response = as_administrator.post(reverse("people:department-new"), {"name": "operations", "is_active": "on"})

    assert response.status_code == 422
    assert "of that name already" in response.content.decode()


def test_department_edit_stores_whom_to_ask(as_administrator, administrator):
    department = makers.make_department("Operations")

    as_administrator.post(
        reverse("people:department-edit", args=[department.pk]),
        {"name": "Ops", "does": "Runs", "contact": "ada@example.org", "is_active": "on", "seen": 0},
    )

    assert Department.objects.values_list("name", "contact").get() == ("Ops", administrator.pk)


def test_department_edit_shows_whom_one_asks(as_administrator, administrator):
    department = makers.make_department("Operations", contact=administrator)

    page = as_administrator.get(reverse("people:department-edit", args=[department.pk]))

    assert 'value="ada@example.org"' in page.content.decode()


def test_delegations_are_added_and_removed_by_administrators(as_administrator):
    makers.make_person("Helena", "h@example.org")
    makers.make_person("Dana", "d@example.org")

    added = as_administrator.post(
        reverse("people:delegations"), {"principal": "h@example.org", "delegate": "d@example.org"}, follow=True
    )
    delegation = Delegation.objects.get()
    as_administrator.post(reverse("people:delegation-remove", args=[delegation.pk]))

    assert "Dana asks for Helena" in added.content.decode()
    assert not Delegation.objects.exists()


def test_delegations_page_through_older_ones(as_administrator):
    principal = makers.make_person()
    for _ in range(52):
        makers.make_delegation(principal, makers.make_person())
    first = as_administrator.get(reverse("people:delegations")).context

    second = as_administrator.get(f"{reverse('people:delegations')}?after={first['page'].next_after}").context

    assert (len(first["page"].rows), len(second["page"].rows)) == (50, 2)


def test_delegation_to_oneself_is_told_at_the_form(as_administrator):
    makers.make_person(email="rob@example.org")

    response = as_administrator.post(
        reverse("people:delegations"), {"principal": "rob@example.org", "delegate": "rob@example.org"}
    )

    assert response.status_code == 422
    assert "Nobody is their own delegate" in response.content.decode()
    assert not Delegation.objects.exists()


@pytest.mark.parametrize(
    ("page", "typed", "says"),
    [
        ("people:departments", "x" * 101, "Only the first 100 characters were searched for."),
        ("people:departments", "a b c d e f g", "Only the first 6 words were searched for."),
        ("people:departments", "a b c d e f", ""),
        ("people:people", "a b c d e f g", "Only the first 6 words were searched for."),
        ("people:people", "x" * 101, "Shorten this to 100 characters; it has 101."),
    ],
)
def test_search_of_more_than_is_searched_for_says_so(as_administrator, page, typed, says):
    answer = as_administrator.get(reverse(page), {"q": typed})

    assert [sentence[: len(says)] for sentence in answer.context["cut"]] == ([says] if says else [])
    assert says in html.unescape(answer.content.decode())


def test_office_member_without_a_role_is_asked_for_one(as_administrator):
    office, person = makers.make_office(), makers.make_person()

    page = as_administrator.post(reverse("people:office-member-add", args=[office.pk]), {"person": person.email})

    assert page.status_code == 422
    assert page.context["member_form"]["role"].field.choices[0] == ("", "Choose a role")
    assert "Choose a role." in page.content.decode()
    assert not person.memberships.exists()


def test_office_edit_says_once_that_somebody_is_missing(as_administrator):
    office = makers.make_office()
    marta = makers.make_executive(office)

    page = as_administrator.post(
        reverse("people:office-member-remove", args=[marta.memberships.get().pk]), follow=True
    ).content.decode()

    assert page.count("has no executive now") == 1
