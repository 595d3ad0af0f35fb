"""The form with which a request is logged."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.actions.checking import LONGEST_TITLE
from requests_app.actions.logging import LONGEST_SERVES_HOW, check_wish
from requests_app.forms.fields import FilesInput, KeyInput, PlainInput, TextInput
from requests_app.models import Goal, ServiceRequest
from servicedesk.composed import Composed, day, is_any_of, number
from servicedesk.exceptions import InvalidInput, SentTwice, ServiceDeskError
from servicedesk.frame import times
from servicedesk.frame.forms import CardRadioSelect, DateInput, DeskForm
from servicedesk.people.access import Role, access_of
from servicedesk.people.models import Membership, Office, User

Kind = ServiceRequest.Kind
MOST_CARDS = 6
# While one types, not with every letter; the address answers without this too, as a page of its own.
OFFERS_ARTICLES = {
    "hx-get": reverse_lazy("requests:article-offer"),
    "hx-trigger": "input changed delay:400ms, load delay:400ms",
    "hx-target": "#offer",
    "hx-sync": "this:replace",
}
KINDS_IN_WORDS = {
    Kind.MEETING: gettext_lazy("Time with the executive or the team"),
    Kind.CALL: gettext_lazy("A call made or returned"),
    Kind.EMAIL: gettext_lazy("A mail written or answered"),
    Kind.PAPERWORK: gettext_lazy("Sign, file, send on"),
    Kind.RESEARCH: gettext_lazy("Find something out"),
    Kind.BRIEFING: gettext_lazy("Prepare for a date"),
    Kind.RELAY: gettext_lazy("Pass something on"),
    Kind.OTHER: gettext_lazy("Say what below"),
}


class RequestForm(DeskForm):
    """What a person needs, from which office, for whom."""

    office = forms.TypedChoiceField(
        label=gettext_lazy("Which office?"),
        error_messages={
            "invalid_choice": gettext_lazy("Choose one of the offices listed."),
            "required": gettext_lazy("Choose an office."),
        },
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of request"),
        choices=Kind.choices,
        widget=CardRadioSelect(descriptions=KINDS_IN_WORDS),
        error_messages={
            "required": gettext_lazy("Choose what comes closest."),
            "invalid_choice": gettext_lazy("Choose one of the kinds shown."),
        },
    )
    requester = PlainInput(label=gettext_lazy("For whom?"))
    title = TextInput(
        longest=LONGEST_TITLE,
        label=gettext_lazy("In one line"),
        error_messages={"required": gettext_lazy("Say in one line what you need.")},
    )
    purpose = TextInput(
        rows=5,
        required=False,
        label=gettext_lazy("What is it for, and what happens if it waits?"),
        help_text=gettext_lazy("Say what you want to achieve; we may know a quicker way."),
    )
    wish_date = forms.DateField(
        required=False,
        label=gettext_lazy("When would help arrive in time?"),
        widget=DateInput,
        error_messages={"invalid": gettext_lazy("Give a day, such as 2026-11-24.")},
    )
    goal = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        label=gettext_lazy("Which of our goals does it serve?"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the goals listed, or none.")},
    )
    serves_how = TextInput(
        longest=LONGEST_SERVES_HOW,
        required=False,
        label=gettext_lazy("How does it serve that goal?"),
        help_text=gettext_lazy("In one line; leave it empty if you named none."),
    )
    files = FilesInput()  # type: ignore[assignment]  # a field's name, not the form's own attribute
    submission_key = KeyInput(required=False)
    is_second = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.now = user, now
        self.fields["submission_key"].initial = uuid4
        self.fields["title"].widget.attrs |= OFFERS_ARTICLES
        self.fields["wish_date"].widget.attrs["min"] = timezone.localdate(now).isoformat()
        self.offices = OFFICES.all()
        self._offer_offices()
        self._offer_goals()
        self._offer_people()

    def _offer_offices(self) -> None:
        field = self._offer("office", self.offices)
        if self.offices:
            field.initial = self.offices[0].pk
        if len(self.offices) == 1:
            field.widget = forms.HiddenInput()
        elif len(self.offices) <= MOST_CARDS:
            field.widget = CardRadioSelect(
                descriptions={str(office.pk): self.answer_by(office) for office in self.offices}
            )
        field.widget.choices = field.choices

    def _offer(self, name: str, rows: Sequence[Any]) -> forms.TypedChoiceField:
        """Let the person choose one of these rows, which were read already; the field's value is the row."""
        by_key = {str(row.pk): row for row in rows}
        field = cast(forms.TypedChoiceField, self.fields[name])
        field.choices = [(key, str(row)) for key, row in by_key.items()]
        field.coerce = by_key.__getitem__
        return field

    def answer_by(self, office: Office) -> str:
        """The honest sentence: what the office's goal and calendar make of this moment."""
        return _("You get an answer by %(time)s.") % {"time": times.in_words(office.reply_due(self.now), self.now)}

    @property
    def only_answer_by(self) -> str:
        """The answer-by that stands beside the button; empty where it depends on the office chosen."""
        return self.answer_by(self.offices[0]) if len(self.offices) == 1 else ""

    def _offer_goals(self) -> None:
        """Goals by name, with their office where there are several."""
        goals = GOALS.all(offices=[office.pk for office in self.offices], today=timezone.localdate(self.now))
        if not goals:
            del self.fields["goal"], self.fields["serves_how"]
            return
        field = self._offer("goal", goals)
        if len(self.offices) > 1:
            field.choices = [(str(goal.pk), f"{goal.name} ({goal.office})") for goal in goals]
        field.choices = [("", _("None of them, or I do not know")), *cast(list[Any], field.choices)]

    def _offer_people(self) -> None:
        """A delegate chooses, an assistant names anybody, everybody else asks for themselves and is not asked."""
        self.may_name_anybody = access_of(self.user).has_role(Role.ASSISTANT)
        field = self.fields["requester"]
        if self.may_name_anybody:
            field.help_text = _("Leave it empty for yourself, or write their e-mail address or full name.")
            return
        self.principals = {str(person.pk): person for person in PRINCIPALS.all(person=self.user.pk)}
        if not self.principals:
            del self.fields["requester"]
            return
        choices = [("", _("For myself")), *((key, str(person)) for key, person in self.principals.items())]
        self.fields["requester"] = forms.ChoiceField(
            label=field.label,
            required=False,
            choices=choices,
            error_messages={"invalid_choice": _("Choose yourself or somebody who made you their delegate.")},
        )

    def clean_requester(self) -> User:
        given = self.cleaned_data["requester"].strip()
        if not given:
            return self.user
        return find_person(given) if self.may_name_anybody else self.principals[given]

    def clean_wish_date(self) -> date | None:
        """Checked with the other fields, so that one look shows all that is wrong; the action has the last word."""
        wish_date: date | None = self.cleaned_data["wish_date"]
        try:
            check_wish(wish_date, timezone.localdate(self.now, self.user.zone))
        except InvalidInput as problem:
            raise forms.ValidationError(str(problem)) from problem
        return wish_date

    def arguments(self) -> dict[str, Any]:
        given = {"requester": self.user, **self.cleaned_data}
        return given | {"refuse_repeated": not given.pop("is_second")}

    def show(self, problem: ServiceDeskError) -> None:
        if isinstance(problem, SentTwice):
            # Sent as it is now, the form says that a second one is meant.
            typed = cast(QueryDict, self.data).copy()
            typed["is_second"] = "on"
            self.data = typed
        field = getattr(problem, "field", None)
        self.add_error(field if field in self.fields else None, str(problem))


def _offices() -> QuerySet[Office]:
    """Those that somebody answers for: an office without an assistant takes no requests."""
    assistants = Membership.objects.filter(office=OuterRef("pk"), role=Role.ASSISTANT, person__is_active=True)
    return Office.objects.filter(Exists(assistants), is_active=True)


def _goals() -> QuerySet[Goal]:
    return Goal.objects.current(day("today")).filter(is_any_of("office_id", "offices")).select_related("office")


def _principals() -> QuerySet[User]:
    """Whose delegate the person is."""
    return User.objects.active().filter(delegations_given__delegate=number("person")).order_by("name")


OFFICES, GOALS, PRINCIPALS = Composed(_offices), Composed(_goals), Composed(_principals)


def find_person(given: str) -> User:
    """The one active person of that e-mail address or name; a sentence when there is none, or more than one."""
    if "\x00" not in given:
        by_email = User.objects.active().known_by(given).first()
        if by_email:
            return by_email
        found = list(User.objects.active().filter(name__iexact=given)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("Several people are called that. Write the e-mail address instead."))
    raise forms.ValidationError(
        _("We know nobody of that name or address. Check the spelling, or write the e-mail address.")
    )
