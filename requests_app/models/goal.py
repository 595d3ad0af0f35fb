"""A strategic goal of an office, which a request may serve."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Expression, Q
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Office, User


class GoalQuerySet(models.QuerySet["Goal"]):
    def current(self, today: date | Expression) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today), Q(starts_on=None) | Q(starts_on__lte=today))


class Goal(models.Model):
    """What the executive wants to achieve; a requester says which one the request serves."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="goals", verbose_name=_("office"))
    name = models.CharField(_("goal"), max_length=160)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner"))
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="goal_once_an_office"),)

    def __str__(self) -> str:
        return self.name

    def has_begun(self, today: date) -> bool:
        return self.starts_on is None or self.starts_on <= today

    def has_ended(self, today: date) -> bool:
        return self.ends_on is not None and self.ends_on < today
