"""Who changed what about a person, a department or an office is kept, told, and never lost to a form opened earlier."""

import re

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from servicedesk.exceptions import ChangedMeanwhile
from servicedesk.people import actions
from servicedesk.people.actions import PersonFacts
from servicedesk.people.changes import changes_of, latest_change
from servicedesk.people.models import Change, Department, Office, User
from tests import makers
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def rob():
    return makers.make_person("Rob Banks", "rob@example.org")


def facts_of(person: User, **other) -> PersonFacts:
    return PersonFacts(email=person.email, name=person.name, **other)


def person_data(person: User, **other) -> dict[str, object]:
    """What the browser sends for a person whose form was not touched, but for `other`."""
    flags = {name: "on" for name in ("is_active", "is_administrator") if getattr(person, name)}
    return {"name": person.name, "email": person.email, "time_zone": person.time_zone} | flags | other


def told(about: str) -> list[str]:
    return [f"{one.who}: {' '.join(one.sentences)}" for one in changes_of(about)]


def test_set_memberships_keeps_who_gave_and_took_which_role(administrator, rob):
    office = makers.make_office("EO")
    actions.add_membership(office_id=office.pk, person=rob, role="manager", by=administrator)

    actions.set_memberships(person_id=rob.pk, wanted={(office.pk, "assistant")}, by=administrator)

    latest = Change.objects.of(rob.about).first()
    assert (latest.by, latest.before, latest.after) == (
        administrator,
        {"roles": ["EO manager"]},
        {"roles": ["EO assistant"]},
    )
    assert told(rob.about)[1] == "Ada Admin: Roles: EO manager instead of nothing."


def test_remove_membership_keeps_who_took_the_role_away(administrator, rob):
    membership = actions.add_membership(office_id=makers.make_office("EO").pk, person=rob, role="team")

    actions.remove_membership(membership_id=membership.pk, by=administrator)

    assert told(rob.about) == [
        "Ada Admin: Roles: nothing instead of EO team.",
        "Service Desk: Roles: EO team instead of nothing.",
    ]


def test_set_memberships_that_changes_nothing_keeps_nothing(administrator, rob):
    actions.set_memberships(person_id=rob.pk, wanted=[], by=administrator)

    assert not Change.objects.exists()


def test_remove_membership_by_two_at_once_tells_the_second(transactional_db, rob):
    membership = actions.add_membership(office_id=makers.make_office("EO").pk, person=rob, role="team")

    def remove():
        return actions.remove_membership(membership_id=membership.pk)

    results = at_once(remove, remove)

    assert sum(isinstance(result, ChangedMeanwhile) for result in results) <= 1
    assert Change.objects.of(rob.about).count() == 2


def test_change_person_keeps_both_sides_in_words(administrator, rob):
    facts = facts_of(rob, department=makers.make_department("Operations"), is_administrator=True)

    actions.change_person(person_id=rob.pk, facts=facts, by=administrator)

    assert told(rob.about) == [
        "Ada Admin: Department: “Operations” instead of nothing. Administrator: yes instead of no."
    ]


def test_add_person_keeps_who_added_them_and_no_password(administrator):
    rob = actions.add_person(facts=PersonFacts(email="rob@example.org", name="Rob"), by=administrator)

    change = Change.objects.of(rob.about).get()
    assert (change.before, change.after["email"]) == ({}, "rob@example.org")
    assert "password" not in change.after
    assert told(rob.about) == ["Ada Admin: Added."]


def test_change_own_settings_keeps_that_it_was_oneself(rob):
    actions.change_own_settings(person_id=rob.pk, time_zone="Asia/Tokyo", theme="dark")

    assert told(rob.about) == ["Rob Banks: Time zone: “Asia/Tokyo” instead of “Europe/Berlin”."]
    assert User.objects.get(pk=rob.pk).theme == "dark"


@pytest.mark.parametrize("spoil", [lambda rows: rows.update(by=None), lambda rows: rows.delete()])
def test_change_is_never_altered_or_deleted(administrator, spoil):
    actions.add_department(name="Operations", by=administrator)

    with pytest.raises(DatabaseError, match="history"), transaction.atomic():
        spoil(Change.objects.all())


def test_person_edit_from_a_page_opened_earlier_says_who_changed_what_and_keeps_the_typed(as_administrator, rob):
    other = makers.make_person("Ben Okoye", is_administrator=True)
    office = makers.make_served_office("EO")
    address = reverse("people:person-edit", args=[rob.pk])
    seen = as_administrator.get(address).context["seen"]
    actions.set_memberships(person_id=rob.pk, wanted={(office.pk, "assistant")}, by=other)

    refused = as_administrator.post(address, person_data(rob, job_title="Planner", seen=seen))

    text = str(refused.context["form"].non_field_errors())
    assert refused.status_code == 409
    assert re.search(r"Ben Okoye, today [0-9:]+: Roles: EO assistant instead of nothing\.", text)
    assert 'value="Planner"' in refused.content.decode()
    assert rob.memberships.count() == 1
    again = person_data(rob, job_title="Planner", seen=refused.context["seen"])
    assert as_administrator.post(address, again).status_code == 302


def test_person_edit_with_an_error_does_not_forget_what_the_page_knew(as_administrator, rob):
    address = reverse("people:person-edit", args=[rob.pk])
    seen = as_administrator.get(address).context["seen"]
    actions.change_person(person_id=rob.pk, facts=facts_of(rob, job_title="Clerk"))

    wrong = as_administrator.post(address, person_data(rob, email="nonsense", seen=seen))
    corrected = as_administrator.post(address, person_data(rob, seen=wrong.context["seen"]))

    assert (wrong.status_code, corrected.status_code) == (422, 409)
    assert User.objects.get(pk=rob.pk).job_title == "Clerk"


def test_person_edit_by_two_at_once_keeps_the_first(transactional_db, rob):
    titles = ["Clerk", "Planner"]

    results = at_once(
        *(
            lambda title=title: actions.change_person(person_id=rob.pk, facts=facts_of(rob, job_title=title), seen=0)
            for title in titles
        )
    )

    assert {type(result) for result in results} == {User, ChangedMeanwhile}


def test_department_edit_from_a_page_opened_earlier_is_refused(as_administrator):
    department = makers.make_department("Operations")
    address = reverse("people:department-edit", args=[department.pk])
    seen = as_administrator.get(address).context["seen"]
    actions.change_department(department_id=department.pk, does="Runs the terminals")

    refused = as_administrator.post(address, {"name": "Ops", "does": "", "is_active": "on", "seen": seen})

    assert refused.status_code == 409
    assert "What it does: “Runs the terminals” instead of nothing." in str(refused.context["form"].errors)
    assert Department.objects.get().does == "Runs the terminals"


def test_office_edit_from_a_page_opened_earlier_is_refused(as_administrator):
    office = makers.make_office("EO", "Office of the CEO")
    address = reverse("people:office-edit", args=[office.pk])
    page = as_administrator.get(address)
    actions.change_office(office_id=office.pk, facts={"working_hours": "Mon-Fri 08:00-12:00"})
    data = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}

    refused = as_administrator.post(address, data | {"closed_days": "", "seen": page.context["seen"]})

    assert refused.status_code == 409
    assert Office.objects.get().working_hours == "Mon-Fri 08:00-12:00"


@pytest.mark.parametrize("seen", ["", "nonsense", "9" * 30])
def test_form_that_does_not_say_what_it_saw_is_refused_and_keeps_the_typed(as_administrator, rob, seen):
    department, office = makers.make_department("Operations"), makers.make_office("EO", "Office of the CEO")
    office_data = {"working_hours": "Mon-Fri 09:00-17:00", "time_zone": "Europe/Berlin", "reply_goal": "elapsed"}
    sent = (
        (reverse("people:person-edit", args=[rob.pk]), person_data(rob, name="Typed")),
        (reverse("people:department-edit", args=[department.pk]), {"name": "Typed"}),
        (reverse("people:office-edit", args=[office.pk]), {"name": "Typed", "is_active": "on"} | office_data),
    )

    refused = [as_administrator.post(address, data | {"seen": seen}) for address, data in sent]
    again = [
        as_administrator.post(address, data | {"seen": page.context["seen"]})
        for (address, data), page in zip(sent, refused, strict=True)
    ]

    assert [page.status_code for page in refused] == [409] * 3
    assert ["does not say since when" in page.content.decode() for page in refused] == [True] * 3
    assert ['value="Typed"' in page.content.decode() for page in refused] == [True] * 3
    assert [page.status_code for page in again] == [302] * 3


def test_person_edit_after_their_delegates_changed_is_taken(as_administrator, rob):
    address = reverse("people:person-edit", args=[rob.pk])
    seen = as_administrator.get(address).context["seen"]
    actions.add_delegation(principal=rob, delegate=makers.make_person())

    answer = as_administrator.post(address, person_data(rob, job_title="Planner", seen=seen))

    assert answer.status_code == 302


def test_pages_of_person_department_and_office_show_their_changes(as_administrator, administrator):
    rob = actions.add_person(facts=PersonFacts(email="rob@example.org", name="Rob"), by=administrator)
    department = actions.add_department(name="Operations", by=administrator)
    office = actions.add_office(facts={"name": "Office of the CEO", "prefix": "EO"}, by=administrator)

    shown = [
        as_administrator.get(reverse(f"people:{name}-edit", args=[one.pk])).content.decode()
        for name, one in (("person", rob), ("department", department), ("office", office))
    ]

    assert ["Ada Admin</strong>" in page and "<p>Added.</p>" in page for page in shown] == [True] * 3


def test_latest_change_of_what_never_changed_is_none(rob):
    assert latest_change(rob.about) == 0


def test_office_page_shows_who_got_and_lost_which_role(as_administrator, administrator, rob):
    office, other = makers.make_served_office("EO"), makers.make_office("CF")
    wanted = {(office.pk, "team"), (office.pk, "assistant"), (other.pk, "manager")}
    actions.set_memberships(person_id=rob.pk, wanted=wanted, by=administrator)
    membership = rob.memberships.get(role="assistant")
    actions.remove_membership(membership_id=membership.pk, by=administrator)

    page = as_administrator.get(reverse("people:office-edit", args=[office.pk])).content.decode()

    assert "Rob Banks: executive team instead of assistant, executive team." in page
    assert "Rob Banks: assistant, executive team instead of nothing." in page
    assert "manager instead of nothing" not in page
    assert told(other.about_roles) == ["Ada Admin: Rob Banks: manager instead of nothing."]


def test_office_edit_after_somebody_got_a_role_is_taken(as_administrator, rob):
    office = makers.make_office("EO", "Office of the CEO")
    address = reverse("people:office-edit", args=[office.pk])
    page = as_administrator.get(address)
    data = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    actions.add_membership(office_id=office.pk, person=rob, role="team")

    answer = as_administrator.post(address, data | {"closed_days": "", "seen": page.context["seen"]})

    assert answer.status_code == 302


def test_delegations_keep_who_gave_and_took_them(administrator, rob):
    dana = makers.make_person("Dana", "dana@example.org")
    delegation = actions.add_delegation(principal=rob, delegate=dana, by=rob)

    actions.remove_delegation(delegation_id=delegation.pk, by=administrator)
    actions.remove_delegation(delegation_id=delegation.pk, by=administrator)

    assert told(rob.about) == [
        "Ada Admin: Delegates: nothing instead of dana@example.org.",
        "Rob Banks: Delegates: dana@example.org instead of nothing.",
    ]


def test_delegations_on_the_pages_keep_who_pressed(client, administrator, rob):
    dana = makers.make_person("Dana", "dana@example.org")
    client.force_login(rob)
    client.post(reverse("people:delegate-add"), {"delegate": dana.email})
    client.force_login(administrator)
    client.post(reverse("people:delegation-remove", args=[rob.delegations_given.get().pk]))

    assert [line.partition(":")[0] for line in told(rob.about)] == ["Ada Admin", "Rob Banks"]
