"""Who changed what about a person, a department or an office."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models.user import User

BESIDE_FORMS = frozenset({"delegates"})


class ChangeQuerySet(models.QuerySet["Change"]):
    def of(self, *abouts: str) -> Self:
        """Newest first; by id, which grows while the thing that is changed is held."""
        return self.filter(about__in=abouts).select_related("by").order_by("-pk")


class Change(models.Model):
    """What it was and what it is, by name and in words. The database refuses to alter or delete it."""

    about = models.CharField(max_length=40, help_text="Such as person:12.")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    before = models.JSONField(default=dict, help_text="Empty when it was added.")
    after = models.JSONField(default=dict)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        indexes = (models.Index(fields=["about", "-id"], name="change_by_subject"),)

    def __str__(self) -> str:
        return f"{self.about}, {', '.join(self.after)}"

    @property
    def is_beside_forms(self) -> bool:
        """True when nothing changed that the form about it shows."""
        return all(name in BESIDE_FORMS for name in self.after)
