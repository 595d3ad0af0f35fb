"""What an office knows of its own time."""

from datetime import UTC, datetime, timedelta

import pytest

from servicedesk.people.models import Office

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def office(**fields) -> Office:
    return Office(**({"time_zone": "Europe/Berlin", "working_hours": "Mon-Fri 09:00-17:00"} | fields))


@pytest.mark.parametrize(
    ("fields", "now", "opens"),
    [
        ({}, NOW, datetime(2026, 11, 25, 8, tzinfo=UTC)),
        ({}, datetime(2026, 11, 27, 10, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ({"closed_days": [datetime(2026, 11, 25).date()]}, NOW, datetime(2026, 11, 26, 8, tzinfo=UTC)),
        (
            {"working_hours": "Sun 02:30-05:00"},
            datetime(2027, 3, 27, 10, tzinfo=UTC),
            datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        ),
        ({"closed_days": [(NOW + timedelta(days=day)).date() for day in range(70)]}, NOW, NOW + timedelta(days=1)),
    ],
)
def test_next_opening_is_the_first_working_day_after_today(fields, now, opens):
    assert office(**fields).next_opening(now) == opens
