"""What people type into surveys, and what a manager changes about them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.actions.answering import LONGEST_COMMENT
from feedback.models import Question, SurveyPlan
from servicedesk.frame.forms import DeskForm, DeskModelForm
from servicedesk.people.models import User

CANNOT_SAY = "0"


class CommentField(forms.CharField):
    """A long text; what no database can store is left out rather than complained about."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        # A browser counts a line break as one character and sends two.
        return text.replace("\r\n", "\n").replace("\x00", "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let a longer paste stand: a browser would cut it without a word, and this page has no script to say so."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class SurveyForm(DeskForm):
    """One field a question, none of them required, and one open question."""

    def __init__(self, questions: Iterable[Question], *args: Any, comment_label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        for question in self.questions:
            self.fields[f"question_{question.pk}"] = _points_field(question)
        self.fields["comment"] = CommentField(
            label=comment_label,
            required=False,
            max_length=LONGEST_COMMENT,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("Do not name yourself if you want to stay unknown. Up to 4000 characters."),
            error_messages={"max_length": _("Shorten your text to 4000 characters; it has %(show_value)d.")},
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.points:
            raise forms.ValidationError(_("Choose an answer to at least one question, or decline below."))
        return cleaned

    @property
    def points(self) -> dict[int, int]:
        """The points given, by question id; “I cannot say” is none."""
        given = {one.pk: self.cleaned_data.get(f"question_{one.pk}") for one in self.questions}
        return {pk: int(points) for pk, points in given.items() if points and points != CANNOT_SAY}

    @property
    def is_complete(self) -> bool:
        return all(self.cleaned_data.get(f"question_{one.pk}") for one in self.questions)


def _points_field(question: Question) -> forms.ChoiceField:
    labels = [(str(points), label) for points, label in zip(Question.POINTS, question.labels, strict=True)]
    return forms.ChoiceField(
        label=question.text,
        required=False,
        widget=forms.RadioSelect,
        choices=[*labels, (CANNOT_SAY, _("I cannot say"))],
        error_messages={"invalid_choice": _("Choose one of the answers shown.")},
    )


class DeclineForm(DeskForm):
    never_again = forms.BooleanField(label=_("Never ask me about this office again"), required=False)


class PlanForm(DeskModelForm):
    class Meta:
        model = SurveyPlan
        fields = ("asks_a_year", "ratings_percent")


class CustomerForm(DeskForm):
    """A person by e-mail: an office may know people who never asked for anything."""

    email = forms.EmailField(label=_("E-mail address of a person"), max_length=254)

    person: User

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        person = User.objects.active().known_by(email).first()
        if person is None:
            raise forms.ValidationError(
                _("Nobody here has this e-mail address. Check it, or ask an administrator to add them.")
            )
        self.person = person
        return email


class QuestionForm(DeskForm):
    """New words for a question: its text and five labels, from the worst to the best."""

    text = forms.CharField(label=_("Question"), max_length=240)

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].initial = question.text
        for point, label in zip(Question.POINTS, question.labels, strict=True):
            self.fields[f"label_{point}"] = forms.CharField(
                label=_("Label of point %(point)d of 5") % {"point": point}, max_length=60, initial=label
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and len({label.casefold() for label in self.labels}) < len(self.labels):
            raise forms.ValidationError(_("Two labels are the same. Give each of the five points its own words."))
        return cleaned

    @property
    def labels(self) -> list[str]:
        return [self.cleaned_data[f"label_{point}"] for point in Question.POINTS]
