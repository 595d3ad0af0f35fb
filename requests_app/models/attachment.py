"""A file somebody sent with a request."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.event import Message
from requests_app.models.service_request import ServiceRequest
from servicedesk.people.models import User

FOLDER = "attachments"


def stored_name(attachment: "Attachment", _given: str) -> str:
    """A name of our own making: what the person called the file never reaches the disk."""
    return f"{FOLDER}/{attachment.service_request_id % 1000:03d}/{uuid4().hex}"


class Attachment(models.Model):
    """Checked by content, served as a download."""

    service_request = models.ForeignKey(ServiceRequest, models.PROTECT, related_name="attachments")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="attachments")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    file = models.FileField(upload_to=stored_name, max_length=120)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sealed = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("file")
        constraints = (models.UniqueConstraint(fields=["file"], name="attachment_file_once"),)
        indexes = (models.Index(fields=["service_request", "at"], name="attachment_by_request"),)

    def __str__(self) -> str:
        return self.name
