"""What assistants chose to do first, and what they had before them then: advice about the weights is drawn from it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models import ServiceRequest
from servicedesk.people.models import Office, User

# Of a request: its id, its levels, and when it counts from without its score, in seconds.
Shown = tuple[int, list[float], float]


class Choice(models.Model):
    """Append-only: a request was started, or moved by hand, with these before it in its band."""

    class Kind(models.TextChoices):
        PICK = "pick", _("started")
        MOVE = "move", _("moved by hand")

    class Reason(models.TextChoices):
        """Why somebody moved a request; what they wrote themselves stays with the move."""

        AGREED = "agreed", _("It was agreed with them")
        EXECUTIVE = "executive", _("The executive asked for it")
        BLOCKS = "blocks", _("Others cannot go on without it")
        COST = "cost", _("It would cost us to be late")
        QUICK = "quick", _("It takes only minutes")
        OTHER = "other", _("Another reason, in my own words")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=4, choices=Kind.choices)
    service_request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="+")
    above = models.ForeignKey(ServiceRequest, models.CASCADE, null=True, blank=True, related_name="+")
    band = models.PositiveSmallIntegerField()
    shown = models.JSONField(help_text="What stood first in its band and those concerned, in their order.")
    reason = models.CharField(max_length=10, choices=Reason.choices, blank=True)

    class Meta:
        verbose_name = _("choice")
        indexes = (models.Index(fields=["office", "band", "-id"], name="choice_newest"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.service_request_id}"
