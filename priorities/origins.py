"""Whence a place has the levels that nobody judged for it: a department's standing, an agreement in force.

A reader learns neither of their own department's standing nor of agreements with it: those speak of themselves as well.
"""

# Own facts count before those of the department, level by level.
INHERITED = """
SELECT array_remove(ARRAY[
    CASE WHEN own.clout IS NULL AND dep.clout IS NOT NULL THEN 'clout' END,
    CASE WHEN own.resources IS NULL AND dep.resources IS NOT NULL THEN 'resources' END
], NULL)
FROM people_user u
JOIN priorities_standing dep ON dep.office_id = %(office)s AND dep.department_id = u.department_id
LEFT JOIN priorities_standing own ON own.office_id = %(office)s AND own.person_id = u.id
WHERE u.id = %(person)s AND u.department_id <> %(own_department)s
"""
# The agreement by which the level is higher than what was judged; of several, the one that forces most.
FORCED = """
SELECT a.about
FROM priorities_agreement a
JOIN requests_app_servicerequest r ON r.id = %(row)s
JOIN people_office o ON o.id = r.office_id
JOIN people_user u ON u.id = r.requester_id
LEFT JOIN priorities_judgement j ON j.service_request_id = r.id
CROSS JOIN LATERAL (SELECT (%(now)s AT TIME ZONE o.time_zone)::date AS today) AS facts_of
WHERE a.office_id = r.office_id AND a.ended_at IS NULL AND (a.kind = '' OR a.kind = r.kind) AND r.closed_at IS NULL
  AND (a.person_id = r.requester_id OR (a.department_id = u.department_id AND a.department_id <> %(own_department)s))
  AND a.starts_on <= facts_of.today AND (a.ends_on IS NULL OR a.ends_on >= facts_of.today)
  AND a.level > COALESCE(j.agreement, -1)
ORDER BY a.level DESC, a.id LIMIT 1
"""
NO_DEPARTMENT = 0
