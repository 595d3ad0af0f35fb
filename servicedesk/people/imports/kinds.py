"""The kinds of table there are: those of the house here, those of an office added by the apps above."""

from collections.abc import Callable
from dataclasses import dataclass

from servicedesk.people.imports.departments import DepartmentsTable
from servicedesk.people.imports.offices import OfficesTable
from servicedesk.people.imports.people import PeopleTable
from servicedesk.people.imports.plan import Table
from servicedesk.people.models import Office, User


@dataclass(frozen=True)
class HouseKind:
    """A table of the whole house, for administrators."""

    make: Callable[[], Table]
    list_url_name: str


@dataclass(frozen=True)
class OfficeKind:
    """A table of one office, for those who have one of the roles there; made for its reader."""

    make: Callable[[Office, User], Table]
    list_url_name: str
    roles: tuple[str, ...]


_kinds: dict[str, HouseKind | OfficeKind] = {
    "people": HouseKind(PeopleTable, "people:people"),
    "departments": HouseKind(DepartmentsTable, "people:departments"),
    "offices": HouseKind(OfficesTable, "people:offices"),
}


def register(**kinds: OfficeKind) -> None:
    """Add kinds by the name in their address; called from an app's ready()."""
    _kinds.update(kinds)


def kind_named(name: str) -> HouseKind | OfficeKind | None:
    return _kinds.get(name)


def kind_names() -> list[str]:
    return list(_kinds)
