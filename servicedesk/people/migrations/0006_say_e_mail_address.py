"""The column is called on screen as the forms call it; the database keeps it as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_append_only_changes")]
    operations = [
        migrations.AlterField(
            model_name="user", name="email", field=models.EmailField(max_length=254, verbose_name="e-mail address")
        )
    ]
