"""What the demo's office wrote for others to help themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.demo.house import House
from requests_app.actions import article_uses, articles
from requests_app.models import Article


@dataclass(frozen=True)
class Told:
    """One article as a story tells it: written that many days ago."""

    title: str
    body: str
    days_ago: int = 330
    audience: str = Article.Audience.EVERYBODY
    is_draft: bool = False
    is_withdrawn: bool = False
    is_forgotten: bool = False
    added: str = ""


ARTICLES = (
    Told(
        "How to book the board room",
        "The board room is booked by whoever uses it; the office is asked only when the executive takes part.\n\n"
        "1. Open the calendar and choose **Rooms**, then *Board room, 4th floor*.\n"
        "2. Give the number of people: above twelve the wall is opened the evening before.\n"
        "3. Tick **Coffee** if guests come. Facilities see it at once.\n\n"
        "> Booked for more than two weeks ahead? The room is released if nobody confirms it three days before.\n\n"
        "## When it is taken\n\n"
        "- *Room 4.12* seats ten and has the same screen.\n"
        "- The terminal's conference room is free most afternoons; ask Operations.",
    ),
    Told(
        "How to get a signature",
        "Most papers need no signature of the CEO. Look here first:\n\n"
        "| what | who signs |\n|---|---|\n| orders up to 50,000 | your head of department |\n"
        "| orders above, and leases | Finance, then the CEO |\n| letters to authorities | Legal |\n\n"
        "If it is the CEO's: send it as **one file** with a line that says what it commits us to, two working days ahead.",
        days_ago=360,
    ),
    Told(
        "How to order a visitor's pass",
        "Passes are printed at the gate; no mail to the office is needed.\n\n"
        "1. Open *Visitors* on the intranet.\n2. Name, company, day and whom they visit.\n"
        "3. The visitor gets a code by e-mail and shows it at the gate with a passport.\n\n"
        "For the apron a visitor needs an escort: `+49 30 5550 120` knows who is free.",
        days_ago=310,
    ),
    Told(
        "How to invite the CEO to an event",
        "Write down four things and log a request with them:\n\n- who comes, and how many\n- what she is to do there\n"
        "- how long it takes, with the way\n- what happens if she cannot\n\nInvitations of the press go to Community first.",
        days_ago=240,
        added="\n\nDates in the week of the board meeting are not given.",
    ),
    Told(
        "How to hand in travel expenses",
        "Receipts go into the expenses app, *not* to us: photograph each one, choose your cost centre, send.\n\n"
        "Trips paid by the office of the CEO carry the cost centre **EO-100**.",
        days_ago=300,
        is_forgotten=True,
    ),
    Told(
        "How to find the CEO's slides and short biography",
        "The current ones lie in the library under *Press*. Take them from there each time: copies grow old.",
        days_ago=20,
    ),
    Told(
        "How we answer when a journalist calls",
        "Take the name, the newspaper, the question and the deadline. Say that Community calls back. Say nothing else.",
        audience=Article.Audience.OFFICE,
        days_ago=75,
    ),
    Told(
        "How to plan a site visit",
        "To be written with Operations: safety shoes, the bus, who leads the tour.",
        is_draft=True,
        days_ago=4,
    ),
    Told("How to send a fax to the ministry", "Use the machine in room 4.02.", is_withdrawn=True, days_ago=350),
)


def write_articles(house: House, *, now: datetime) -> list[Article]:
    """Through the product's own actions, by both assistants in turn."""
    return [_write(house, place, told, now) for place, told in enumerate(ARTICLES)]


def use_articles(house: House, written: list[Article], *, now: datetime) -> None:
    """Colleagues met them while they typed: half opened one, a fifth needed nothing more."""
    read = [article for article in written if article.is_published and article.audience == Article.Audience.EVERYBODY]
    for place, person in enumerate(house.askers):
        at, article = now - timedelta(days=1 + place * 7 % 80), read[place % len(read)]
        article_uses.count_offered(articles=[article], by=person, now=at)
        if place % 2:
            article_uses.count_opened(article=article, by=person, now=at)
        if place % 5 == 1:
            article_uses.count_solved(article=article, by=person, now=at)


def _write(house: House, place: int, told: Told, now: datetime) -> Article:
    by = house.assistants[place % len(house.assistants)]
    article = articles.add_article(
        office=house.office,
        by=by,
        title=told.title,
        body=told.body,
        audience=told.audience,
        publishes=not told.is_draft,
        now=now - timedelta(days=told.days_ago),
    )
    if not told.is_forgotten:
        articles.confirm_article(article_id=article.pk, by=by, now=now - timedelta(days=told.days_ago // 3))
    if told.added:
        articles.change_article(article_id=article.pk, by=by, body=told.body + told.added, now=now)
    if told.is_withdrawn:
        return articles.withdraw_article(article_id=article.pk, by=by, now=now)
    return article
