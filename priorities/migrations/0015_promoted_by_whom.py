"""What must start now is found by its assignee and by its department, however much of it there is."""

from django.db import migrations, models
from django.db.models import Q

PROMOTED = Q(tier__gt=0, promote_at__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("priorities", "0014_changes_unchecked")]
    operations = [
        migrations.AddIndex(
            "rank",
            models.Index(
                fields=["office", "assignee", "promote_at", "service_request"],
                condition=PROMOTED,
                name="rank_promoted_assignee",
            ),
        ),
        migrations.AddIndex(
            "rank",
            models.Index(
                fields=["office", "department", "promote_at", "service_request"],
                condition=PROMOTED,
                name="rank_promoted_department",
            ),
        ),
    ]
