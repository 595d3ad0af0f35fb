"""Administrators who change each other at the same moment."""

import pytest

from servicedesk.exceptions import InvalidInput
from servicedesk.people.actions import PersonFacts, change_person
from servicedesk.people.models import User
from tests.at_once import at_once
from tests.makers import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def test_change_person_by_two_administrators_who_remove_each_other_keeps_one():
    for _pair in range(5):
        User.objects.update(is_administrator=False)
        pair = [make_person(is_administrator=True) for _one in range(2)]
        facts = [PersonFacts(email=one.email, name=one.name) for one in pair]

        results = at_once(
            *(
                lambda one=one, said=said: change_person(person_id=one.pk, facts=said)
                for one, said in zip(pair, facts, strict=True)
            )
        )

        assert {type(result) for result in results} == {User, InvalidInput}
