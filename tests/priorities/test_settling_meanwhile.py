"""Who reads a queue whose rules are being changed does not wait for the end of that."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from priorities.models import Agreement
from priorities.placing import place_requests
from priorities.rekeying import hold_standing_places
from priorities.settling import settle
from tests.makers import make_assistant, make_office, make_request

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
PATIENCE_SECONDS = 5


def settle_elsewhere(office, now):
    try:
        return settle([office.pk], now=now)
    finally:
        connection.close()


def test_settle_while_rules_are_published_leaves_what_lapsed_for_afterwards():
    now, office = timezone.now(), make_office()
    row = make_request(office, now=now)
    by = make_assistant(office)
    said = {"about": "First call", "starts_on": now.date() - DAY, "ends_on": now.date() + DAY, "level": 3}
    Agreement.objects.create(office=office, person=row.requester, by=by, at=now, **said)
    place_requests([row.pk], cause="agreement", now=now)

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        hold_standing_places(office.pk)
        meanwhile = thread.submit(settle_elsewhere, office, now + 9 * DAY).result(timeout=PATIENCE_SECONDS)

    assert (meanwhile, settle([office.pk], now=now + 9 * DAY)) == (0, 1)
