"""What happens to each request of the demo: a year of history, step by step, by the product's own actions.

Every request is a generator. It yields the instant at which it goes on and is resumed when the story has come that far,
so that the house lives through its year in order: ratings, standings and waves find what was there at the time.
"""

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from feedback.demo import texts
from feedback.demo.calendar import OfficeTime
from feedback.demo.house import House
from priorities import actions as priorities
from requests_app import actions
from requests_app.articles.suggesting import suggested_to_show
from requests_app.models import ConversationNote, ServiceRequest
from servicedesk.people.models import User

Steps = Iterator[datetime]
# A part of a story: it ends by returning the instant at which the story goes on.
Scene = Generator[datetime, None, datetime]
# The weeks in spring when one assistant was away: replies came late and promises broke.
HARD_WEEKS = (timedelta(days=245), timedelta(days=190))

How = ConversationNote.How


@dataclass
class Storyteller:
    """Tells the lives of requests; holds what all of them share."""

    house: House
    time: OfficeTime
    rng: Random

    def is_hard(self, moment: datetime) -> bool:
        ago = self.time.now - moment
        return HARD_WEEKS[1] < ago < HARD_WEEKS[0]

    def past(self, received_at: datetime) -> Steps:
        """A request of the past: logged, answered, perhaps deferred or asked back, and closed."""
        yield received_at
        service_request = self.log(received_at)
        pk, by = service_request.pk, self.rng.choice(self.house.assistants)
        if self.rng.random() < 0.04:
            yield (at := self.time.later(received_at, hours=self.rng.uniform(2, 12)))
            actions.withdraw(
                service_request_id=pk, by=service_request.entered_by, reason=self.rng.choice(texts.REASONS), now=at
            )
            return
        at = self.time.later(received_at, hours=self.first_reply_hours(received_at))
        yield at
        self.first_answer(service_request, by, at)
        for chance, part in ((0.35, self.promise), (0.16, self.question), (0.2, self.note)):
            if self.rng.random() < chance:
                at = yield from part(service_request, by, at)
        at = self.time.later(at, hours=self.rng.uniform(1, 30))
        yield at
        if self.rng.random() < 0.7:
            self.judge(service_request, by, at)
        actions.resolve(service_request_id=pk, by=by, body=self.answer_of[pk], now=at)

    def first_answer(self, service_request: ServiceRequest, by: User, at: datetime) -> None:
        """Words, or the way to an article where one was there by then that comes close."""
        words, pk = self.rng.choice(texts.FIRST_WORDS), service_request.pk
        closest = suggested_to_show(service_request.title)
        there = [article for article in closest if article.published_at and article.published_at < at]
        if there:
            actions.show_way(service_request_id=pk, article_id=there[0].pk, body=words, by=by, now=at)
        else:
            actions.reply(service_request_id=pk, body=words, by=by, now=at)

    def __post_init__(self) -> None:
        self.answer_of: dict[int, str] = {}
        self.lately: deque[str] = deque(maxlen=70)

    def first_reply_hours(self, received_at: datetime) -> float:
        """Most answers come the same day; one in fourteen late, and a third of those in the hard weeks."""
        late = 0.34 if self.is_hard(received_at) else 0.07
        return self.rng.uniform(9.2, 18) if self.rng.random() < late else self.rng.uniform(0.2, 7)

    def log(self, at: datetime, requester: User | None = None, need: texts.Need | None = None) -> ServiceRequest:
        need, words = self.something_new(need)
        requester = requester or self.rng.choice(self.house.askers)
        delegate = self.house.delegate_of.get(requester.pk)
        by = delegate if delegate and self.rng.random() < 0.5 else requester
        service_request = actions.log_request(
            by=by,
            requester=requester,
            office=self.house.office,
            kind=need.kind,
            title=need.title.format(**words),
            purpose=need.purpose.format(**words),
            wish_date=(at + timedelta(days=self.rng.randrange(2, 20))).date() if self.rng.random() < 0.4 else None,
            goal=(goal := self.house.goals[need.goal] if need.goal is not None and self.rng.random() < 0.7 else None),
            serves_how=texts.SERVES_HOW[need.goal] if goal and need.goal is not None else "",
            now=at,
        )
        self.answer_of[service_request.pk] = need.answer.format(**words)
        return service_request

    def something_new(self, need: texts.Need | None) -> tuple[texts.Need, dict[str, str]]:
        """Draw a need that nobody had lately, with the words for its texts."""
        while True:
            drawn = need or self.rng.choice(texts.NEEDS)
            words = {
                "topic": self.rng.choice(texts.TOPICS),
                "who": self.rng.choice(texts.WHO),
                "team": self.rng.choice(texts.TEAMS),
                "day": self.rng.choice(texts.DAYS),
                "month": self.rng.choice(texts.MONTHS),
            }
            title = drawn.title.format(**words)
            if need or title not in self.lately:
                self.lately.append(title)
                return drawn, words

    def promise(self, service_request: ServiceRequest, by: User, at: datetime) -> Scene:
        """Deferred with a time; kept nine times in ten, moved by agreement now and then."""
        due_at = self.time.later(at, hours=self.rng.choice((0.2, 1, 3, 9)))
        actions.defer(service_request_id=service_request.pk, due_at=due_at, by=by, now=at)
        if self.rng.random() < 0.12:
            yield (moved_at := at + (due_at - at) / 2)
            due_at = self.time.later(due_at, hours=5)
            actions.move_promise(service_request_id=service_request.pk, due_at=due_at, by=by, now=moved_at)
            at = moved_at
        breaks = self.rng.random() < (0.3 if self.is_hard(at) else 0.07)
        back_at = (
            self.time.later(due_at, hours=self.rng.uniform(0.3, 4))
            if breaks
            else at + (due_at - at) * self.rng.uniform(0.7, 0.98)
        )
        yield back_at
        actions.keep_promise_elsewhere(service_request_id=service_request.pk, by=by, now=back_at)
        return back_at

    def question(self, service_request: ServiceRequest, by: User, at: datetime) -> Scene:
        """Asked back; the requester answers within a day or three."""
        topic = self.rng.randrange(len(texts.QUESTIONS))
        asked_at = self.time.later(at, hours=0.3)
        yield asked_at
        actions.wait_for_requester(
            service_request_id=service_request.pk, question=texts.QUESTIONS[topic], by=by, now=asked_at
        )
        answered_at = self.time.later(asked_at, hours=self.rng.uniform(1, 24))
        yield answered_at
        actions.add_to_request(
            service_request_id=service_request.pk,
            body=texts.ADDITIONS[topic],
            by=service_request.entered_by,
            now=answered_at,
        )
        return answered_at

    def note(self, service_request: ServiceRequest, by: User, at: datetime) -> Scene:
        noted_at = self.time.later(at, hours=0.2)
        yield noted_at
        talked = self.rng.random() < 0.3
        text = self.rng.choice(texts.CONVERSATIONS if talked else texts.NOTES)
        if talked:
            self.talk(service_request, text, by, noted_at)
        else:
            actions.add_note(service_request_id=service_request.pk, body=text, by=by, now=noted_at)
        return noted_at

    def talk(self, service_request: ServiceRequest, text: str, by: User, at: datetime) -> None:
        """What the requester said, a few minutes before it was written down; who asks for themselves notes nothing."""
        if service_request.requester == by:
            return
        about = actions.About(self.house.office, service_request.requester, service_request)
        how = How.TELEPHONE if text == texts.CONVERSATIONS[0] else How.IN_PERSON
        said = actions.Said(text, how, at - timedelta(minutes=service_request.pk % 20))
        actions.keep_conversation(about=about, said=said, by=by, now=at)

    def judge(self, service_request: ServiceRequest, by: User, at: datetime) -> None:
        """Levels of the request; the standing of its requester stays as somebody judged it before."""
        standing = service_request.office.standings.filter(person=service_request.requester_id).first()
        known = (
            priorities.JudgedStanding(standing.clout, standing.resources, standing.evidence, standing.review_on)
            if standing
            else None
        )
        if known is None or (known.review_on and known.review_on < at.date()):
            known = self.first_standing(at)
        levels = {
            "alignment": self.rng.choice((1, 2, 2, 3, 3, 4)),
            "sole_provider": self.rng.choice((None, 0, 2, 4)),
            "agreement": self.rng.choice((None, None, 0, 1, 2, 3)),
        }
        priorities.judge_request(service_request_id=service_request.pk, levels=levels, standing=known, by=by, now=at)

    def first_standing(self, at: datetime) -> priorities.JudgedStanding:
        clout, resources = self.rng.choice((None, 0, 1, 1, 2, 3, 4)), self.rng.choice((None, 0, 1, 2, 3))
        if (clout or 0) < priorities.CLOUT_NEEDS_EVIDENCE_FROM:
            return priorities.JudgedStanding(clout=clout, resources=resources)
        review_on = (at + timedelta(days=self.rng.choice((180, 360)))).date()
        return priorities.JudgedStanding(clout, resources, self.rng.choice(texts.EVIDENCE), review_on)

    def support(self, at: datetime) -> Steps:
        """A customer helped the office, or did not."""
        yield at
        rating, note = self.rng.choice(
            ((1.0, texts.SUPPORT[0]), (0.75, texts.SUPPORT[1]), (0.25, texts.SUPPORT[2]), (1.0, texts.SUPPORT[3]))
        )
        priorities.rate_support(
            office=self.house.office,
            person=self.rng.choice(self.house.askers),
            rating=rating,
            note=note,
            by=self.rng.choice(self.house.assistants),
            now=at,
        )
