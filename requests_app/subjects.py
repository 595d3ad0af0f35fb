"""What a notice is about, read in SQL: for conditions on whether it is still worth sending."""

from django.db.models import BigIntegerField, Func, OuterRef, Value
from django.db.models.functions import Cast


def number_of(prefix: str) -> Cast:
    """The number in “prefix:17”; null for anything else, so that nothing else is cast."""
    pattern = Value(f"^{prefix}:([0-9]{{1,18}})$")
    return Cast(Func(OuterRef("about"), pattern, function="substring"), BigIntegerField())
