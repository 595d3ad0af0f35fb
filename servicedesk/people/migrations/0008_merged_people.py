"""Whoever stands here twice can be merged: the one account stays as a name in the history."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_tables_of_an_office"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to=settings.AUTH_USER_MODEL,
                verbose_name="merged into",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None), models.Q(("is_active", False), ("is_administrator", False)), _connector="OR"
                ),
                name="user_merged_is_out_of_use",
                violation_error_message="Who was merged into another person may not sign in any more.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None), models.Q(("merged_into", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="user_merged_into_another",
            ),
        ),
    ]
