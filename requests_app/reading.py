"""How one person stands to one request: whose page they see."""

from dataclasses import dataclass

from requests_app.models import ServiceRequest
from servicedesk.people.access import Role, access_of
from servicedesk.people.models import User


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
    return Reader(
        is_asker=user.pk in (service_request.requester_id, service_request.entered_by_id),
        is_assistant=is_assistant,
        reads_all=reads_queue and not is_own,
        is_sealed_off=reads_queue and is_own,
    )
