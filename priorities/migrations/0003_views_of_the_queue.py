"""What the further views of the queue scan, and who looked at a standing."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

FILL = """
UPDATE priorities_rank k SET counts_from = r.received_at + r.paused, waiting_since = r.waiting_since
FROM requests_app_servicerequest r WHERE r.id = k.service_request_id
"""
REFUSE = """
CREATE TRIGGER standing_look_append_only BEFORE UPDATE OR DELETE ON priorities_standinglook
FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
ALLOW = "DROP TRIGGER standing_look_append_only ON priorities_standinglook;"


def foreign_key(to, **options):
    return models.ForeignKey(
        to=to, on_delete=django.db.models.deletion.PROTECT, related_name="+", db_index=False, **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("priorities", "0002_guard_rules_and_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="StandingLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "hour",
                    models.DateTimeField(
                        help_text="The hour in which they looked: a second look within it adds nothing."
                    ),
                ),
                ("by", foreign_key(settings.AUTH_USER_MODEL)),
                ("office", foreign_key("people.office")),
                ("person", foreign_key(settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "look at a standing",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["office", "person", "by", "hour"], name="standing_look_once_an_hour"
                    )
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.AlterField("rank", "assignee", foreign_key(settings.AUTH_USER_MODEL, null=True, blank=True)),
        migrations.AlterField("rank", "department", foreign_key("people.department", null=True, blank=True)),
        migrations.AlterField("rank", "office", foreign_key("people.office")),
        migrations.AlterField("rank", "rule_set", foreign_key("priorities.ruleset")),
        migrations.AlterField("rankchange", "rule_set", foreign_key("priorities.ruleset")),
        migrations.AddField("rank", "waiting_since", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("rank", "counts_from", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "rank",
            "counts_from",
            models.DateTimeField(help_text="Received, plus the time spent waiting for the requester."),
        ),
        migrations.RemoveIndex("rank", "rank_everyone_assignee"),
        migrations.AddIndex(
            "rank",
            models.Index(
                condition=Q(queued=True), fields=["office", "assignee", "key", "service_request"], name="rank_assignee"
            ),
        ),
        migrations.AddIndex(
            "rank",
            models.Index(
                condition=Q(tier=1, queued=True), fields=["office", "key", "service_request"], name="rank_team"
            ),
        ),
        migrations.AddIndex(
            "rank", models.Index(condition=Q(queued=True), fields=["office", "counts_from"], name="rank_oldest")
        ),
        migrations.AddIndex(
            "rank",
            models.Index(
                condition=Q(waiting_since__isnull=False),
                fields=["office", "waiting_since", "service_request"],
                name="rank_waiting",
            ),
        ),
    ]
