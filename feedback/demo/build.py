"""Living through the demo's year: all stories are told in the order of time, in one transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import chain
from random import Random

from django.db import transaction
from django.utils import timezone

from feedback import actions
from feedback.demo import texts
from feedback.demo.agreements import make_agreements
from feedback.demo.articles import use_articles, write_articles
from feedback.demo.calendar import OfficeTime
from feedback.demo.house import DELEGATES, House, build_house
from feedback.demo.life import Steps, Storyteller
from feedback.demo.talks import talks
from feedback.demo.today import open_requests
from feedback.demo.waves import Mood, waves
from feedback.models import SurveyPreference
from priorities import actions as ranking
from servicedesk.notices.models import Notice
from servicedesk.people.models import Department

SEED = 20260119
PAST_REQUESTS = 270
OLDEST_DAYS = 375
SUPPORT_RATINGS = 40


@transaction.atomic
def build_demo(*, now: datetime) -> House:
    """Make the whole demo; nothing of its past is mailed, what falls due from now on is."""
    rng = Random(SEED)  # noqa: S311 - a story, not a secret
    house = build_house(now=now, rng=rng)
    time = OfficeTime(house.office.calendar(around=now), now=now, rng=rng)
    teller = Storyteller(house, time, rng)
    # A small house: to have figures every month each customer is asked four times a year, and requests are not rated.
    actions.change_plan(office_id=house.office.pk, asks_a_year=4, ratings_percent=0)
    # The office knows its house from the first wave on; a year later everybody's own requests make them customers.
    for person in house.askers:
        actions.add_customer(office=house.office, person=person)
    leave_in_peace(house)
    written = write_articles(house, now=now)
    stories: list[Steps] = [teller.past(time.on_day_before(rng.uniform(11, OLDEST_DAYS))) for _ in range(PAST_REQUESTS)]
    stories += [teller.support(time.on_day_before(rng.uniform(5, OLDEST_DAYS))) for _ in range(SUPPORT_RATINGS)]
    stories += open_requests(teller)
    stories += talks(teller)
    stories.append(waves(Mood(teller, rng)))
    tell(stories, until=now)
    judge_a_department(house, now=now)
    make_agreements(house, now=now)
    use_articles(house, written, now=now)
    SurveyPreference.objects.filter(office=house.office).update(is_opted_out=False)
    for person in house.askers:
        actions.remove_customer(office_id=house.office.pk, person_id=person.pk)
    actions.tally_service(office=house.office, now=now, whole=True)
    actions.change_plan(office_id=house.office.pk, ratings_percent=100)
    # Notices of the past are due at the moment they were written, which is while this runs.
    made_at = timezone.now()
    Notice.objects.filter(state=Notice.State.WAITING, due_at__lte=made_at).update(
        state=Notice.State.DROPPED, settled_at=made_at, problem="This happened before the demo was made."
    )
    return house


def judge_a_department(house: House, *, now: datetime) -> None:
    """Give one department a standing, for those of its people to inherit whom nobody judged."""
    judged = ranking.JudgedStanding(2, 3, texts.EVIDENCE[0], (now + timedelta(days=90)).date())
    department = Department.objects.get(name="Engineering")
    ranking.judge_department(office=house.office, department=department, judged=judged, by=house.assistants[0], now=now)


def leave_in_peace(house: House) -> None:
    """Let nobody ask the people whom one signs in as: all others rest, so else no question could be tried out."""
    offered = SurveyPreference.objects.filter(office=house.office, person__name__in=chain.from_iterable(DELEGATES))
    offered.update(is_opted_out=True)


def tell(stories: Iterable[Steps], *, until: datetime) -> None:
    """Go on with whichever story comes next in time; what lies ahead of `until` has not happened yet."""
    queue = [(at, place, story) for place, story in enumerate(stories) if (at := next(story, None)) is not None]
    heapify(queue)
    while queue:
        at, place, story = heappop(queue)
        if at > until:
            continue
        following = next(story, None)
        if following is not None:
            heappush(queue, (max(following, at), place, story))
