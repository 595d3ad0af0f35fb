"""Form fields and helpers that several forms about people share."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.exceptions import InvalidInput, ServiceDeskError
from servicedesk.frame.forms import LongSelect
from servicedesk.people.models import User
from servicedesk.people.models.user import UserQuerySet, known_time_zones

EMAIL_ERRORS = {
    "required": gettext_lazy("Write an e-mail address."),
    "invalid": gettext_lazy("This is no e-mail address. Write one such as dana@example.org."),
}


class PersonByEmail(forms.EmailField):
    """A person, named by e-mail address: a list of everybody would be long, and of names there are doubles."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.EmailInput(attrs={"autocomplete": "off"}))
        super().__init__(max_length=254, error_messages=EMAIL_ERRORS, **kwargs)

    def people(self) -> UserQuerySet:
        return User.objects.active()

    def prepare_value(self, value: Any) -> Any:
        return value.email if isinstance(value, User) else value

    def clean(self, value: Any) -> User | None:
        email = super().clean(value)
        if not email:
            return None
        person = self.people().known_by(email).first()
        if person is None:
            message = _("Nobody here has the address “%(email)s”. Check it, or ask an administrator to add the person.")
            raise forms.ValidationError(message % {"email": email})
        return person


class TimeZoneField(forms.ChoiceField):
    """Every zone of the database; the list is asked for when the form is made, as the models load before it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Time zone"))
        words = {
            "required": gettext_lazy("Choose a time zone."),
            "invalid_choice": gettext_lazy("Choose a time zone listed."),
        }
        kwargs.setdefault("widget", LongSelect)
        super().__init__(choices=time_zone_choices, error_messages=words, **kwargs)


def time_zone_choices() -> list[tuple[str, str]]:
    """Places people know, by region; the database's abbreviations and duplicates stay valid but are not offered."""
    names = sorted(name for name in known_time_zones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def tell_at_form(form: forms.BaseForm, problem: ServiceDeskError) -> None:
    """Show what an action refused where the person can put it right."""
    field = problem.field if isinstance(problem, InvalidInput) and problem.field in form.fields else None
    form.add_error(field, str(problem))
