"""Adding and changing departments."""

from typing import Any

from django.db import transaction

from servicedesk.people.actions import recording
from servicedesk.people.models import Department, User
from servicedesk.texts import plain_line


@transaction.atomic
def add_department(
    *, name: str, does: str = "", contact: User | None = None, is_active: bool = True, by: User | None = None
) -> Department:
    department = Department(name=plain_line(name), does=does, contact=contact, is_active=is_active)
    recording.add(department, by=by)
    return department


@transaction.atomic
def change_department(
    *, department_id: int, by: User | None = None, seen: int | None = None, **facts: Any
) -> Department:
    """Change name, does, contact or is_active; a department that is closed keeps its people and their requests.

    Raises ChangedMeanwhile when it was changed after `seen`.
    """
    department = Department.objects.select_for_update(no_key=True).get(pk=department_id)
    recording.require_seen(department, seen)
    if "name" in facts:
        facts["name"] = plain_line(facts["name"])
    recording.change(department, facts, by=by)
    return department
