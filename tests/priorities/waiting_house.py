"""Requests that waited for so long, logged and done through the product's own actions."""

from datetime import timedelta

from priorities import actions as ranking
from requests_app import actions
from tests.makers import make_person, make_request

DAY = timedelta(days=1)


def asked(office, department, *, now, days, requester=None, levels=None):
    """A request received so many days ago, answered at once so that it is not late, and judged if there are levels."""
    person = requester or make_person(department=department)
    row = make_request(office, person, now=now - days * DAY)
    by = assistant_of(office)
    actions.reply(service_request_id=row.pk, body="Soon.", by=by, now=row.received_at)
    if levels is not None:
        judge(row, levels)
    return row


def done(office, department, *, now, waited, ended_days_ago=1.0, **more):
    """One that was received, waited so many days and was done so long ago."""
    row = asked(office, department, now=now, days=waited + ended_days_ago, **more)
    return actions.resolve(service_request_id=row.pk, by=assistant_of(office), now=now - ended_days_ago * DAY)


def unanswered(office, department, *, now, days, requester=None):
    """One that nobody answered: late once its goal has passed."""
    return make_request(office, requester or make_person(department=department), now=now - days * DAY)


def judge(row, levels):
    standing = ranking.JudgedStanding(None, levels.pop("resources", None))
    ranking.judge_request(
        service_request_id=row.pk,
        levels={"alignment": None, "sole_provider": None, "agreement": None, **levels},
        standing=standing,
        by=assistant_of(row.office),
        now=row.received_at,
    )


def assistant_of(office):
    return office.memberships.assistants().first().person
