"""Fill a house with articles and type at them: what `bench.suggest_articles` runs inside the product."""

import json
import time
from collections.abc import Sequence
from itertools import accumulate
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from requests_app.actions.articles import REVIEWED_FOR
from requests_app.articles.suggesting import suggested_for
from requests_app.models import Article, ArticleVersion
from servicedesk.people.models import Office, User

VOCABULARY = 8_000
WORDS_OF_A_TEXT = (60, 400)
WORDS_OF_A_TITLE = (3, 7)
VERSIONS = 3
TYPED = 400
SYLLABLES = [first + vowel for first in "bdfghklmnprstvwz" for vowel in "aeiou"]


class Writer:
    """Makes up texts in which, as in any language, a few short words stand everywhere and most are rare."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        words = {"".join(self.rng.choices(SYLLABLES, k=self.rng.randint(1, 5))) for _ in range(VOCABULARY)}
        self.words = sorted(words, key=lambda word: (len(word), self.rng.random()))
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(len(self.words))))

    def text(self, length: tuple[int, int]) -> str:
        return " ".join(self.rng.choices(self.words, cum_weights=self.weights, k=self.rng.randint(*length)))


def main(arguments: Sequence[str]) -> None:
    count = int(arguments[0])
    writer = Writer(seed=count)
    person = User.objects.create_user("reader@example.org", "Reader")
    fill(count, writer, person)
    typed = [typing(writer) for _ in range(TYPED)]
    for text in typed[:20]:
        suggested_for(person, text)
    offered = 0
    took = []
    for text in typed:
        begun = time.perf_counter()
        offered += bool(suggested_for(person, text))
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    figures = {"articles": count, "versions": count * VERSIONS, "typed": TYPED, "offered_something": offered}
    print(json.dumps(figures | {"p50_ms": at(took, 0.5), "p95_ms": at(took, 0.95), "longest_ms": at(took, 1)}))


def at(took: Sequence[float], share: float) -> float:
    return round(took[min(int(len(took) * share), len(took) - 1)], 1)


def typing(writer: Writer) -> str:
    """A line as one types it: some of it of a title, some not, and the last word unfinished."""
    title = ArticleVersion.objects.filter(shown_as__isnull=False).order_by("?").values_list("title", flat=True)[0]
    known = writer.rng.sample(title.split(), k=2)
    return " ".join([*known, writer.text((1, 5))])[:-1]


@transaction.atomic
def fill(count: int, writer: Writer, person: User) -> None:
    """Published articles, each with versions before the one that is shown; not through the actions, which take minutes."""
    now = timezone.now()
    office = Office.objects.create(name="Office of the CEO", prefix="EO")
    articles = Article.objects.bulk_create(
        Article(
            office=office,
            owner=person,
            changed_by=person,
            changed_at=now,
            review_on=timezone.localdate(now) + REVIEWED_FOR,
        )
        for _ in range(count)
    )
    for number in range(1, VERSIONS + 1):
        ArticleVersion.objects.bulk_create(
            (
                ArticleVersion(
                    article=article,
                    number=number,
                    title=writer.text(WORDS_OF_A_TITLE),
                    body=writer.text(WORDS_OF_A_TEXT),
                    by=person,
                    at=now,
                )
                for article in articles
            ),
            batch_size=500,
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE requests_app_article a SET state = 'published', published_at = changed_at, published_id = v.id,"
            " newest_id = v.id FROM requests_app_articleversion v WHERE v.article_id = a.id AND v.number = %s",
            [VERSIONS],
        )
        cursor.execute("ANALYZE requests_app_article; ANALYZE requests_app_articleversion")
