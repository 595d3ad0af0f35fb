"""docs/ranking.md follows one place by hand: every number it gives is the product's own."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from priorities import actions as ranking
from priorities.actions.agreements import Terms
from priorities.actions.moving import move_request, take_back
from priorities.explaining import shares_in_days
from priorities.models import Rank, RuleSet, Standing
from priorities.places import explanation_of, number_of
from priorities.wording import CRITERION_NAMES
from requests_app import actions
from requests_app.models import ServiceRequest
from servicedesk.people.events import memberships_changed
from servicedesk.people.models import Membership
from tests.makers import make_assistant, make_office, make_person, make_request

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TEXT = (Path(__file__).parents[2] / "docs/ranking.md").read_text("utf-8")
SECTION = TEXT.split("## One place by hand\n")[1].split("\n## ")[0]
INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
RECEIVED = datetime(2026, 3, 2, 14, tzinfo=UTC)


def table(after):
    """The cells of the first table behind some words."""
    lines = SECTION.split(after)[1].split("\n\n")[1].splitlines()[2:]
    return [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines]


def instants(after, count):
    return INSTANT.findall(SECTION.split(after)[1])[:count]


def written(instant):
    return (instant + timedelta(seconds=30)).strftime("%Y-%m-%d %H:%M")


class Life:
    """The request of the document, and each step of its life through the product."""

    def __init__(self):
        self.office = make_office("EO", time_zone="UTC", working_hours="Mon-Fri 09:00-17:00")
        self.by = make_assistant(self.office)
        self.person = make_person()
        for days, rating in ((360, 0.25), (180, 0.75), (0, 1.0)):
            ranking.rate_support(
                office=self.office,
                person=self.person,
                rating=rating,
                note=f"{days} days before",
                by=self.by,
                now=RECEIVED - days * DAY,
            )
        self.others = [
            make_request(self.office, now=datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC))
            for text in instants("judged stand there already", 2)
        ]
        self.row = make_request(self.office, self.person, now=RECEIVED)
        self.act = {"service_request_id": self.row.pk, "by": self.by}

    def judge(self):
        ranking.judge_request(
            **self.act,
            levels={"alignment": 4, "sole_provider": 4, "agreement": 0},
            standing=ranking.JudgedStanding(1, 2),
            now=RECEIVED + timedelta(hours=1),
        )

    def wait(self):
        actions.wait_for_requester(**self.act, question="Which day?", now=RECEIVED + DAY)
        actions.resume(**self.act, now=RECEIVED + 3 * DAY)

    def agree(self):
        now = RECEIVED + 4 * DAY
        terms = Terms(about="First call of the month", starts_on=now.date(), level=3)
        ranking.make_agreement(office=self.office, party=self.person, terms=terms, by=self.by, now=now)

    def move(self):
        move_request(**self.act, above_id=self.others[1].pk, reason="The board asked", now=RECEIVED + 5 * DAY)

    def take_back(self):
        take_back(**self.act, now=RECEIVED + 6 * DAY)

    def join(self):
        now = RECEIVED + 7 * DAY
        Membership.objects.create(office=self.office, person=self.person, role=Membership.Role.TEAM)
        memberships_changed.send(Membership, office_id=self.office.pk, person_ids=[self.person.pk], now=now)

    STEPS = (judge, wait, agree, move, take_back, join)

    @property
    def place(self):
        return Rank.objects.get(pk=self.row.pk)


@pytest.fixture
def life():
    return Life()


def test_weights_levels_and_days_by_hand_are_the_products(life):
    life.judge()
    place, rules = life.place, RuleSet.objects.get(office=life.office)

    *criteria, together = table("**3. The days.**")

    days = shares_in_days(place.levels, rules)
    assert [row[0] for row in criteria] == [str(CRITERION_NAMES[key]) for key in days]
    assert [row[1] for row in criteria] == [f"{weight:.4f}" for weight in rules.weights]
    assert [row[2] for row in criteria] == [f"{level:.4g}" for level in place.levels]
    assert [row[3] for row in criteria] == [f"{each:.3f}" for each in days.values()]
    assert together[3] == f"{sum(days.values()):.3f}"
    assert f"**{place.score:.4f}**" in SECTION


def test_history_by_hand_is_the_products(life):
    level = Standing.objects.get(office=life.office, person=life.person).history

    assert f"2.9375 / 4.75 = {level / 4:.3f}, times 4 is level **{level:.3f}**" in SECTION


def test_score_assumed_by_hand_is_the_products(life):
    score = Rank.objects.get(pk=life.others[0].pk).score

    assert f"it is **{score:.4f}**, by the levels assumed: {10 * score:.3f} days" in " ".join(SECTION.split())


def test_key_by_hand_is_the_products_after_every_step(life):
    keys = []
    for step in Life.STEPS:
        step(life)
        keys.append(written(life.place.key))

    rows = table("**4. The key**")

    assert [row[2] for row in rows] == keys
    assert INSTANT.findall(rows[0][1]) == [written(ServiceRequest.objects.get(pk=life.row.pk).received_at)]
    assert INSTANT.findall(rows[3][1]) == [written(Rank.objects.get(pk=row.pk).key) for row in life.others]


def test_place_by_hand_is_the_products_before_and_after_the_team(life):
    for step in Life.STEPS[:-1]:
        step(life)
    now = RECEIVED + 6 * DAY
    before, change = number_of(life.row, now=now), explanation_of(life.row, reader=None, now=now).change

    life.join()

    assert f"“{change}”" in SECTION
    assert f"EO-1003 is number {before}" in SECTION
    assert f"head start it is number {number_of(life.row, now=RECEIVED + 7 * DAY)}." in SECTION


def test_instant_to_start_by_hand_is_the_products(life):
    agreed, by_day, by_hours, counts = (
        datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC) for text in instants("**6. The band.**", 4)
    )
    starts = []
    for minutes in (None, 12 * 60):
        actions.agree_date(**life.act, agreed_at=agreed, effort_minutes=minutes, now=RECEIVED + DAY)
        starts.append(life.place.promote_at)

    assert starts == [by_day, by_hours]
    assert counts == min(starts)
