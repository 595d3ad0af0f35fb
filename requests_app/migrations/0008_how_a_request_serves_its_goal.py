"""Whoever names a goal may say how the request serves it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0007_moved_by_hand"),
    ]

    operations = [
        migrations.AddField(
            model_name="servicerequest",
            name="serves_how",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="How it serves the goal, as the asker says.",
                max_length=300,
            ),
        ),
    ]
