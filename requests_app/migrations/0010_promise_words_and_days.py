"""What the asker was told in the assistant's own words, and what the ledger of promises reads by."""

from django.db import migrations, models
from django.db.models.functions import Least


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0009_requests_handed_over"),
    ]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="words",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="What the asker was told; {time} stands for the time.",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                models.OrderBy(Least("due_at", "settled_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="promise_by_day",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["made_at"], name="promise_by_making"),
        ),
    ]
