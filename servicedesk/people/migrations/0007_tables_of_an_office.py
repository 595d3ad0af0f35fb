"""A table that was brought may be one of an office."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_say_e_mail_address"),
    ]

    operations = [
        migrations.AddField(
            model_name="pendingimport",
            name="office",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose table; none: the house's.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.office",
            ),
        ),
    ]
