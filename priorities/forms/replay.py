"""Which two requests are compared, and at which past instant."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.forms.fields import LocalTimeInput
from requests_app.models import ServiceRequest
from requests_app.searching import by_reference
from servicedesk.frame.forms import DeskForm, DeskHelper
from servicedesk.people.models import User

LONGEST_REFERENCE = 20


class ReplayForm(DeskForm):
    """Sent as an address. Requests are looked for in the offices the reader may ask about; their own stay sealed."""

    first = forms.CharField(label=gettext_lazy("Request"), required=False, max_length=LONGEST_REFERENCE)
    second = forms.CharField(label=gettext_lazy("Compared with"), required=False, max_length=LONGEST_REFERENCE)
    at = LocalTimeInput(label=gettext_lazy("As it stood at"))

    def __init__(self, *args: Any, reader: User, office_ids: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader, self.office_ids = reader, office_ids
        self.helper = DeskHelper("first", "second", "at")

    def clean_first(self) -> ServiceRequest | None:
        return self._found("first")

    def clean_second(self) -> ServiceRequest | None:
        return self._found("second")

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at > timezone.now():
            raise forms.ValidationError(_("That time is still to come. Choose one that has passed."))
        return at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, second = data.get("first"), data.get("second")
        if first and second:
            if first == second:
                self.add_error("second", _("This is the same request. Name another one to compare it with."))
            elif first.office_id != second.office_id:
                self.add_error("second", _("These two belong to different offices and never stand in one queue."))
        elif (first or second) and not self.errors:
            self.add_error(
                "first" if second else "second",
                _("Name two requests to compare them, or leave both empty to see the whole queue."),
            )
        return data

    def _found(self, field: str) -> ServiceRequest | None:
        """The one request of this number; a number without its office's letters may mean several."""
        text = self.cleaned_data[field]
        if not text:
            return None
        rows = ServiceRequest.objects.filter(by_reference(text), office_id__in=self.office_ids)
        found = list(rows.select_related("office", "requester", "rank").defer("search")[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("There is no request “%(text)s” in an office of yours. Write its number, such as EO-1042.")
                % {"text": text}
            )
        if found[0].requester_id == self.reader.pk:
            raise forms.ValidationError(
                _("This request is your own: why it stood where it stood is for your colleagues only.")
            )
        return found[0]
