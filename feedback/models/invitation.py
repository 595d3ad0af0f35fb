"""Who was asked. It learns that somebody answered, never what or when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.wave import Wave
from requests_app.models import ServiceRequest
from servicedesk.people.models import Department, Office, User


class Invitation(models.Model):
    """One person asked in one wave; the link in the mail is signed and works once."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        ANSWERED = "answered", _("answered")
        DECLINED = "declined", _("declined")
        NOT_ELIGIBLE = "not_eligible", _("left meanwhile")

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="invitations")
    person = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    service_request = models.ForeignKey(
        ServiceRequest, models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    asked_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.ASKED)

    class Meta:
        verbose_name = _("invitation")
        constraints = (models.UniqueConstraint(fields=["wave", "person"], name="invitation_once_a_wave"),)
        indexes = (models.Index(fields=["person", "-asked_at"], name="invitation_rest"),)

    def __str__(self) -> str:
        return f"{self.person_id} in {self.wave_id}"

    @property
    def about(self) -> str:
        """How notices name this invitation."""
        return f"invitation:{self.pk}"


class SurveyPreference(models.Model):
    """A person an office added to its customers, or who does not want to be asked."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    person = models.ForeignKey(User, models.CASCADE, related_name="survey_preferences")
    is_added = models.BooleanField(default=False)
    is_opted_out = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("survey preference")
        constraints = (models.UniqueConstraint(fields=["office", "person"], name="survey_preference_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} at {self.office_id}"
