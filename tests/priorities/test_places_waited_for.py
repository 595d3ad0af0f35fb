"""In which order one statement shares people and places: that of docs/architecture.md, Locks."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from priorities.placing import share_customers
from priorities.rekeying import hold_new_places, hold_standing_places
from requests_app.actions.change import share_customer
from servicedesk.locks import PLACES_STAND
from servicedesk.people.models import User
from tests.at_once import PATIENCE_SECONDS, keep_somebody_waiting
from tests.makers import make_office, make_request

pytestmark = pytest.mark.django_db(transaction=True)
SHARED = """
SELECT classid FROM pg_locks JOIN pg_database d ON d.oid = database AND d.datname = current_database()
WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted AND objid = %s
"""
ONE_OR_MANY = pytest.mark.parametrize(
    "share", [lambda row: share_customer(row.pk), lambda row: share_customers([row.pk])], ids=["one", "many"]
)


def share_elsewhere(share, row):
    try:
        with transaction.atomic():
            share(row)
    finally:
        connection.close()


def while_it_waits(share, row, hold, look):
    """Look from the connection that holds the places, once the other one waits for them."""
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            hold(row.office_id)
            sharing = thread.submit(share_elsewhere, share, row)
            keep_somebody_waiting()
            seen = look(row)
        sharing.result(timeout=PATIENCE_SECONDS)
    return seen


def customer_is_free(row):
    return User.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=row.requester_id).exists()


def places_shared(row):
    with connection.cursor() as cursor:
        cursor.execute(SHARED, [row.office_id])
        return [lock for (lock,) in cursor.fetchall()]


@ONE_OR_MANY
@pytest.mark.parametrize("hold", [hold_standing_places, hold_new_places])
def test_who_waits_for_places_has_the_customers_row_already(hold, share):
    row = make_request(make_office())

    assert not while_it_waits(share, row, hold, customer_is_free)


@ONE_OR_MANY
@pytest.mark.parametrize(("hold", "had"), [(hold_standing_places, []), (hold_new_places, [PLACES_STAND])])
def test_who_waits_for_places_takes_those_that_stand_first(hold, had, share):
    row = make_request(make_office())

    assert while_it_waits(share, row, hold, places_shared) == had
