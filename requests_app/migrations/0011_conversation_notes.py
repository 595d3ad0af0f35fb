"""Notes of conversations, which the database refuses to change or delete, and the other side's word on them."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Whom it is about is another account of the same person once two were merged; nothing else ever changes. The generated
# column is not known yet when this runs.
REFUSE = """
CREATE FUNCTION refuse_change_of_a_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{person_id,search}'::text[] = to_jsonb(OLD) - '{person_id,search}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are history and are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER conversation_append_only BEFORE UPDATE OR DELETE ON requests_app_conversationnote
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_a_note();
"""
ALLOW = """
DROP TRIGGER conversation_append_only ON requests_app_conversationnote;
DROP FUNCTION refuse_change_of_a_note();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_tables_of_an_office"),
        ("requests_app", "0012_articles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConversationNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("own_text", models.TextField(blank=True, help_text="Empty where a message holds it.")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("in_person", "in person"),
                            ("telephone", "on the telephone"),
                            ("message", "by message"),
                        ],
                        default="in_person",
                        max_length=9,
                    ),
                ),
                ("said_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("submission_key", models.UUIDField(blank=True, null=True, unique=True)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.SearchVector("own_text", config="simple"),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="requests_app.conversationnote",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        blank=True,
                        help_text="Holds its text.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversation_note",
                        to="requests_app.message",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversation_notes",
                        to="people.office",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        help_text="Who said it; a request's requester.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "service_request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversation_notes",
                        to="requests_app.servicerequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "conversation note",
            },
        ),
        migrations.CreateModel(
            name="Understanding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("", "unanswered"), ("right", "confirmed"), ("not_right", "corrected")],
                        default="",
                        max_length=9,
                    ),
                ),
                ("answer_text", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "note",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="understanding",
                        to="requests_app.conversationnote",
                    ),
                ),
            ],
            options={
                "verbose_name": "understanding",
            },
        ),
        migrations.AddIndex(
            model_name="conversationnote",
            index=models.Index(fields=["office", "-said_at", "-id"], name="conversation_by_office"),
        ),
        migrations.AddIndex(
            model_name="conversationnote",
            index=models.Index(fields=["person", "office", "-said_at", "-id"], name="conversation_by_person"),
        ),
        migrations.AddIndex(
            model_name="conversationnote",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="conversation_search"),
        ),
        migrations.AddConstraint(
            model_name="conversationnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("own_text", ""), ("message", None), _connector="XOR"),
                name="conversation_has_one_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversationnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("message", None), ("service_request", None)),
                    models.Q(("message__isnull", False), ("service_request__isnull", False)),
                    _connector="OR",
                ),
                name="conversation_message_iff_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="conversationnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("said_at__lte", models.F("at"))), name="conversation_not_to_come"
            ),
        ),
        migrations.AddConstraint(
            model_name="understanding",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer", ""), ("answered_at__isnull", False), _connector="XOR"),
                name="understanding_answered_iff_timestamped",
            ),
        ),
        migrations.AddConstraint(
            model_name="understanding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", "not_right"), _negated=True),
                    models.Q(("answer_text", ""), _negated=True),
                    _connector="OR",
                ),
                name="understanding_corrected_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="understanding",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", ""), _negated=True), name="understanding_not_empty"
            ),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
