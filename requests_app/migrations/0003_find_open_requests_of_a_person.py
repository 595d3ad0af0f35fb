"""The count of a person's open requests stands on every page."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0002_append_only_events")]
    operations = [
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(fields=["requester"], condition=Q(closed_at=None), name="request_open_by_requester"),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(fields=["entered_by"], condition=Q(closed_at=None), name="request_open_by_entered"),
        ),
    ]
