"""Conversations that were written down on requests before they had a page of their own join the others."""

from django.db import migrations

# How they spoke was not asked: in person, as the form says unless told otherwise. Who wrote about themselves is left out.
JOIN = """
INSERT INTO requests_app_conversationnote
    (office_id, person_id, service_request_id, message_id, own_text, how, said_at, by_id, at)
SELECT r.office_id, r.requester_id, r.id, m.id, '', 'in_person', m.at, m.author_id, m.at
FROM requests_app_message m JOIN requests_app_servicerequest r ON r.id = m.service_request_id
WHERE m.kind = 'conversation' AND m.author_id <> r.requester_id
ORDER BY m.at, m.id
ON CONFLICT (message_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0014_night_checks"),
    ]

    operations = [migrations.RunSQL(JOIN, migrations.RunSQL.noop)]
