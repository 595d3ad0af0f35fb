"""Files people send: checked by content before anything is stored, served as downloads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from requests_app.models import Attachment, Message, ServiceRequest
from servicedesk.people.models import User


@dataclass(frozen=True)
class CheckedFile:
    """A file whose size, name and content were found acceptable."""

    file: UploadedFile
    name: str
    content_type: str


def attach(service_request: ServiceRequest, files: Sequence[CheckedFile], *, by: User, now: datetime, message: Message | None = None) -> None:
    """Store checked files with the request. The caller's transaction holds the rows."""
    for checked in files:
        Attachment.objects.create(
            service_request=service_request,
            message=message,
            by=by,
            file=checked.file,
            name=checked.name,
            content_type=checked.content_type,
            size=checked.file.size or 0,
            sealed=bool(message and message.is_sealed),
            at=now,
        )
