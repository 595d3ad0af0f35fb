"""Articles: what offices write for others to help themselves, each version of it, and what became of offering it."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


REFUSE = """
CREATE TRIGGER article_version_append_only BEFORE UPDATE OR DELETE ON requests_app_articleversion
FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
ALLOW = "DROP TRIGGER article_version_append_only ON requests_app_articleversion;"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_tables_of_an_office"),
        ("requests_app", "0010_promise_words_and_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("logged", "Logged"),
                    ("added", "Added to"),
                    ("replied", "Replied"),
                    ("shown_way", "Shown the way"),
                    ("noted", "Noted"),
                    ("taken", "Taken"),
                    ("released", "Given back"),
                    ("deferred", "Deferred with a promise"),
                    ("promise_kept", "Promise kept"),
                    ("promise_late", "Promise kept late"),
                    ("promise_moved", "Promise moved by agreement"),
                    ("promise_unagreed", "Promise moved without agreement"),
                    ("promise_void", "Promise no longer needed"),
                    ("waiting", "Waiting for the requester"),
                    ("resumed", "Back in the queue"),
                    ("agreed", "Date agreed"),
                    ("judged", "Levels judged"),
                    ("moved_by_hand", "Moved by hand"),
                    ("move_taken_back", "Move by hand taken back"),
                    ("resolved", "Resolved"),
                    ("reopened", "Reopened"),
                    ("withdrawn", "Withdrawn"),
                    ("imported", "Brought in from an earlier list"),
                    ("merged", "Handed over as two accounts became one"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("withdrawn", "Withdrawn")],
                        default="draft",
                        max_length=9,
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("everybody", "Everybody"), ("office", "This office's assistants and managers")],
                        default="everybody",
                        max_length=9,
                    ),
                ),
                (
                    "review_on",
                    models.DateField(help_text="The day from which somebody looks whether it is still right."),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=1, help_text="Grows with every change; a form shown earlier is told so."
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="articles", to="people.office"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="Who answers for it being right.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "article",
            },
        ),
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector("title", config="simple", weight="A"),
                            "||",
                            django.contrib.postgres.search.SearchVector("body", config="simple", weight="D"),
                            django.contrib.postgres.search.SearchConfig("simple"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="requests_app.article"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "version of an article",
            },
        ),
        migrations.AddField(
            model_name="article",
            name="newest",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.articleversion",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="published",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shown_as",
                to="requests_app.articleversion",
            ),
        ),
        migrations.CreateModel(
            name="ArticleUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("offered", "Offered while somebody typed"),
                            ("opened", "Opened"),
                            ("solved", "“That solved it”"),
                        ],
                        max_length=7,
                    ),
                ),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="requests_app.article"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "use of an article",
                "indexes": [models.Index(fields=["person", "at"], name="article_use_by_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "person", "kind", "day"), name="article_use_once_a_day")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="articleversion",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="article_version_search"),
        ),
        migrations.AddIndex(
            model_name="articleversion",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["title"], name="article_version_title", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.UniqueConstraint(fields=("article", "number"), name="article_version_once"),
        ),
        migrations.AddConstraint(
            model_name="articleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("title", ""), _negated=True), models.Q(("body", ""), _negated=True)),
                name="article_version_not_empty",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["-published_at", "-id"],
                name="article_newest_published",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["office", "-changed_at", "-id"], name="article_by_office"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("state", "published")), fields=["office", "review_on"], name="article_to_review"
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published", None), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("published__isnull", False)),
                    _connector="OR",
                ),
                name="article_draft_iff_unpublished",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published", None), ("published_at", None)),
                    models.Q(("published__isnull", False), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="article_published_iff_timestamped",
            ),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
