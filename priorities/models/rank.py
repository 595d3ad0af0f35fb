"""The stored place of a request, and every change of it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from priorities.models.rule_set import RuleSet
from requests_app.models import ServiceRequest
from servicedesk.people.models import Department, Office, User


class Tier(models.IntegerChoices):
    EXECUTIVE = 0, _("the executive")
    TEAM = 1, _("executive team")
    EVERYONE = 2, _("everyone")


def unchecked(to: type[models.Model], *, related_name: str = "+") -> "models.ForeignKey[Any, Any]":
    """A reference to what cannot be removed, copied from a row that has it: to check each costs more than to store it."""
    return models.ForeignKey(to, models.PROTECT, related_name=related_name, db_index=False, db_constraint=False)


class PlaceFacts(models.Model):
    """What a place was computed from and what came out; shared by the place and its changes."""

    tier = models.PositiveSmallIntegerField(choices=Tier.choices)
    key = models.DateTimeField()
    computed_key = models.DateTimeField(
        null=True, blank=True, help_text="The key by the rules, while a hand move has put another in its place."
    )
    promote_at = models.DateTimeField(null=True, blank=True)
    queued = models.BooleanField()
    score = models.FloatField()
    levels = ArrayField(models.FloatField(), size=6)
    assumed = ArrayField(models.BooleanField(), size=6)
    rule_set = unchecked(RuleSet)

    class Meta:
        abstract = True


class Rank(PlaceFacts):
    """One row a request. `queued` rows stand in the queue by key; others enter it when `promote_at` comes.

    Office, assignee, department, kind and the two instants are copies, kept by the same statement, so that each
    view of the queue is one index scan. None of the plain indexes that Django gives foreign keys would be used.
    """

    service_request = models.OneToOneField(ServiceRequest, models.CASCADE, primary_key=True, related_name="rank")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    counts_from = models.DateTimeField(help_text="Received, plus the time spent waiting for the requester.")
    waiting_since = models.DateTimeField(null=True, blank=True)
    mandated_for = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it is due by a formal agreement in force, as long as no date is agreed for the request itself.",
    )
    lapses_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="The first instant from which a fact it was computed from no longer holds, or another begins to.",
    )

    class Meta:
        verbose_name = _("rank")
        constraints = (models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="rank_score_0_to_1"),)
        indexes = (
            models.Index(
                fields=["office", "key", "service_request"], condition=Q(tier=0, queued=True), name="rank_executive"
            ),
            models.Index(
                fields=["office", "promote_at", "service_request"],
                condition=Q(tier=0, promote_at__isnull=False),
                name="rank_executive_promoted",
            ),
            models.Index(
                fields=["office", "promote_at", "service_request"],
                condition=Q(tier__gt=0, promote_at__isnull=False),
                name="rank_promoted",
            ),
            models.Index(
                fields=["office", "key", "service_request"], condition=Q(tier__gt=0, queued=True), name="rank_everyone"
            ),
            models.Index(
                fields=["office", "assignee", "key", "service_request"], condition=Q(queued=True), name="rank_assignee"
            ),
            models.Index(
                fields=["office", "department", "key", "service_request"],
                condition=Q(tier__gt=0, queued=True),
                name="rank_everyone_department",
            ),
            models.Index(
                fields=["office", "assignee", "promote_at", "service_request"],
                condition=Q(tier__gt=0, promote_at__isnull=False),
                name="rank_promoted_assignee",
            ),
            models.Index(
                fields=["office", "department", "promote_at", "service_request"],
                condition=Q(tier__gt=0, promote_at__isnull=False),
                name="rank_promoted_department",
            ),
            models.Index(
                fields=["office", "key", "service_request"], condition=Q(tier=1, queued=True), name="rank_team"
            ),
            models.Index(fields=["office", "counts_from"], condition=Q(queued=True), name="rank_oldest"),
            models.Index(
                fields=["office", "promote_at"],
                include=["waiting_since", "assignee", "counts_from"],
                condition=Q(queued=False, promote_at__isnull=False),
                name="rank_set_aside",
            ),
            models.Index(
                fields=["office", "waiting_since", "service_request"],
                condition=Q(waiting_since__isnull=False),
                name="rank_waiting",
            ),
            models.Index(fields=["office", "lapses_at"], condition=Q(lapses_at__isnull=False), name="rank_lapses"),
            models.Index(fields=["office"], condition=Q(mandated_for__isnull=False), name="rank_mandated"),
        )

    def __str__(self) -> str:
        return f"rank of {self.service_request_id}"


class RankChange(PlaceFacts):
    """Append-only: what the place became, when and why; any past order can be rebuilt from these.

    What a change names, its place names too, and none of it can be removed; `verify` finds one that names nothing.
    """

    service_request = unchecked(ServiceRequest, related_name="rank_changes")
    office = unchecked(Office)
    at = models.DateTimeField()
    cause = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("change of rank")
        indexes = (
            models.Index(fields=["service_request", "at", "id"], name="rank_change_by_request"),
            models.Index(fields=["office", "at"], name="rank_change_by_instant"),
        )

    def __str__(self) -> str:
        return f"{self.service_request_id} {self.cause}"
