"""An office's articles (“How to…”), what each said at any time, and what became of offering them."""

from datetime import date
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.people.access import Role, access_of
from servicedesk.people.models import Office, User

KEEPERS = (Role.ASSISTANT, Role.MANAGER)
PUBLISHED = Q(state="published", office__is_active=True)
FOR_EVERYBODY = Q(audience="everybody")


def is_kept_by(user: User, office_id: int) -> bool:
    """True for those who write the office's articles."""
    return office_id in access_of(user).offices_as(*KEEPERS)


def _kept_by(user: User) -> Q:
    return Q(office_id__in=access_of(user).offices_as(*KEEPERS))


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        return self.filter(PUBLISHED)

    def for_everybody(self) -> Self:
        return self.published().filter(FOR_EVERYBODY)

    def kept_by(self, user: User) -> Self:
        """Those of the offices in which the person writes articles, drafts and withdrawn ones included."""
        return self.filter(_kept_by(user))

    def visible_to(self, user: User) -> Self:
        """Every query for a person starts here; an article outside does not exist for them."""
        return self.filter(_kept_by(user) | PUBLISHED & FOR_EVERYBODY)

    def readable_by(self, user: User) -> Self:
        """What is published and meant for the person."""
        return self.published().filter(_kept_by(user) | FOR_EVERYBODY)

    def to_review(self, today: date) -> Self:
        return self.published().filter(review_on__lte=today)


class Article(models.Model):
    """How to do something oneself. Readers see the version that was published; the office writes on in a newer one."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody")
        OFFICE = "office", _("This office's assistants and managers")

    office = models.ForeignKey(Office, models.PROTECT, related_name="articles")
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", help_text="Who answers for it being right.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    audience = models.CharField(max_length=9, choices=Audience.choices, default=Audience.EVERYBODY)
    review_on = models.DateField(help_text="The day from which somebody looks whether it is still right.")
    # Null only until the first version is stored, in the transaction that makes both.
    newest = models.ForeignKey("ArticleVersion", models.PROTECT, null=True, blank=True, related_name="+")
    published = models.OneToOneField("ArticleVersion", models.PROTECT, null=True, blank=True, related_name="shown_as")
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; a form shown earlier is told so."
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="draft", published=None) | (~Q(state="draft") & Q(published__isnull=False)),
                name="article_draft_iff_unpublished",
            ),
            models.CheckConstraint(
                condition=Q(published=None, published_at=None) | Q(published__isnull=False, published_at__isnull=False),
                name="article_published_iff_timestamped",
            ),
        )
        indexes = (
            models.Index(
                fields=["-published_at", "-id"], condition=Q(state="published"), name="article_newest_published"
            ),
            models.Index(fields=["office", "-changed_at", "-id"], name="article_by_office"),
            models.Index(fields=["office", "review_on"], condition=Q(state="published"), name="article_to_review"),
        )

    def __str__(self) -> str:
        version = self.published or self.newest
        return version.title if version else ""

    def get_absolute_url(self) -> str:
        return reverse("requests:article", args=[self.pk])

    @property
    def is_published(self) -> bool:
        return self.state == Article.State.PUBLISHED

    @property
    def has_unpublished_text(self) -> bool:
        """True where the office wrote on after what readers see."""
        return self.newest_id != self.published_id

    def needs_review(self, today: date) -> bool:
        return self.is_published and self.review_on <= today


class ArticleVersion(models.Model):
    """What the article said once. The database refuses to alter or delete it."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="simple")
        + SearchVector("body", weight="D", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("version of an article")
        constraints = (
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="article_version_not_empty"),
        )
        indexes = (
            GinIndex(fields=["search"], name="article_version_search"),
            GinIndex(fields=["title"], name="article_version_title", opclasses=["gin_trgm_ops"]),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class ArticleUse(models.Model):
    """That an article was offered to a person while they typed, opened, or solved it: once a day each."""

    class Kind(models.TextChoices):
        OFFERED = "offered", _("Offered while somebody typed")
        OPENED = "opened", _("Opened")
        SOLVED = "solved", _("“That solved it”")

    article = models.ForeignKey(Article, models.PROTECT, related_name="uses")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("use of an article")
        constraints = (
            models.UniqueConstraint(fields=["article", "person", "kind", "day"], name="article_use_once_a_day"),
        )
        indexes = (models.Index(fields=["person", "at"], name="article_use_by_person"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.article_id}"
