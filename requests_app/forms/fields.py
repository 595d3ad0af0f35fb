"""Form fields whose errors say what to do, in the same words as the actions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import uploads
from requests_app.actions.change import UNKNOWN_VERSION
from requests_app.actions.checking import LONGEST_TEXT, checked_text
from servicedesk.calendars import find_zone, resolve_local
from servicedesk.exceptions import InvalidInput
from servicedesk.frame.forms import DateTimeInput
from servicedesk.frame.sentences import check_year
from servicedesk.texts import plain_text

OUT_OF_REACH = 100  # years
LOCAL_FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


class TextInput(forms.CharField):
    """A text checked as the actions check it; the browser counts, the server says how much is too much."""

    default_error_messages = {"required": gettext_lazy("Write something first.")}

    def __init__(self, *, longest: int = LONGEST_TEXT, rows: int = 0, **kwargs: Any) -> None:
        attrs = {"maxlength": longest} | ({"rows": rows} if rows else {})
        super().__init__(widget=forms.Textarea(attrs) if rows else forms.TextInput(attrs), strip=False, **kwargs)
        self.longest = longest
        self.validators = []  # Django's own would speak of “null characters”

    def clean(self, value: Any) -> str:
        if self.required and not plain_text(str(value or "")):
            raise forms.ValidationError(self.error_messages["required"])
        try:
            return checked_text(str(value or ""), field="", longest=self.longest, required=self.required)
        except InvalidInput as problem:
            raise forms.ValidationError(str(problem)) from problem


class PlainInput(forms.CharField):
    """What a button or a short line says; whoever reads it decides what it means."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.validators = []


class LocalTimeInput(forms.CharField):
    """A time as the reader's clocks show it; the hour that clocks skip in spring is refused with a sentence."""

    widget = DateTimeInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators = []

    def clean(self, value: Any) -> datetime | None:
        text = str(value or "").strip()
        if not text and not self.required:
            return None
        for form in LOCAL_FORMATS:
            try:
                naive = datetime.strptime(text, form)  # noqa: DTZ007 - the reader's zone is put on below
            except ValueError:
                continue
            check_year(naive)
            return self._instant(_within_reckoning(naive))
        raise forms.ValidationError(_("Give a day and a time, such as 2026-11-24 14:30."))

    def _instant(self, naive: datetime) -> datetime:
        try:
            return resolve_local(naive, find_zone(timezone.get_current_timezone_name()))
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem


def _within_reckoning(naive: datetime) -> datetime:
    """Bring a year that no calendar reckons with nearer, yet too far for every action, which then names its own limit."""
    this_year = timezone.now().year
    year = min(max(naive.year, this_year - OUT_OF_REACH), this_year + OUT_OF_REACH)
    return naive if year == naive.year else datetime(year, 1, 1)  # noqa: DTZ001 - the reader's zone is put on afterwards


class KeyInput(forms.UUIDField):
    """The key made with the form; a broken one is no reason to refuse a person's text."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> UUID | None:
        try:
            return super().clean(value)
        except forms.ValidationError:
            return None


class VersionInput(forms.IntegerField):
    """The version of the request that the person saw; UNKNOWN_VERSION when the form does not say it, or not legibly."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        try:
            seen: int | None = super().clean(value)
        except forms.ValidationError:
            return UNKNOWN_VERSION
        return UNKNOWN_VERSION if seen is None else seen


class FilePicker(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesInput(forms.FileField):
    """Any number of files, checked by content."""

    widget = FilePicker

    def __init__(self, **kwargs: Any) -> None:
        options: dict[str, Any] = {
            "label": gettext_lazy("Files"),
            "required": False,
            "help_text": gettext_lazy("Documents, pictures, tables or mails; up to 10 files of 20 MB each."),
        }
        super().__init__(**(options | kwargs))

    def clean(self, data: Any, initial: Any = None) -> list[uploads.CheckedFile]:
        given: Sequence[UploadedFile] = data if isinstance(data, list | tuple) else [data] if data else []
        try:
            return uploads.check_files(given)
        except InvalidInput as problem:
            raise forms.ValidationError(str(problem)) from problem
