"""How one person stands to one request: whether they see it, and whose page they see."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery

from requests_app.models import Attachment, Promise, ServiceRequest
from requests_app.models.service_request import ServiceRequestQuerySet
from servicedesk.composed import Composed, number, text
from servicedesk.people.access import Role, access_of, is_delegate, visible_requests_composed, visible_values
from servicedesk.people.models import Delegation, User


def _visible() -> ServiceRequestQuerySet:
    """One request with what its page says of it: when its open promise falls due, whether it has files."""
    promised = Promise.objects.open().filter(service_request=OuterRef("pk")).values("due_at")
    files = Attachment.objects.filter(service_request=OuterRef("pk"))
    visible = ServiceRequest.objects.filter(visible_requests_composed(), reference=text("reference")).served()
    delegation = Delegation.objects.filter(is_delegate(number("reader"), OuterRef("requester")))
    return visible.with_people().annotate(
        promised_at=Subquery(promised), has_files=Exists(files), reader_is_delegate=Exists(delegation)
    )


VISIBLE = Composed(_visible)


def find_visible(user: User, reference: str) -> ServiceRequest | None:
    """The request of that reference, if there is one that the person may see."""
    return VISIBLE.first(reference=reference, **visible_values(user))


@dataclass(frozen=True)
class Reader:
    """An assistant works it, an executive of the office reads all of it, an asker sees what is open to them.

    The request of somebody of the office is sealed for them as for every requester: they work it and read no more.
    """

    is_asker: bool
    is_assistant: bool
    reads_all: bool
    is_sealed_off: bool


def reader_for(user: User, service_request: ServiceRequest) -> Reader:
    access = access_of(user)
    is_assistant = access.works_in(service_request.office_id)
    reads_queue = is_assistant or service_request.office_id in access.offices_as(Role.EXECUTIVE)
    is_own = user.pk == service_request.requester_id
    typed_it = user.pk == service_request.entered_by_id
    return Reader(
        is_asker=is_own or (typed_it and (is_assistant or service_request.reader_is_delegate)),  # type: ignore[attr-defined]
        is_assistant=is_assistant,
        reads_all=reads_queue and not is_own,
        is_sealed_off=reads_queue and is_own,
    )
