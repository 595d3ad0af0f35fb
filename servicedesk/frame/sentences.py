"""What a field says when it is filled in wrongly: the library's bare remarks, said anew so that they say what to do.

A form's own words for a field always stand; these are for all it says nothing about. `servicedesk.frame.forms` has
the forms that speak them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

TOO_LONG = ngettext_lazy(
    "Shorten this to %(limit_value)d character; it has %(show_value)d.",
    "Shorten this to %(limit_value)d characters; it has %(show_value)d.",
    "limit_value",
)
TOO_SHORT = ngettext_lazy(
    "Write at least %(limit_value)d character; this has %(show_value)d.",
    "Write at least %(limit_value)d characters; this has %(show_value)d.",
    "limit_value",
)
NOT_STORABLE = _("The text holds a character that cannot be stored. Type it again instead of pasting it.")
CHOOSE = _("Choose one of the entries listed.")
A_CHOICE = _("Choose at least one.")
A_DAY = _("Give a day, such as 2026-11-24.")
A_TIME = _("Give a time, such as 14:30.")
A_MOMENT = _("Give a day and a time, such as 2026-11-24 14:30.")
FIRST_YEAR, LAST_YEAR = 2000, 2200
YEAR_TOO_EARLY = _("Give the year with four digits, from 2000 on.")
YEAR_TOO_LATE = _("Give the year with four digits, until 2200.")
AN_ADDRESS = _("This is no e-mail address. Write one such as dana@example.org.")
A_NUMBER = _("Write a number, such as 12.")

# For each sort of field, the sort it is made of included; the nearest speaks first.
SENTENCES: Mapping[type[forms.Field], Mapping[str, Promise]] = {
    forms.Field: {
        "required": _("Write something here."),
        # Not "invalid": a validator's own sentence goes by that name, and says more.
        "max_length": TOO_LONG,
        "min_length": TOO_SHORT,
        "max_value": _("Write %(limit_value)s or less."),
        "min_value": _("Write %(limit_value)s or more."),
        "null_characters_not_allowed": NOT_STORABLE,
        "unique": _("This is taken already. Choose another."),
    },
    forms.EmailField: {"required": _("Write an e-mail address."), "invalid": AN_ADDRESS},
    forms.IntegerField: {"required": A_NUMBER, "invalid": A_NUMBER},
    forms.DateField: {"required": A_DAY, "invalid": A_DAY},
    forms.TimeField: {"required": A_TIME, "invalid": A_TIME},
    forms.DateTimeField: {"required": A_MOMENT, "invalid": A_MOMENT},
    forms.BooleanField: {"required": _("Tick this box to go on.")},
    forms.ChoiceField: {
        "required": CHOOSE,
        "invalid_choice": CHOOSE,
        "invalid_list": CHOOSE,
        "invalid_pk_value": CHOOSE,
    },
    forms.MultipleChoiceField: {"required": A_CHOICE},
    forms.ModelMultipleChoiceField: {"required": A_CHOICE},
    SimpleArrayField: {"item_invalid": _("Entry %(nth)s cannot be read:")},
    forms.FileField: {
        "required": _("Choose a file."),
        "invalid": _("The file did not arrive. Choose it again."),
        "missing": _("The file did not arrive. Choose it again."),
        "empty": _("The file is empty. Choose one with something in it."),
        "max_length": _("The name of the file is too long. Give it a shorter name and choose it again."),
        "contradiction": _("Either choose a file or tick the box that removes it, not both."),
    },
}


def slip_of_year(day: date) -> Promise | None:
    """What to say of a slip of the pen: no day that anybody here speaks of lies so far away."""
    if day.year < FIRST_YEAR:
        return YEAR_TOO_EARLY
    return YEAR_TOO_LATE if day.year > LAST_YEAR else None


def check_year(day: date) -> None:
    if slip := slip_of_year(day):
        raise forms.ValidationError(str(slip), code="year")


def check_years(field: forms.Field) -> None:
    """Have a field of days or moments refuse such a year; whether the day fits otherwise its form and action say."""
    if isinstance(field, SimpleArrayField):
        check_years(field.base_field)
    elif isinstance(field, forms.DateField | forms.DateTimeField) and check_year not in field.validators:
        field.validators.append(check_year)


def reword(field: forms.Field) -> None:
    """Replace every remark that the library would make by ours; what the form or a field of ours says stays."""
    if isinstance(field, SimpleArrayField):
        reword(field.base_field)
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for sort in reversed(type(field).__mro__):
        ours.update(SENTENCES.get(sort, {}))
        if sort.__module__.startswith("django."):
            theirs.update(getattr(sort, "default_error_messages", {}))
    for code, sentence in ours.items():
        if field.error_messages.get(code) is theirs.get(code):
            field.error_messages[code] = sentence
