"""A table that was brought and is being looked at before anything is changed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models.user import User


class PendingImport(models.Model):
    """Kept in the database, so that whichever web process answers next can apply it; one a person."""

    by = models.OneToOneField(User, models.CASCADE, related_name="pending_import", verbose_name=_("brought by"))
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("pending import")

    def __str__(self) -> str:
        return self.name
