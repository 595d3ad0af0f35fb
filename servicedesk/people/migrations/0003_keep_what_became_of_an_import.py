from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_pending_import"),
    ]

    operations = [
        migrations.AddField(
            model_name="pendingimport",
            name="report",
            field=models.JSONField(
                blank=True, help_text="What became of its rows; none until all were tried.", null=True
            ),
        ),
        migrations.AddField(
            model_name="pendingimport",
            name="taken_at",
            field=models.DateTimeField(blank=True, help_text="When somebody said yes to it.", null=True),
        ),
        migrations.AlterField(
            model_name="pendingimport",
            name="content",
            field=models.BinaryField(help_text="Empty once it was brought in: it names people."),
        ),
        migrations.AddConstraint(
            model_name="pendingimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("report__isnull", True), ("taken_at__isnull", False), _connector="OR"),
                name="import_reported_only_once_taken",
            ),
        ),
    ]
