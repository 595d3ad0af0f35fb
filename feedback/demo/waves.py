"""The twelve waves of the demo's year: asked, answered by most, closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from feedback import actions
from feedback.demo import texts
from feedback.demo.calendar import OfficeTime
from feedback.demo.life import Storyteller
from feedback.models import Invitation, Question, Wave

WAVES = 12
OPEN_DAYS = 14
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

    def points(self, question: Question, at: datetime) -> int:
        mean = 3.1 if self.teller.is_hard(at) else 4.15
        drawn = self.rng.gauss(mean + LEANING.get(question.key, 0), 0.85)
        return min(5, max(1, round(drawn)))


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
    """The first working morning of each of the last months whose wave has closed by now, oldest first."""
    today = time.now.astimezone(zone)
    months = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(WAVES + 2)]
    mornings = [time.later(datetime(year, month + 1, 1, tzinfo=zone), hours=0.5) for year, month in months]
    return sorted(at for at in mornings if time.has_come(at + timedelta(days=OPEN_DAYS)))[-WAVES:]


def answer_all(wave: Wave, mood: Mood, at: datetime) -> None:
    """Two of three answer, some only in part; a few decline; the rest stays silent."""
    questions = list(wave.office.questions.asked())
    for invitation in wave.invitations.filter(state=Invitation.State.ASKED, closes_at__gt=at).order_by("pk"):
        fate = mood.rng.random()
        if fate > 0.74:
            if fate > 0.95:
                actions.decline(invitation_id=invitation.pk, now=at)
            continue
        some = questions if fate < 0.66 else questions[:3]
        actions.answer(
            invitation_id=invitation.pk,
            points={question.pk: mood.points(question, at) for question in some},
            comment=mood.rng.choice(texts.COMMENTS) if mood.rng.random() < 0.3 else "",
            is_complete=some is questions,
            now=at,
        )
