"""That an office's open requests were looked through in a night, so that it is done once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Office


class NightCheck(models.Model):
    """One row an office and day: what was found then."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="night_checks")
    day = models.DateField()
    at = models.DateTimeField()
    found = models.PositiveIntegerField(help_text="Counted to a limit.")

    class Meta:
        verbose_name = _("night check")
        constraints = (models.UniqueConstraint(fields=["office", "day"], name="night_check_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.office} {self.day}"
