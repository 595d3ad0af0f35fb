"""Facts of a customer that change while their requests are being worked."""

import pytest

from priorities.actions import rate_support
from priorities.verifying import differences
from requests_app import actions
from tests.at_once import at_once
from tests.makers import make_assistant, make_office, make_person, make_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_rate_support_while_requests_are_answered_lets_everybody_finish():
    office, requester = make_office(), make_person()
    assistant = make_assistant(office)
    rows = [make_request(office, requester) for _number in range(3)]

    for step in range(5):
        at_once(
            lambda step=step: rate_support(
                office=office, person=requester, rating=step / 4, note=f"Occasion {step}", by=assistant
            ),
            *(lambda pk=row.pk: actions.reply(service_request_id=pk, body="Yes", by=assistant) for row in rows),
        )

    assert list(differences()) == []
