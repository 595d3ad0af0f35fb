import pytest
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app.models import Event, ServiceRequest
from servicedesk.composed import Composed, is_any_of, number, text
from servicedesk.people.models import Membership, Office, User
from tests import makers

pytestmark = pytest.mark.django_db

BY_OFFICE = Composed(
    lambda: (
        ServiceRequest.objects.filter(is_any_of("office_id", "offices"))
        .select_related("office", "requester__department", "assignee")
        .annotate(is_known=Exists(Event.objects.filter(service_request=OuterRef("pk"))))
        .defer("search")
        .order_by("reference")
    )
)
NAMED = Composed(lambda: User.objects.active().filter(name=text("name")))


def test_composed_gives_what_the_queryset_gives():
    office, other = makers.make_office(), makers.make_office()
    department = makers.make_department()
    requester = makers.make_person(department=department)
    ours = makers.make_request(office, requester)
    makers.make_request(other, requester)

    (found,) = BY_OFFICE.all(offices=[office.pk])

    with CaptureQueriesContext(connection) as none_more:
        assert (found, found.office, found.requester, found.assignee) == (ours, office, requester, None)
        assert (found.requester.department, found.paused, found.is_known) == (department, ours.paused, True)
    assert none_more.captured_queries == []


def test_composed_converts_values_as_django_does():
    event = makers.make_request(makers.make_office(), makers.make_person()).events.create(
        kind=Event.Kind.NOTED, by=None, at=timezone.now(), what={"a": [1, "ü"]}
    )

    found = Composed(lambda: Event.objects.filter(pk=number("pk"))).get(pk=event.pk)

    assert (found.what, found.at) == ({"a": [1, "ü"]}, event.at)


def test_composed_takes_one_statement_once_it_is_planned():
    NAMED.all(name="Nobody")

    with CaptureQueriesContext(connection) as asked:
        NAMED.all(name="Somebody")

    assert [query["sql"].split()[0] for query in asked.captured_queries] == ["EXECUTE"]


@pytest.mark.parametrize("name", ["O'Neill", "100 %", "%s", "$1", "a\\b", "'; DROP TABLE people_user; --"])
def test_composed_takes_any_text_for_a_value(name):
    person = makers.make_person(name=name)

    assert NAMED.all(name=name) == [person]


def test_composed_writes_constants_out_so_that_a_partial_index_serves():
    executives = Composed(lambda: Membership.objects.executives().filter(office=number("office")))

    executives.all(office=1)

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%people_membership%'")
        statements = [statement for (statement,) in cursor.fetchall()]
    assert any("= ($1)" in statement and "'executive'" in statement for statement in statements)


@pytest.mark.django_db(transaction=True)
def test_composed_that_holds_rows_is_refused_outside_a_transaction():
    office = makers.make_office()
    held = Composed(lambda: Office.objects.select_for_update().filter(pk=number("office")))
    with transaction.atomic():
        held.get(office=office.pk)

    with pytest.raises(transaction.TransactionManagementError):
        held.get(office=office.pk)


def test_composed_without_a_row_gives_none_or_says_so():
    assert NAMED.first(name="Nobody") is None
    with pytest.raises(User.DoesNotExist):
        NAMED.get(name="Nobody")


def test_is_any_of_nothing_is_nothing():
    Office.objects.create(name="One", prefix="ON")

    assert BY_OFFICE.all(offices=[]) == []
