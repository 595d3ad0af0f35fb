"""What assistants chose first, append-only; a move may end with its request, which is nobody's doing."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_say_e_mail_address"),
        ("priorities", "0010_hold_agreements_and_their_dates"),
        ("requests_app", "0007_moved_by_hand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Choice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(choices=[("pick", "started"), ("move", "moved by hand")], max_length=4)),
                ("band", models.PositiveSmallIntegerField()),
                (
                    "shown",
                    models.JSONField(help_text="What stood first in its band and those concerned, in their order."),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agreed", "It was agreed with them"),
                            ("executive", "The executive asked for it"),
                            ("blocks", "Others cannot go on without it"),
                            ("cost", "It would cost us to be late"),
                            ("quick", "It takes only minutes"),
                            ("other", "Another reason, in my own words"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "verbose_name": "choice",
            },
        ),
        migrations.RemoveConstraint(
            model_name="handmove",
            name="hand_move_ended_by_somebody",
        ),
        migrations.AddConstraint(
            model_name="handmove",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_by", None), ("ended_at__isnull", False), _connector="OR"),
                name="hand_move_ended_when_somebody_did",
            ),
        ),
        migrations.AddField(
            model_name="choice",
            name="above",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="requests_app.servicerequest",
            ),
        ),
        migrations.AddField(
            model_name="choice",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="choice",
            name="office",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.office"
            ),
        ),
        migrations.AddField(
            model_name="choice",
            name="service_request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="requests_app.servicerequest"
            ),
        ),
        migrations.AddIndex(
            model_name="choice",
            index=models.Index(fields=["office", "band", "-id"], name="choice_newest"),
        ),
        migrations.RunSQL(
            "CREATE TRIGGER choice_append_only BEFORE UPDATE OR DELETE ON priorities_choice "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            "DROP TRIGGER choice_append_only ON priorities_choice",
        ),
    ]
