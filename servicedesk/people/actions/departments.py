"""Adding and changing departments."""

from typing import Any

from django.db import transaction

from servicedesk.people.actions.storing import changed_fields, store
from servicedesk.people.models import Department, User


@transaction.atomic
def add_department(*, name: str, does: str = "", contact: User | None = None, is_active: bool = True) -> Department:
    department = Department(name=name.strip(), does=does, contact=contact, is_active=is_active)
    store(department)
    return department


@transaction.atomic
def change_department(*, department_id: int, **facts: Any) -> Department:
    """Change name, does, contact or is_active; a department that is closed keeps its people and their requests."""
    department = Department.objects.select_for_update().get(pk=department_id)
    changed = changed_fields(department, facts)
    if changed:
        store(department, update_fields=changed)
    return department
