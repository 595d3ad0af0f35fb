"""An office's ranking rules: weights, head starts, what an unknown level counts as."""

from collections.abc import Iterable
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from priorities.scoring import CRITERIA, Rules
from priorities.weights import rank_order_centroid
from servicedesk.composed import Composed, is_any_of
from servicedesk.people.models import Office, User


def default_weights() -> list[float]:
    return list(rank_order_centroid(len(CRITERIA)))


def default_unknown() -> list[float]:
    """What a level counts as while nobody has judged it, in the order of CRITERIA; history has the office's prior."""
    return [1.0, 1.0, 1.0, 2.0, 2.0, 0.0]


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def in_force(self) -> Self:
        return self.filter(status=RuleSet.Status.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(status=RuleSet.Status.DRAFT)

    def not_drafts(self) -> Self:
        """What is or was in force, newest first."""
        return self.exclude(status=RuleSet.Status.DRAFT).select_related("published_by").order_by("-version")


class RuleSet(models.Model):
    """A version of the rules. The database refuses to change one that was published."""

    FIRST = 1

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("in force")
        SUPERSEDED = "superseded", _("superseded")

    office = models.ForeignKey(Office, models.PROTECT, related_name="rule_sets")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    weights = ArrayField(models.FloatField(), size=6, default=default_weights)
    unknown = ArrayField(models.FloatField(), size=6, default=default_unknown)
    team_days = models.FloatField(default=15.0)
    score_days = models.FloatField(default=10.0)
    lead_working_days = models.PositiveSmallIntegerField(default=1)
    comparisons = ArrayField(models.FloatField(), size=15, null=True, blank=True)
    """How often the earlier criterion of each pair matters as much as the later, pairs in the order of CRITERIA."""
    note = models.TextField(blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule set")
        constraints = (
            models.UniqueConstraint(fields=["office", "version"], name="rule_set_version_once"),
            models.UniqueConstraint(fields=["office"], condition=Q(status="published"), name="rule_set_one_in_force"),
            models.UniqueConstraint(fields=["office"], condition=Q(status="draft"), name="rule_set_one_draft"),
            models.CheckConstraint(
                condition=Q(status="draft") ^ Q(published_at__isnull=False), name="rule_set_published_iff_timestamped"
            ),
            models.CheckConstraint(condition=Q(weights__len=6) & Q(unknown__len=6), name="rule_set_six_criteria"),
        )

    def __str__(self) -> str:
        return f"{self.office} {self.version}"

    def rules(self) -> Rules:
        """The plain numbers the arithmetic needs."""
        return Rules(weights=self.weights_by_name(), team_days=self.team_days, score_days=self.score_days)

    @classmethod
    def in_force_at(cls, office_ids: Iterable[int]) -> "list[RuleSet]":
        """The rules in force of these offices, with the office, by its name."""
        return IN_FORCE.all(offices=list(office_ids))

    @property
    def reason(self) -> str:
        """Why they were published, in the words of whoever did it; the first were given by the product."""
        return self.note or gettext("The rules every office starts with.")

    def weights_by_name(self) -> dict[str, float]:
        return dict(zip(CRITERIA, self.weights, strict=True))

    def unknown_levels(self) -> dict[str, Any]:
        return dict(zip(CRITERIA, self.unknown, strict=True))


class RulePolicy(models.Model):
    """Who decided, and when, whether rules need a second person. The newest counts; without one nobody decided so."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="rule_policies")
    needs_second_person = models.BooleanField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("rule policy")

    def __str__(self) -> str:
        return f"{self.office_id}: {'two people' if self.needs_second_person else 'one person'}"

    @classmethod
    def of(cls, office_id: int) -> "RulePolicy | None":
        """What was decided last; None where nobody decided yet."""
        return cls.objects.filter(office=office_id).select_related("by").order_by("-pk").first()


def _in_force() -> RuleSetQuerySet:
    in_force = RuleSet.objects.in_force().filter(is_any_of("office_id", "offices"))
    return in_force.select_related("office").order_by("office__name", "office_id")


IN_FORCE = Composed(_in_force)
