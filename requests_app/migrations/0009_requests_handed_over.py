"""Let the history say which requests went to another account of the same person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0008_how_a_request_serves_its_goal"),
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
                    ("moved_by_hand", "Moved by hand"),
                    ("move_taken_back", "Move by hand taken back"),
                    ("resolved", "Resolved"),
                    ("reopened", "Reopened"),
                    ("withdrawn", "Withdrawn"),
                    ("imported", "Brought in from an earlier list"),
                    ("merged", "Handed over as two accounts became one"),
                ],
                max_length=16,
            ),
        ),
    ]
