"""Into whom a person is merged."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.exceptions import InvalidInput
from servicedesk.frame.forms import DeskForm
from servicedesk.people.actions.merging import refuse_unfit
from servicedesk.people.forms.fields import PersonByEmail
from servicedesk.people.models import User
from servicedesk.people.models.user import UserQuerySet


class AnybodyByEmail(PersonByEmail):
    """Also those who may not sign in: they are told apart from those whom nobody knows."""

    def people(self) -> UserQuerySet:
        return User.objects.all()


class MergeForm(DeskForm):
    into = AnybodyByEmail(
        label=_("E-mail address of the person to keep"),
        help_text=_("You see what it would mean before anything is changed."),
    )

    def __init__(self, *args: Any, person: User, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.by = person, by

    def clean_into(self) -> User:
        kept: User = self.cleaned_data["into"]
        try:
            refuse_unfit(kept, self.person, by=self.by)
        except InvalidInput as problem:
            raise forms.ValidationError(str(problem)) from problem
        return kept
