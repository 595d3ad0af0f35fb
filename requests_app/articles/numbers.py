"""What became of an office's articles: offered, opened, solved; and whether those who were shown the way asked again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from requests_app.actions.article_uses import KEPT_FOR
from requests_app.models import Article, ArticleUse, ServiceRequest
from requests_app.models.article import ArticleQuerySet
from servicedesk.intervals import Interval, wilson
from servicedesk.people.models import Office
from servicedesk.prepared import fetch

COUNTED_DAYS = KEPT_FOR.days
SHOWN_WITHIN_DAYS = 455  # a year of people after whom ninety days have passed
AGAIN_DAYS = 90
ASKED_ALL_THE_SAME = timedelta(days=1)
MOST_LISTED = 50

# The first time is what counts: who is shown the way twice to the same thing was not taught the first time.
REPEATED = """
WITH shown AS (
    SELECT r.requester_id, r.kind, min(e.at) AS at
    FROM requests_app_event e JOIN requests_app_servicerequest r ON r.id = e.service_request_id
    WHERE e.kind = 'shown_way' AND r.office_id = %(office)s AND e.at > %(since)s
    GROUP BY r.requester_id, r.kind
), done_for AS (
    SELECT requester_id, kind, min(closed_at) AS at FROM requests_app_servicerequest
    WHERE office_id = %(office)s AND status = 'resolved' AND closed_at > %(since)s
      AND kind IN (SELECT kind FROM shown)
      AND (requester_id, kind) NOT IN (SELECT requester_id, kind FROM shown)
    GROUP BY requester_id, kind
), everybody AS (
    SELECT true AS was_shown, * FROM shown UNION ALL SELECT false, * FROM done_for
)
SELECT was_shown, count(*) FILTER (WHERE at <= %(ripe)s), count(*) FILTER (WHERE at > %(ripe)s),
       count(*) FILTER (WHERE at <= %(ripe)s AND EXISTS (
           SELECT 1 FROM requests_app_servicerequest r
           WHERE r.requester_id = everybody.requester_id AND r.kind = everybody.kind AND r.office_id = %(office)s
             AND r.received_at > everybody.at AND r.received_at <= everybody.at + %(again)s
       ))
FROM everybody GROUP BY was_shown
"""


@dataclass(frozen=True)
class Repeats:
    """How many people asked for the same kind again, of those after whom the time has passed; `unripe` are not counted."""

    people: int = 0
    again: int = 0
    unripe: int = 0

    @property
    def percent(self) -> float | None:
        return 100 * self.again / self.people if self.people else None

    @property
    def interval(self) -> Interval | None:
        """In percent."""
        if not self.people:
            return None
        low, high = wilson(self.again, self.people)
        return Interval(100 * low, 100 * high)


@dataclass(frozen=True)
class Spared:
    """People and days on which an article was said to solve it; of those, where it had been offered and nothing was asked."""

    said: int
    requests_spared: int
    asked_all_the_same: int


def used_articles(office: Office, now: datetime) -> ArticleQuerySet:
    """The office's articles that somebody met in the last ninety days, those that solved most first."""
    lately = Q(uses__at__gt=now - timedelta(days=COUNTED_DAYS))
    rows = Article.objects.filter(office=office).select_related("newest", "published")
    rows = rows.annotate(
        offered=_times(ArticleUse.Kind.OFFERED, lately),
        opened=_times(ArticleUse.Kind.OPENED, lately),
        solved=_times(ArticleUse.Kind.SOLVED, lately),
    )
    met = rows.filter(Q(offered__gt=0) | Q(opened__gt=0) | Q(solved__gt=0))
    unread = ("published__body", "published__search", "newest__body", "newest__search")
    return met.defer(*unread).order_by("-solved", "-opened", "-offered", "pk")[:MOST_LISTED]


def _times(kind: str, lately: Q) -> Count:
    return Count("uses", filter=lately & Q(uses__kind=kind))


def spared_requests(office: Office, now: datetime) -> Spared:
    """Count a person once a day, however many articles they thanked."""
    since = now - timedelta(days=COUNTED_DAYS)
    said = ArticleUse.objects.filter(kind=ArticleUse.Kind.SOLVED, article__office=office, at__gt=since).annotate(
        was_offered=Exists(
            ArticleUse.objects.filter(
                kind=ArticleUse.Kind.OFFERED,
                article=OuterRef("article"),
                person=OuterRef("person"),
                day=OuterRef("day"),
            )
        ),
        asked=Exists(
            ServiceRequest.objects.filter(
                requester=OuterRef("person"),
                office=office,
                received_at__gt=OuterRef("at"),
                received_at__lte=OuterRef("at") + ASKED_ALL_THE_SAME,
            )
        ),
    )
    return Spared(
        said=_days_of_people(said),
        requests_spared=_days_of_people(said.filter(was_offered=True, asked=False)),
        asked_all_the_same=_days_of_people(said.filter(asked=True)),
    )


def _days_of_people(uses: QuerySet[ArticleUse]) -> int:
    return uses.order_by().values("person", "day").distinct().count()


def repeats(office: Office, now: datetime) -> tuple[Repeats, Repeats]:
    """Of those who were shown the way, and of those for whom the same kinds of request were done."""
    values = {
        "office": office.pk,
        "since": now - timedelta(days=SHOWN_WITHIN_DAYS),
        "ripe": now - timedelta(days=AGAIN_DAYS),
        "again": timedelta(days=AGAIN_DAYS),
    }
    found = {was_shown: Repeats(people, again, unripe) for was_shown, people, unripe, again in fetch(REPEATED, values)}
    return found.get(True, Repeats()), found.get(False, Repeats())
