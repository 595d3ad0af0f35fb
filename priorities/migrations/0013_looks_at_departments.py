"""A department has a standing too, so looks at it are logged as well."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_say_e_mail_address"),
        ("priorities", "0012_changes_by_instant"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="standinglook",
            name="department",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.department",
            ),
        ),
        migrations.AlterField(
            model_name="standinglook",
            name="person",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="standinglook",
            constraint=models.UniqueConstraint(
                fields=("office", "department", "by", "hour"), name="standing_look_at_a_department_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="standinglook",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", None), ("department", None), _connector="XOR"),
                name="standing_look_at_a_person_or_a_department",
            ),
        ),
    ]
