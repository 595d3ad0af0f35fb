"""Which articles may spare somebody the request they are typing.

Words count by how few articles hold them, those in a title in full, those only in the text less. The beginning of a word is
enough, so that “signatures” finds “signature” in any language, and a word that no article holds is looked for as a misspelt one
of a title. An article is offered when it holds enough of what was typed, so measured.
"""

import re
from collections.abc import Collection
from math import ceil

from requests_app.models import Article
from requests_app.models.article import KEEPERS
from requests_app.searching import tidy
from servicedesk.people.access import access_of
from servicedesk.people.models import User
from servicedesk.prepared import fetch

MOST_OFFERED = 3
MOST_WORDS = 5
SHORTEST_WORD = 3
SHORTEST_BEGINNING = 4
BEGINNING = 0.65  # of a word's letters
ENOUGH = 0.35
ONLY_IN_TEXT = 0.3
# A word that half of all articles hold, or this many versions of them, says nothing about which is meant.
COMMON = 1000
WORD = re.compile(r"[^\W_]+")

SUGGEST = f"""
WITH typed AS MATERIALIZED (
    SELECT place, word, begins::tsquery AS anywhere, (begins || 'A')::tsquery AS in_title
    FROM unnest(%(words)s::text[], %(begins)s::text[]) WITH ORDINALITY AS t(word, begins, place)
), house AS MATERIALIZED (
    SELECT count(*) AS articles FROM requests_app_article WHERE state = 'published'
), found AS MATERIALIZED (
    SELECT t.place, v.id AS version FROM typed t CROSS JOIN LATERAL (
        SELECT id FROM requests_app_articleversion WHERE search @@ t.anywhere LIMIT {COMMON}
    ) AS v
), rare AS MATERIALIZED (
    SELECT place, version, NULL::float AS alike FROM found
    WHERE place IN (SELECT place FROM found GROUP BY place HAVING count(*) < {COMMON})
    UNION ALL
    SELECT t.place, v.id, v.alike FROM typed t CROSS JOIN LATERAL (
        SELECT id, word_similarity(t.word, title) AS alike
        FROM requests_app_articleversion WHERE title %%> t.word LIMIT {COMMON}
    ) AS v WHERE t.place NOT IN (SELECT place FROM found)
), said AS MATERIALIZED (
    SELECT a.id, rare.place, coalesce(alike, CASE WHEN v.search @@ t.in_title THEN 1 ELSE {ONLY_IN_TEXT} END) AS weight
    FROM rare JOIN requests_app_article a ON a.published_id = rare.version
    JOIN people_office o ON o.id = a.office_id
    JOIN requests_app_articleversion v ON v.id = rare.version JOIN typed t ON t.place = rare.place
    WHERE a.state = 'published' AND o.is_active AND (a.audience = 'everybody' OR a.office_id = ANY(%(kept)s::bigint[]))
), telling AS MATERIALIZED (
    SELECT place, ln(1 + articles::float / count(*)) AS tells FROM said CROSS JOIN house
    GROUP BY place, articles HAVING count(*) <= greatest(articles / 2, 1)
)
SELECT id FROM said JOIN telling USING (place) GROUP BY id
HAVING sum(weight * tells) >= {ENOUGH} * (SELECT sum(tells) FROM telling)
ORDER BY sum(weight * tells) DESC, id LIMIT %(most)s
"""  # noqa: S608 -- our own constants


def suggested_for(user: User, text: str) -> list[Article]:
    """What the person may read that comes closest to what they type, the best first; none rather than any."""
    return _suggest(text, kept=access_of(user).offices_as(*KEEPERS), most=MOST_OFFERED)


def suggested_to_show(text: str, *, most: int = MOST_OFFERED) -> list[Article]:
    """The same of what everybody may read: what can be shown to whoever asked."""
    return _suggest(text, kept=(), most=most)


def _suggest(text: str, *, kept: Collection[int], most: int) -> list[Article]:
    words = telling_words(text)
    if not words:
        return []
    begins = [f"'{word[: _enough_letters(word)]}':*" for word in words]
    ids = [pk for (pk,) in fetch(SUGGEST, {"words": words, "begins": begins, "kept": sorted(kept), "most": most})]
    found = Article.objects.select_related("published", "office").defer("published__body", "published__search")
    return sorted(found.filter(pk__in=ids), key=lambda article: ids.index(article.pk))


def telling_words(text: str) -> list[str]:
    """The longest of the different words: in every language the short ones are those that stand everywhere."""
    words = dict.fromkeys(word.lower() for word in WORD.findall(tidy(text)))
    return sorted((word for word in words if len(word) >= SHORTEST_WORD), key=len, reverse=True)[:MOST_WORDS]


def _enough_letters(word: str) -> int:
    return max(SHORTEST_BEGINNING, ceil(len(word) * BEGINNING))
