"""The open requests of the demo: what an assistant finds when they first look at the queue."""

from datetime import datetime, time, timedelta

from feedback.demo import texts
from feedback.demo.life import Steps, Storyteller
from priorities import actions as ranking
from priorities.models import Choice, Rank, Tier
from requests_app import actions
from requests_app.models import ServiceRequest
from servicedesk.people.models import User

Kind = ServiceRequest.Kind
SOON = timedelta(minutes=18)
MOVED_ABOVE = 3

AUDIT = texts.Need(
    Kind.BRIEFING,
    "Prepare briefing for Thursday's audit committee",
    "One page for each item, and the three questions they will ask.",
    "It is in your folder.",
)
SPEECH = texts.Need(
    Kind.EMAIL, "A few warm words for the volunteers' evening", "Two minutes, no figures.", "It is in your folder.", 3
)
LEASE = texts.Need(
    Kind.CALL,
    "Call back about the lease extension",
    "The landlord wants an answer on the five-year extension this week. "
    "Could I have ten minutes with Marta, or could you tell me whether she has decided?",
    "Marta called them.",
    1,
)
SAFETY = texts.Need(
    Kind.PAPERWORK,
    "Signed safety statement to the regulator",
    "The Safety Charter asks for it every quarter; being late costs us a finding.",
    "Signed and sent.",
    2,
)
EXPANSION = texts.Need(
    Kind.MEETING,
    "45 minutes with the CEO on the terminal expansion",
    "The steering group meets next week and needs a direction.",
    "You have the time.",
    1,
)


def open_requests(teller: Storyteller) -> list[Steps]:
    """Some forty requests in every state; the newest of them are hours old."""
    house, rng = teller.house, teller.rng
    helena = next(person for person in house.colleagues if person.name == "Helena Lindqvist")
    peter = next(person for person in house.colleagues if person.name == "Peter Adeyemi")
    stories = [
        _asked(teller, 0.2, house.executive, AUDIT),
        _asked(teller, 3, house.executive, SPEECH),
        _promised(teller, 2, helena, LEASE, due_at=teller.time.now + SOON),
        _promised(teller, 4, None, None, due_at=teller.time.now - timedelta(minutes=35)),
        _agreed(teller, 3, peter, SAFETY),
        _asked(teller, 1, house.team[0], EXPANSION),
        _asked(teller, 2, house.team[2], None),
    ]
    stories += [_asked(teller, rng.uniform(0.2, 9), None, None) for _ in range(22)]
    stories += [
        _promised(teller, rng.uniform(1, 6), None, None, due_at=teller.time.now + timedelta(hours=hours))
        for hours in (1, 4, 20, 26, 48, 70)
    ]
    stories += [_asked_back(teller, rng.uniform(2, 8)) for _ in range(5)]
    stories.append(_moved(teller))
    return stories


def _asked(teller: Storyteller, days: float, requester: User | None, need: texts.Need | None) -> Steps:
    """Logged; answered in two cases of three, judged in some, and still to be done."""
    at = _moment(teller, days)
    yield at
    service_request = teller.log(at, requester, need)
    by = teller.rng.choice(teller.house.assistants)
    if teller.rng.random() < 0.66:
        yield (at := _between(teller, at))
        actions.reply(service_request_id=service_request.pk, body=teller.rng.choice(texts.FIRST_WORDS), by=by, now=at)
    if teller.rng.random() < 0.6:
        yield (at := _between(teller, at))
        teller.judge(service_request, by, at)


def _promised(
    teller: Storyteller, days: float, requester: User | None, need: texts.Need | None, *, due_at: datetime
) -> Steps:
    at = _moment(teller, days)
    yield at
    service_request = teller.log(at, requester, need)
    by = teller.house.assistants[0] if need else teller.rng.choice(teller.house.assistants)
    yield (at := min(_between(teller, at), due_at - timedelta(hours=1)))
    actions.reply(service_request_id=service_request.pk, body=teller.rng.choice(texts.FIRST_WORDS), by=by, now=at)
    at += timedelta(seconds=40)
    words = texts.LATER_WORDS if need else ""
    actions.defer(service_request_id=service_request.pk, due_at=due_at, by=by, words=words, now=at)
    if need:
        teller.talk(service_request, texts.CONVERSATIONS[0], by, at + timedelta(seconds=30))


def _agreed(teller: Storyteller, days: float, requester: User, need: texts.Need) -> Steps:
    at = _moment(teller, days)
    yield at
    service_request = teller.log(at, requester, need)
    yield (at := _between(teller, at))
    agreed_at = teller.time.later(teller.time.now, hours=6)
    actions.agree_date(
        service_request_id=service_request.pk,
        agreed_at=agreed_at,
        effort_minutes=90,
        by=teller.house.assistants[1],
        now=at,
    )


def _asked_back(teller: Storyteller, days: float) -> Steps:
    at = _moment(teller, days)
    yield at
    service_request = teller.log(at)
    yield (at := _between(teller, at))
    actions.wait_for_requester(
        service_request_id=service_request.pk,
        question=teller.rng.choice(texts.QUESTIONS),
        by=teller.rng.choice(teller.house.assistants),
        now=at,
    )


def _moved(teller: Storyteller) -> Steps:
    """One of everyone's put further ahead by hand, until tomorrow."""
    yield (at := teller.time.now - timedelta(minutes=40))
    office = teller.house.office
    standing = Rank.objects.filter(office=office, tier=Tier.EVERYONE, queued=True, promote_at=None).order_by(
        "key", "pk"
    )
    places = list(standing[:9])
    if len(places) > MOVED_ABOVE:
        ranking.move_request(
            service_request_id=places[-1].pk,
            above_id=places[MOVED_ABOVE].pk,
            reason=texts.MOVED,
            why=Choice.Reason.BLOCKS,
            ends_at=datetime.combine(at.astimezone(office.zone).date() + timedelta(days=2), time(), tzinfo=office.zone),
            by=teller.house.assistants[0],
            now=at,
        )


def _moment(teller: Storyteller, days: float) -> datetime:
    """So many days ago in working hours; on a free day, when that would lie ahead, just so many days ago."""
    moment = teller.time.on_day_before(days)
    return moment if teller.time.has_come(moment) else teller.time.now - timedelta(days=days)


def _between(teller: Storyteller, at: datetime) -> datetime:
    """Some moment after `at` that has come already."""
    later = teller.time.later(at, hours=teller.rng.uniform(0.3, 6))
    return later if teller.time.has_come(later) else at + (teller.time.now - at) * teller.rng.uniform(0.1, 0.9)
