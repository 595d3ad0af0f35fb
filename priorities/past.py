"""The places of an office as they were recorded last at an instant: what “queue as of” and what-if of a past day read."""

from priorities.scoring import SECONDS_PER_DAY

# Each request as it was recorded last at that instant; what it counted from is its key without the head start.
RECORDED = """(
    SELECT last.*,
           COALESCE(last.computed_key, last.key) + make_interval(secs =>
               CASE last.tier WHEN 1 THEN round({seconds} * rs.team_days) ELSE 0 END
               + round({seconds} * rs.score_days * last.score)
           ) AS counts_from
    FROM (
        SELECT DISTINCT ON (c.service_request_id) c.*
        FROM priorities_rankchange c
        WHERE c.office_id = %(office)s AND c.at <= %(at)s AND {in_force}{narrowed}
        ORDER BY c.service_request_id, c.at DESC, c.id DESC
    ) AS last
    JOIN priorities_ruleset rs ON rs.id = last.rule_set_id
)"""
# Whether the requester has come to another department since: of which they were then is not kept.
ANOTHER_DEPARTMENT_BY = frozenset({"department", "merged"})
CHANGED_DEPARTMENT = """EXISTS (
    SELECT 1 FROM priorities_rankchange d
    WHERE d.service_request_id = {id} AND d.at > %(at)s AND d.cause IN ('department', 'merged')
)"""
# What new rules do is dated when their publication began, and nobody saw it before it had ended. Logged under the
# first rules of an office is also what was asked for before there was one.
IN_FORCE = """c.rule_set_id <> ALL(ARRAY(
    SELECT id FROM priorities_ruleset WHERE office_id = %(office)s AND published_at > %(at)s AND version > 1
))"""
# From when on changes are read: from that instant, or where rules were being published, from before they were.
LONGEST_PUBLICATION = "interval '1 hour'"
READ_FROM = f"""read_from AS MATERIALIZED (
    SELECT %(at)s::timestamptz - CASE WHEN EXISTS (
        SELECT 1 FROM priorities_ruleset WHERE office_id = %(office)s AND version > 1
        AND published_at > %(at)s AND published_at <= %(at)s::timestamptz + {LONGEST_PUBLICATION}
    ) THEN {LONGEST_PUBLICATION} ELSE interval '0' END AS since
)"""  # noqa: S608 -- our own constant
CHANGED_SINCE = "c.office_id = %(office)s AND c.at > (SELECT since FROM read_from)"


def recorded(narrowed: str = "") -> str:
    """SQL of the places at the instant `at`, of the whole office or of the requests a condition on `c` narrows it to."""
    return RECORDED.format(seconds=SECONDS_PER_DAY, in_force=IN_FORCE, narrowed=f" AND {narrowed}" if narrowed else "")


OF_OFFICE = recorded()
OF_SOME = recorded("c.service_request_id = ANY(%(ids)s::bigint[])")
# Whatever changed later stood elsewhere then; everything else stands where it stood.
OF_CHANGED_SINCE = recorded(
    f"c.service_request_id = ANY(ARRAY(SELECT c.service_request_id FROM priorities_rankchange c WHERE {CHANGED_SINCE}))"  # noqa: S608 -- our own constant
)
