"""How every form of the product is drawn: Django's own field groups, in the desk's markup."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from servicedesk.frame.sentences import NOT_STORABLE, check_years, reword

SELECTED = mark_safe(" selected")


class DeskRenderer(TemplatesSetting):
    """Label, help, error and the aria attributes that bind them come from one template of the project."""

    form_template_name = "desk/plain_form.html"
    field_template_name = "django/forms/field.html"


class DeskHelper(FormHelper):
    """crispy's helper as every form here wants it: the template owns `<form>`, and hidden fields are never left out."""

    def __init__(self, *layout: Any) -> None:
        super().__init__()
        self.form_tag = False
        self.render_hidden_fields = True
        if layout:
            self.layout = Layout(*layout)


class InOurWords(forms.BaseForm):
    """A form whose fields speak our sentences wherever it has none of its own; also for a library's forms."""

    def full_clean(self) -> None:
        # Here rather than when it is made: by now every field is there, whoever added it.
        for field in self.fields.values():
            reword(field)
            check_years(field)
        super().full_clean()

    def add_error(self, field: str | None, error: Any) -> None:
        # A choice among rows says this past its own words.
        if getattr(error, "code", "") == "null_characters_not_allowed":
            error.message = NOT_STORABLE
        super().add_error(field, error)


class DeskForm(InOurWords, forms.Form):
    """What every form of the product is made from."""


class DeskModelForm(InOurWords, forms.ModelForm):
    """What every form about one row is made from."""


class LongSelect(forms.Select):
    """A choice among hundreds, written at once: a template for each option took longer than the rest of the page."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) == chosen else "", label) for key, label in self.choices),
        )
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs({**self.attrs, "name": name}, attrs)), options
        )


class CardRadioSelect(forms.RadioSelect):
    """Radio buttons as cards; `descriptions` says in one line what a choice means."""

    def __init__(self, *args: Any, descriptions: Mapping[Any, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.descriptions = descriptions or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        # A model's choice arrives wrapped; descriptions are keyed by the bare value.
        option["description"] = self.descriptions.get(getattr(value, "value", value), "")
        return option


class DateInput(forms.DateInput):
    """The browser's own date field, which wants ISO whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own date and time field."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")
