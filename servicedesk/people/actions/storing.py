"""Saving what a constraint of the database may still refuse, because somebody else was quicker."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from servicedesk.exceptions import ChangedMeanwhile, InvalidInput


def store(instance: models.Model, *, update_fields: Collection[str] | None = None) -> None:
    """Save, and turn a refusal of the database into the sentence that the model keeps for it."""
    try:
        with transaction.atomic():
            instance.save(update_fields=update_fields)
    except IntegrityError as refusal:
        raise _explained(instance) from refusal


def _explained(instance: models.Model) -> ChangedMeanwhile | InvalidInput:
    try:
        instance.validate_unique()
        instance.validate_constraints()
    except ValidationError as problem:
        field, messages = next(iter(problem.message_dict.items()))
        return InvalidInput(messages[0], field=_field_of(instance, field))
    return ChangedMeanwhile(
        _("Somebody else changed this at the same moment. Look at it again, then repeat your change.")
    )


def _field_of(instance: models.Model, field: str) -> str | None:
    """A constraint on one column is told at that field, though the model reports it for the whole."""
    if field != "__all__":
        return field
    rules = instance._meta.constraints  # noqa: SLF001 - documented, whatever its name
    unique = [rule.fields for rule in rules if isinstance(rule, models.UniqueConstraint)]
    alone = [fields[0] for fields in unique if len(fields) == 1]
    return alone[0] if len(alone) == 1 else None


def changed_fields(instance: models.Model, values: dict[str, object]) -> list[str]:
    """Set the values on the instance and return the names of those that are new."""
    changed = [name for name, value in values.items() if getattr(instance, name) != value]
    for name in changed:
        setattr(instance, name, values[name])
    return changed
