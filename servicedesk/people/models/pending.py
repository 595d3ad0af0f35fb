"""A table that was brought: looked at before anything is changed, and what became of it afterwards."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models.office import Office
from servicedesk.people.models.user import User

KEPT_FOR = timedelta(days=1)


class PendingImportQuerySet(models.QuerySet["PendingImport"]):
    def outdated(self) -> Self:
        return self.filter(at__lte=timezone.now() - KEPT_FOR)

    def kept(self) -> Self:
        return self.filter(at__gt=timezone.now() - KEPT_FOR)


class PendingImport(models.Model):
    """Kept in the database, so that whichever web process answers next can apply it; one a person."""

    by = models.OneToOneField(User, models.CASCADE, related_name="pending_import", verbose_name=_("brought by"))
    kind = models.CharField(max_length=20)
    office = models.ForeignKey(
        Office, models.CASCADE, null=True, blank=True, related_name="+", help_text="Whose table; none: the house's."
    )
    name = models.CharField(max_length=200)
    content = models.BinaryField(help_text="Empty once it was brought in: it names people.")
    at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True, help_text="When somebody said yes to it.")
    report = models.JSONField(null=True, blank=True, help_text="What became of its rows; none until all were tried.")

    objects = PendingImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("pending import")
        constraints = (
            models.CheckConstraint(
                condition=Q(report__isnull=True) | Q(taken_at__isnull=False), name="import_reported_only_once_taken"
            ),
        )

    def __str__(self) -> str:
        return self.name
