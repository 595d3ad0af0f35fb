from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, ServiceDeskError
from servicedesk.notices.models import Notice
from servicedesk.people import actions
from servicedesk.people.actions import PersonFacts
from servicedesk.people.actions.pending import keep_import, take_import
from servicedesk.people.actions.storing import store
from servicedesk.people.models import Delegation, Department, Membership, PendingImport, User
from servicedesk.people.selectors import office_gaps
from tests import makers

pytestmark = pytest.mark.django_db


def facts_of(person, **changes):
    own = ("email", "name", "job_title", "department", "time_zone", "is_active", "is_administrator")
    return replace(PersonFacts(**{name: getattr(person, name) for name in own}), **changes)


def test_add_person_stores_small_letters_and_invites():
    person = actions.add_person(facts=PersonFacts(email=" Rob@Example.org ", name=" Rob "))

    assert (person.email, person.name, person.has_usable_password()) == ("rob@example.org", "Rob", False)
    assert Notice.objects.get().recipient == person


def test_add_person_with_taken_email_is_refused_at_the_field():
    makers.make_person(email="rob@example.org")

    with pytest.raises(InvalidInput, match="is here already") as refused:
        actions.add_person(facts=PersonFacts(email="rob@example.org", name="Rob"))

    assert refused.value.field == "email"
    assert Notice.objects.count() == 0


def test_add_person_who_may_not_sign_in_gets_no_mail():
    actions.add_person(facts=PersonFacts(email="rob@example.org", name="Rob", is_active=False))

    assert User.objects.count() == 1
    assert Notice.objects.count() == 0


def test_change_person_of_department_tells_the_apps_above(heard):
    person, department = makers.make_person(), makers.make_department()

    actions.change_person(person_id=person.pk, facts=facts_of(person, department=department))

    assert [(name, sent["person_ids"]) for name, sent in heard] == [("departments_changed", [person.pk])]


def test_change_person_without_change_tells_nobody(heard, django_assert_max_num_queries):
    person = makers.make_person()

    with django_assert_max_num_queries(5):
        actions.change_person(person_id=person.pk, facts=facts_of(person))

    assert heard == []


@pytest.mark.parametrize("change", ["is_active", "is_administrator"])
def test_change_person_of_last_administrator_is_refused(administrator, change):
    makers.make_person(is_administrator=True, is_active=False)

    with pytest.raises(InvalidInput, match="last administrator") as refused:
        actions.change_person(person_id=administrator.pk, facts=facts_of(administrator, **{change: False}))

    assert refused.value.field == change


def test_change_person_of_one_of_two_administrators_is_allowed(administrator):
    makers.make_person(is_administrator=True)

    actions.change_person(person_id=administrator.pk, facts=facts_of(administrator, is_administrator=False))

    administrator.refresh_from_db()
    assert not administrator.is_administrator


def test_invite_person_twice_in_a_minute_posts_one_mail():
    person = makers.make_person()

    actions.invite_person(person_id=person.pk, occasion="first")
    actions.invite_person(person_id=person.pk, occasion="first")

    assert Notice.objects.count() == 1


def test_invite_person_with_password_is_refused():
    person = makers.make_person(password="a long enough one")

    with pytest.raises(InvalidInput, match="has a password"):
        actions.invite_person(person_id=person.pk)


def test_invite_person_who_may_not_sign_in_is_refused():
    person = makers.make_person(is_active=False)

    with pytest.raises(InvalidInput, match="Let them sign in first"):
        actions.invite_person(person_id=person.pk)

    assert not Notice.objects.exists()


def test_set_memberships_gives_and_takes_and_tells_each_office(heard):
    first, second = makers.make_served_office(), makers.make_office()
    person = makers.make_assistant(first)
    heard.clear()

    changed = actions.set_memberships(person_id=person.pk, wanted={(second.pk, "manager"), (second.pk, "team")})

    assert changed
    assert set(person.memberships.values_list("office_id", "role")) == {(second.pk, "manager"), (second.pk, "team")}
    assert sorted(sent["office_id"] for _name, sent in heard) == [first.pk, second.pk]


def test_set_memberships_with_second_executive_is_refused_and_changes_nothing():
    office = makers.make_served_office(name="Office of the CEO")
    makers.make_executive(office, "Marta Castellano")
    person = makers.make_assistant(office)

    with pytest.raises(InvalidInput, match="Marta Castellano is the executive of Office of the CEO"):
        actions.set_memberships(person_id=person.pk, wanted={(office.pk, "executive")})

    assert person.memberships.get().role == "assistant"


def test_membership_of_second_executive_is_refused_by_the_database():
    office = makers.make_office()
    makers.make_executive(office)

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(office=office, person=makers.make_person(), role="executive")


def test_add_membership_that_exists_says_so():
    office = makers.make_office()
    person = makers.make_assistant(office)

    with pytest.raises(ServiceDeskError, match="has that role in the office already"):
        actions.add_membership(office_id=office.pk, person=person, role="assistant")


def test_add_membership_of_inactive_person_is_refused():
    with pytest.raises(InvalidInput, match="may not sign in"):
        actions.add_membership(
            office_id=makers.make_office().pk, person=makers.make_person(is_active=False), role="assistant"
        )


def test_remove_membership_tells_the_apps_above(heard):
    person = makers.make_assistant(makers.make_served_office())
    heard.clear()

    actions.remove_membership(membership_id=person.memberships.get().pk)

    assert [name for name, _sent in heard] == ["memberships_changed"]
    assert not person.memberships.exists()


def test_add_office_gives_it_its_first_rules(heard, administrator):
    office = actions.add_office(facts={"name": "Office of the COO", "prefix": "OO"}, by=administrator)

    assert [(name, sent["office"], sent["by"]) for name, sent in heard] == [("office_added", office, administrator)]
    assert office.rule_sets.count() == 1


def test_add_office_with_a_taken_name_is_refused_at_the_field():
    makers.make_office("EO", "Office of the CEO")

    with pytest.raises(InvalidInput, match="already") as refused:
        actions.add_office(facts={"name": "Office of the CEO", "prefix": "XX"}, by=None)

    assert refused.value.field == "name"


def test_store_of_what_only_the_database_refuses_asks_to_look_again():
    with pytest.raises(ChangedMeanwhile, match="at the same moment"):
        store(Department(name=None))


def test_change_office_with_another_prefix_is_refused():
    office = makers.make_office("EO")

    with pytest.raises(InvalidInput, match="cannot be changed") as refused:
        actions.change_office(office_id=office.pk, facts={"prefix": "XX"})

    assert refused.value.field == "prefix"


def test_change_office_keeps_what_was_not_said():
    office = makers.make_office("EO", working_hours="daily 08:00-20:00")

    actions.change_office(office_id=office.pk, facts={"name": "New name"})

    office.refresh_from_db()
    assert (office.name, office.working_hours) == ("New name", "daily 08:00-20:00")


def test_office_gaps_names_what_is_missing():
    office = makers.make_office(name="Office of the CEO")
    makers.make_executive(office)
    makers.make_assistant(office, is_active=False)

    sentences = office_gaps([office.pk])

    assert sentences == ["Office of the CEO has no assistant now: nobody works its queue. Give somebody that role."]


def test_add_department_with_taken_name_in_other_letters_is_refused():
    makers.make_department("Operations")

    with pytest.raises(InvalidInput, match="of that name already"):
        actions.add_department(name="OPERATIONS")


def test_change_department_changes_only_what_is_said():
    department = makers.make_department("Operations", does="Runs things")

    actions.change_department(department_id=department.pk, name="Operations and Terminals")

    department.refresh_from_db()
    assert (department.name, department.does) == ("Operations and Terminals", "Runs things")


def test_add_delegation_to_oneself_is_refused():
    person = makers.make_person()

    with pytest.raises(InvalidInput, match="own delegate"):
        actions.add_delegation(principal=person, delegate=person)


def test_add_delegation_twice_is_refused():
    principal, delegate = makers.make_person(), makers.make_person("Del")
    actions.add_delegation(principal=principal, delegate=delegate)

    with pytest.raises(InvalidInput, match="Del is a delegate already"):
        actions.add_delegation(principal=principal, delegate=delegate)


def test_remove_delegation_twice_is_no_mistake():
    delegation = actions.add_delegation(principal=makers.make_person(), delegate=makers.make_person())

    actions.remove_delegation(delegation_id=delegation.pk)
    actions.remove_delegation(delegation_id=delegation.pk)

    assert not Delegation.objects.exists()


def test_keep_import_forgets_the_one_before(administrator):
    keep_import(by=administrator, kind="people", name="first.csv", content=b"1")

    keep_import(by=administrator, kind="offices", name="second\x00.csv" + "x" * 300, content=b"2")

    assert PendingImport.objects.get().name.startswith("second.csv")


def test_take_import_hands_it_out_once_and_only_to_whoever_brought_it(administrator):
    pending = keep_import(by=administrator, kind="people", name="a.csv", content=b"1")

    by_another = take_import(pending_id=pending.pk, by=makers.make_person())
    first = take_import(pending_id=pending.pk, by=administrator)
    second = take_import(pending_id=pending.pk, by=administrator)

    assert (by_another, bytes(first.content), second) == (None, b"1", None)


def test_choose_theme_changes_that_person_alone():
    person, other = makers.make_person(), makers.make_person()

    actions.choose_theme(person_id=person.pk, theme="dark")

    assert list(User.objects.order_by("pk").values_list("theme", flat=True)) == ["dark", "system"]
    assert other.theme == "system"


def test_welcome_is_dropped_once_the_person_has_a_password():
    from servicedesk.notices import kinds

    person = actions.add_person(facts=PersonFacts(email="rob@example.org", name="Rob"))
    due = Notice.objects.filter(kinds.get("welcome").still_due())
    before = due.count()

    person.set_password("a long enough one")
    person.save()

    assert (before, due.count()) == (1, 0)
    assert timezone.now() - person.added_at < timedelta(minutes=1)


def test_names_are_kept_without_what_nobody_sees():
    person = actions.add_person(facts=PersonFacts(email="dana@example.org", name="Dana\u202e Okafor\u0007"))
    department = actions.add_department(name="Le\u2067gal")

    actions.change_department(department_id=department.pk, name="Leg\u2067al and risk")

    department.refresh_from_db()
    assert (person.name, department.name) == ("Dana Okafor", "Legal and risk")
