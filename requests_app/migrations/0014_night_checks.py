"""That an office was looked through in a night, and an index for looking."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_tables_of_an_office"),
        ("requests_app", "0011_conversation_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NightCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("found", models.PositiveIntegerField(help_text="Counted to a limit.")),
            ],
            options={
                "verbose_name": "night check",
            },
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["office", "received_at", "id"],
                name="request_open_by_office",
            ),
        ),
        migrations.AddField(
            model_name="nightcheck",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="night_checks", to="people.office"
            ),
        ),
        migrations.AddConstraint(
            model_name="nightcheck",
            constraint=models.UniqueConstraint(fields=("office", "day"), name="night_check_once_a_day"),
        ),
    ]
