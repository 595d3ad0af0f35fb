"""Who looked at a customer's standing, and when."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Department, Office, User


class StandingLook(models.Model):
    """Append-only: a reader saw what the office thinks of a person or a department; one row an hour says so."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    hour = models.DateTimeField(help_text="The hour in which they looked: a second look within it adds nothing.")

    class Meta:
        verbose_name = _("look at a standing")
        constraints = (
            models.UniqueConstraint(fields=["office", "person", "by", "hour"], name="standing_look_once_an_hour"),
            models.UniqueConstraint(
                fields=["office", "department", "by", "hour"], name="standing_look_at_a_department_once"
            ),
            models.CheckConstraint(
                condition=Q(person=None) ^ Q(department=None), name="standing_look_at_a_person_or_a_department"
            ),
        )
        indexes = (models.Index(fields=["office", "-id"], name="standing_look_newest"),)

    def __str__(self) -> str:
        return f"{self.by_id} at {self.person_id or f'department {self.department_id}'} {self.at:%Y-%m-%d %H:%M}"

    @staticmethod
    def hour_of(instant: datetime) -> datetime:
        return instant.replace(minute=0, second=0, microsecond=0)
