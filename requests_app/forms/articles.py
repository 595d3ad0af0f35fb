"""The form with which an article is written."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.actions.articles import REVIEWED_FOR
from requests_app.actions.checking import LONGEST_TITLE
from requests_app.forms.fields import PlainInput, TextInput, VersionInput
from requests_app.forms.logging import find_person
from requests_app.models import Article
from servicedesk.exceptions import ServiceDeskError
from servicedesk.frame.forms import DateInput, DeskForm
from servicedesk.people.models import User

WHO_SEES_IT = {Article.Audience.EVERYBODY: _("Everybody in the house"), Article.Audience.OFFICE: _("Only this office")}


class ArticleForm(DeskForm):
    """What it says, whom it is for, who answers for it and until when."""

    title = TextInput(
        longest=LONGEST_TITLE,
        label=_("Title"),
        help_text=_("As a colleague would ask: “How to book the big meeting room”."),
        error_messages={"required": _("Say in one line what the article shows how to do.")},
    )
    body = TextInput(
        rows=16,
        label=_("Text"),
        help_text=_("Markdown: # heading, - list, 1. steps, **bold**, [words](address). HTML stays the text it is."),
        error_messages={"required": _("Write how it is done.")},
    )
    audience = forms.ChoiceField(
        label=_("Who may see it"),
        choices=[(kind.value, words) for kind, words in WHO_SEES_IT.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may see it."), "invalid_choice": _("Choose one of those shown.")},
    )
    owner = PlainInput(
        label=_("Owner"),
        help_text=_("Who answers for it being right: e-mail address or full name. Empty means you."),
    )
    review_on = forms.DateField(
        label=_("Review on"),
        widget=DateInput,
        help_text=_("From this day it is listed as to be reviewed."),
        error_messages={"required": _("Give the day."), "invalid": _("Give a day, such as 2026-11-24.")},
    )
    seen_version = VersionInput(required=False)

    def __init__(
        self, typed: QueryDict | None = None, *, article: Article | None, by: User, now: datetime, **kwargs: Any
    ) -> None:
        self.owner_so_far, self.by = article.owner if article else by, by
        initial = _facts(article) if article else _to_begin_with(by, now)
        super().__init__(typed, initial=initial | (kwargs.pop("initial", None) or {}), **kwargs)

    def clean_owner(self) -> User:
        given = self.cleaned_data["owner"].strip()
        if not given:
            return self.by
        # Also when they have left since: then the article says so, and somebody finds another.
        return self.owner_so_far if given == self.owner_so_far.email else find_person(given)

    def show(self, problem: ServiceDeskError) -> None:
        field = getattr(problem, "field", None)
        self.add_error(field if field in self.fields else None, str(problem))


def _facts(article: Article) -> dict[str, Any]:
    newest = article.newest
    return {
        "title": newest.title if newest else "",
        "body": newest.body if newest else "",
        "audience": article.audience,
        "owner": article.owner.email,
        "review_on": article.review_on,
        "seen_version": article.revision,
    }


def _to_begin_with(by: User, now: datetime) -> dict[str, Any]:
    return {
        "audience": Article.Audience.EVERYBODY,
        "owner": by.email,
        "review_on": timezone.localdate(now) + REVIEWED_FOR,
    }
