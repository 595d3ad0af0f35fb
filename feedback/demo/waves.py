"""The twelve waves of the demo's year: asked, answered by most, closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from random import Random
from statistics import NormalDist
from zoneinfo import ZoneInfo

from feedback import actions
from feedback.demo import texts
from feedback.demo.calendar import OfficeTime
from feedback.demo.life import Storyteller
from feedback.models import Invitation, Question, Wave

WAVES = 12
OPEN_DAYS = 14
REST = timedelta(days=90)  # from the second of January to the first of April it is one day less
ANSWER, OF_THEM_IN_PART = 0.8, 0.1
# How much better or worse than the house's mood each strength is seen.
LEANING = {
    "positive-attitude": 0.5,
    "patience": 0.35,
    "empathy": 0.25,
    "active-listening": 0.1,
    "problem-solving": 0.1,
    "communication": -0.3,
    "response-time": -0.6,
}


@dataclass
class Mood:
    """How people felt: content, worse in the hard weeks of spring, better since the call-back hour."""

    teller: Storyteller
    rng: Random

    def points(self, question: Question, at: datetime, count: int) -> list[int]:
        """So many answers, spread as people's are: from a dozen drawn one by one a good month could look like a bad."""
        mean = 3.1 if self.teller.is_hard(at) else 4.15
        felt = NormalDist(mean + LEANING.get(question.key, 0), 0.85)
        drawn = [felt.inv_cdf((place + self.rng.uniform(0.01, 0.99)) / count) for place in range(count)]
        self.rng.shuffle(drawn)
        return [min(5, max(1, round(points))) for points in drawn]


def waves(mood: Mood) -> Iterator[datetime]:
    """Open a wave each month, have it answered, close it a fortnight later."""
    teller = mood.teller
    for opens_at in openings(teller.time, ZoneInfo(teller.house.office.time_zone)):
        yield opens_at
        wave = actions.open_wave(office=teller.house.office, now=opens_at)
        yield (at := opens_at + timedelta(days=OPEN_DAYS - 1))
        answer_all(wave, mood, at)
        yield wave.closes_at
        actions.close_wave(wave_id=wave.pk, now=wave.closes_at)


def openings(time: OfficeTime, zone: ZoneInfo) -> list[datetime]:
    """The last months' first working mornings, oldest first; later where those asked three waves before still rest."""
    today = time.now.astimezone(zone)
    months = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in reversed(range(WAVES + 5))]
    found: list[datetime] = []
    for year, month in months:
        at = time.later(datetime(year, month + 1, 1, tzinfo=zone), hours=0.5)
        rested = [time.later(earlier + REST, hours=0.01) for earlier in found[-3:-2]]
        found.append(max([at, *rested]))
    return [at for at in found if time.has_come(at + timedelta(days=OPEN_DAYS))][-WAVES:]


def answer_all(wave: Wave, mood: Mood, at: datetime) -> None:
    """Four of five answer, some only in part; one declines now and then; the rest stays silent."""
    questions = list(wave.office.questions.asked())
    invitations = list(wave.invitations.filter(state=Invitation.State.ASKED, closes_at__gt=at).order_by("pk"))
    mood.rng.shuffle(invitations)
    answering = ceil(len(invitations) * ANSWER)
    for invitation in invitations[answering:]:
        if mood.rng.random() < 0.2:
            actions.decline(invitation_id=invitation.pk, now=at)
    points = {question.pk: mood.points(question, at, answering) for question in questions}
    for number, invitation in enumerate(invitations[:answering]):
        some = questions[:3] if mood.rng.random() < OF_THEM_IN_PART else questions
        actions.answer(
            invitation_id=invitation.pk,
            points={question.pk: points[question.pk][number] for question in some},
            comment=mood.rng.choice(texts.COMMENTS) if mood.rng.random() < 0.3 else "",
            is_complete=some is questions,
            now=at,
        )
