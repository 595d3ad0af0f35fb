"""Several requests of one person resolved at the same moment."""

import pytest

from requests_app import actions
from tests.at_once import at_once
from tests.makers import make_assistant, make_office, make_person, make_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_resolve_several_of_one_person_at_once_asks_them_once():
    office, requester = make_office(), make_person()
    assistant = make_assistant(office)
    rows = [make_request(office, requester) for _number in range(4)]

    resolved = at_once(*(lambda pk=row.pk: actions.resolve(service_request_id=pk, by=assistant) for row in rows))

    assert {row.status for row in resolved} == {"resolved"}
    assert requester.invitations.count() == 1
