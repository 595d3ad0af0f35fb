"""The statements that make an office's open requests, one set after the other; the same rows for the same number.

What chance decides is drawn once a request, in the order of their numbers, so that every later statement agrees with it.
"""

SEEDED = "SELECT setseed(%(seed)s)"
DRAWN = """
CREATE TEMPORARY TABLE drawn AS
SELECT id, %(now)s - interval '200 days' * (1 - (id - 0.5) / %(count)s) AS received_at,
       random() AS status_at, random() AS asks, random() AS works, random() AS replied_after, random() AS dated,
       random() AS dated_at, random() AS judged, random() AS level, random() AS phrase, random() AS pause
FROM generate_series(1, %(count)s) AS id
"""
# Where there are few, four assistants share the work, so that what is one assistant's fills a page in every office.
# The busiest customer asks for one in 500, and no fewer than one in ten where there are few.
STATES = """
CREATE TEMPORARY TABLE states AS
SELECT drawn.*,
       CASE WHEN status_at < 0.5 THEN 'new' WHEN status_at < 0.8 THEN 'in_progress'
            WHEN status_at < 0.9 THEN 'deferred' ELSE 'waiting' END AS status,
       (%(requesters)s::bigint[])[
           CASE WHEN id %% GREATEST(%(count)s / 2000, 10) = 0 THEN 1
                ELSE 2 + floor(asks * (cardinality(%(requesters)s::bigint[]) - 1))::int END
       ] AS requester_id,
       (%(assistants)s::bigint[])[
           1 + floor(works * LEAST(GREATEST(%(count)s / 1000, 4), cardinality(%(assistants)s::bigint[])))::int
       ] AS assistant_id,
       received_at + (%(now)s - received_at) * replied_after * 0.5 AS replied_at
FROM drawn
"""
REQUESTS = """
INSERT INTO requests_app_servicerequest
    (id, office_id, number, reference, kind, title, purpose, requester_id, entered_by_id, assignee_id, status,
     received_at, reply_due_at, first_reply_at, agreed_at, effort_minutes, waiting_since, paused, version)
SELECT id, %(office)s, 1000 + id, %(prefix)s || '-' || 1000 + id,
       (%(kinds)s::text[])[1 + floor(level * cardinality(%(kinds)s::text[]))::int],
       (%(phrases)s::text[])[1 + floor(phrase * cardinality(%(phrases)s::text[]))::int],
       (%(phrases)s::text[])[1 + floor(asks * cardinality(%(phrases)s::text[]))::int] || '. '
           || (%(phrases)s::text[])[1 + floor(works * cardinality(%(phrases)s::text[]))::int],
       requester_id, requester_id, CASE WHEN status <> 'new' THEN assistant_id END, status,
       received_at, received_at + interval '1 day', CASE WHEN status <> 'new' THEN replied_at END,
       CASE WHEN dated < 0.02 THEN %(now)s + interval '42 days' * (dated_at - 0.04) END,
       CASE WHEN dated < 0.01 THEN 240 END,
       CASE WHEN status = 'waiting' THEN replied_at END,
       CASE WHEN pause < 0.1 THEN interval '200 hours' * pause ELSE '0' END, 1
FROM states ORDER BY id
"""
EVENTS = """
INSERT INTO requests_app_event (service_request_id, kind, by_id, at, sealed, what)
SELECT id, 'logged', requester_id, received_at, false, '{}' FROM states ORDER BY id
"""
# One in a hundred of these was due already.
PROMISES = """
INSERT INTO requests_app_promise (service_request_id, made_by_id, made_at, due_at, outcome)
SELECT id, assistant_id, received_at, %(now)s + interval '30 days' * (dated_at - 0.01), 'open'
FROM states WHERE status = 'deferred' ORDER BY id
"""
JUDGEMENTS = """
INSERT INTO priorities_judgement (service_request_id, alignment, sole_provider, agreement, by_id, at)
SELECT id, floor(level * 5), floor(works * 5), CASE WHEN judged < 0.2 THEN 2 WHEN judged < 0.4 THEN 0 END,
       assistant_id, received_at
FROM states WHERE judged < 0.6 ORDER BY id
"""
MOVES = """
INSERT INTO priorities_handmove (office_id, service_request_id, key, reason, ends_at, by_id, at)
SELECT %(office)s, id, received_at - interval '30 days', 'The executive asked for it.', %(now)s + interval '3 days',
       assistant_id, %(now)s - interval '1 day'
FROM states WHERE status = 'new' AND pause BETWEEN 0.5 AND 0.5003 ORDER BY id
"""
NUMBERED = """
SELECT setval(pg_get_serial_sequence('requests_app_servicerequest', 'id'), %(count)s)
"""
LAST_NUMBER = "UPDATE people_office SET last_number = 1000 + %(count)s WHERE id = %(office)s"
PLANNED = "ANALYZE requests_app_servicerequest, requests_app_promise, priorities_judgement, priorities_handmove"

STATEMENTS = (
    SEEDED,
    DRAWN,
    STATES,
    REQUESTS,
    EVENTS,
    PROMISES,
    JUDGEMENTS,
    MOVES,
    NUMBERED,
    LAST_NUMBER,
    PLANNED,
)
