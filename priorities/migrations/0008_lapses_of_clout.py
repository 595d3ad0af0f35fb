"""Places say when they lapse; those that rest on a clout that is to be looked at again say so from here on."""

from django.db import migrations

LAPSES = """
UPDATE priorities_rank k
SET lapses_at = (st.review_on + 1)::timestamp AT TIME ZONE o.time_zone
FROM requests_app_servicerequest r
JOIN people_office o ON o.id = r.office_id
JOIN priorities_standing st ON st.office_id = r.office_id AND st.person_id = r.requester_id
WHERE r.id = k.service_request_id AND r.closed_at IS NULL AND st.clout > 2 AND k.levels[2] > 2
"""


class Migration(migrations.Migration):
    dependencies = [("priorities", "0007_agreements_moves_and_lapses")]
    operations = [migrations.RunSQL(LAPSES, migrations.RunSQL.noop)]
