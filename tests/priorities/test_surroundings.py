import pytest
from django.db import connection
from django.urls import reverse

from priorities.models import StandingLook
from tests import makers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["priorities:queue", "priorities:why", "priorities:judge", "requests:detail"])
def test_look_that_does_not_wait_for_the_disk_is_a_transaction_of_its_own(client, name):
    office = makers.make_office()
    row = makers.make_request(office)
    client.force_login(makers.make_assistant(office))
    in_transaction = []

    def note(execute, sql, params, many, context):
        if "synchronous_commit" in sql:
            in_transaction.append(connection.in_atomic_block)
        return execute(sql, params, many, context)

    connection.close()  # so that the statement is prepared anew, with its text
    with connection.execute_wrapper(note):
        client.get(reverse(name, args=[] if name == "priorities:queue" else [row.reference]))

    assert in_transaction == [False]
    assert StandingLook.objects.count() == 1
