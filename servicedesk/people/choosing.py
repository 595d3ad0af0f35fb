"""Which office a page is about: the one in the address, else the reader's first."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from servicedesk.people.access import access_of, person_of
from servicedesk.people.models import Office


@dataclass(frozen=True)
class Choice:
    """The office shown and those it may be changed for."""

    office: Office
    offices: list[Office]


def choose_office(request: HttpRequest, *roles: str) -> Choice:
    """Return the office of `?office=`; 404 for one in which the reader has none of the roles."""
    offices = list(Office.objects.filter(pk__in=access_of(person_of(request)).offices_as(*roles)).order_by("name"))
    wanted = request.GET.get("office") or request.POST.get("office", "")
    chosen = [office for office in offices if not wanted or str(office.pk) == wanted]
    if not chosen:
        raise Http404
    return Choice(chosen[0], offices)
