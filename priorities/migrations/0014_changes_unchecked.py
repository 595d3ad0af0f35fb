"""What places and their changes copy is not checked once more, and is found by the indexes they have anyway (decision 22)."""

import django.db.models.deletion
from django.db import migrations, models


def unchecked(to: str, related_name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(
        to=to,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        db_index=False,
        db_constraint=False,
    )


class Migration(migrations.Migration):
    dependencies = [("priorities", "0013_looks_at_departments")]
    operations = [
        migrations.AlterField("rank", "rule_set", unchecked("priorities.ruleset")),
        migrations.AlterField("rankchange", "rule_set", unchecked("priorities.ruleset")),
        migrations.AlterField("rankchange", "office", unchecked("people.office")),
        migrations.AlterField(
            "rankchange", "service_request", unchecked("requests_app.servicerequest", "rank_changes")
        ),
    ]
