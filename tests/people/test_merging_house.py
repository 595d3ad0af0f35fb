"""Everybody of a lived-in house, merged into somebody else: nothing that is handed over stays behind, and all agrees."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction

from priorities.models import Rank, RuleSet
from requests_app.models import ServiceRequest
from servicedesk.notices.models import Notice
from tests.house import ADMINISTRATOR, ASSISTANT, DELEGATE, EXECUTIVE, MANAGER, OTHER_ASSISTANT, REQUESTER
from tests.people.merging import merge
from tests.people.test_merging import HANDED_OVER

pytestmark = pytest.mark.django_db
# What else names the account, and may.
STAYS = {
    "notices.Notice.recipient": Notice.objects.exclude(state=Notice.State.WAITING),
    "priorities.Rank.assignee": Rank.objects.exclude(service_request__closed_at=None),
    "priorities.RuleSet.changed_by": RuleSet.objects.exclude(status=RuleSet.Status.DRAFT),
}
PAIRS = [
    (DELEGATE, REQUESTER),
    (REQUESTER, DELEGATE),
    (OTHER_ASSISTANT, ASSISTANT),
    (REQUESTER, ASSISTANT),
    (ASSISTANT, REQUESTER),
    (REQUESTER, EXECUTIVE),
    (EXECUTIVE, MANAGER),
    (MANAGER, ADMINISTRATOR),
]


def left_behind(merged) -> list[str]:
    """The columns in which the account still is, though what they hold was to be handed over."""
    found = []
    for column in sorted(HANDED_OVER):
        label, _dot, field = column.rpartition(".")
        rows = apps.get_model(label).objects.filter(**{field: merged})
        found += [column] if rows.exclude(pk__in=STAYS.get(column, rows.none()).values("pk")).exists() else []
    return found


@pytest.mark.parametrize(("kept", "merged"), PAIRS)
def test_merge_in_a_house_hands_everything_over_and_verify_finds_no_fault(house, kept, merged):
    told = StringIO()

    with transaction.atomic():
        pair = house.people[kept], house.people[merged]
        before = ServiceRequest.objects.filter(requester__in=pair).count()
        merge(*pair)
        behind = left_behind(pair[1])
        after = ServiceRequest.objects.filter(requester=pair[0]).count()
        call_command("verify", stdout=told)
        transaction.set_rollback(True)
    for person in pair:
        person.refresh_from_db()

    assert behind == []
    assert after == before
    assert "differs" not in told.getvalue()
