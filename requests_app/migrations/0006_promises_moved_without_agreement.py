"""Let a promise be moved without agreement."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0005_name_each_file_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("logged", "Logged"),
                    ("added", "Added to"),
                    ("replied", "Replied"),
                    ("noted", "Noted"),
                    ("taken", "Taken"),
                    ("released", "Given back"),
                    ("deferred", "Deferred with a promise"),
                    ("promise_kept", "Promise kept"),
                    ("promise_late", "Promise kept late"),
                    ("promise_moved", "Promise moved by agreement"),
                    ("promise_unagreed", "Promise moved without agreement"),
                    ("promise_void", "Promise no longer needed"),
                    ("waiting", "Waiting for the requester"),
                    ("resumed", "Back in the queue"),
                    ("agreed", "Date agreed"),
                    ("judged", "Levels judged"),
                    ("resolved", "Resolved"),
                    ("reopened", "Reopened"),
                    ("withdrawn", "Withdrawn"),
                    ("imported", "Brought in from an earlier list"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="promise",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("kept", "kept"),
                    ("late", "broken"),
                    ("moved", "moved by agreement"),
                    ("unagreed", "moved without agreement"),
                    ("void", "no longer needed"),
                ],
                default="open",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["moved", "unagreed"]), _negated=True),
                    ("settled_at__lte", models.F("due_at")),
                    _connector="OR",
                ),
                name="promise_moved_in_time",
            ),
        ),
    ]
