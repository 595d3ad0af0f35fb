"""What changed in an office since an instant is found by an index; the one by office alone is no longer needed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("priorities", "0011_choices_and_ends_of_moves")]
    operations = [
        migrations.AlterField(
            model_name="rankchange",
            name="office",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.office"
            ),
        ),
        migrations.AddIndex(
            model_name="rankchange", index=models.Index(fields=["office", "at"], name="rank_change_by_instant")
        ),
    ]
