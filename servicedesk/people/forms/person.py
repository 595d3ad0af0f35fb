"""The administrator's form about one person: who they are and which roles they have."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.frame.forms import DeskForm
from servicedesk.people.actions.persons import PersonFacts
from servicedesk.people.forms.fields import EMAIL_ERRORS, TimeZoneField
from servicedesk.people.models import Department, Membership, Office, User

ROLES_PREFIX = "roles_"


class PersonForm(DeskForm):
    name = forms.CharField(label=_("Name"), max_length=120, error_messages={"required": _("Give the person's name.")})
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages=EMAIL_ERRORS,
    )
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.none(), required=False, empty_label=_("None")
    )
    time_zone = TimeZoneField()
    is_active = forms.BooleanField(label=_("May sign in"), required=False, initial=True)
    is_administrator = forms.BooleanField(
        label=_("Administrator: adds people, departments and offices"), required=False
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = self._initial(person)
        super().__init__(*args, **kwargs)
        present = person.department_id if person else None
        departments = Department.objects.filter(Q(is_active=True) | Q(pk=present))
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        held = self._held(person)
        # An office out of use is offered only where there is a role to take away.
        for office in Office.objects.filter(Q(is_active=True) | Q(pk__in=held)):
            self.fields[f"{ROLES_PREFIX}{office.pk}"] = forms.MultipleChoiceField(
                label=office.name,
                choices=Membership.Role.choices,
                required=False,
                initial=held.get(office.pk, []),
                widget=forms.CheckboxSelectMultiple,
            )

    @staticmethod
    def _initial(person: User | None) -> dict[str, Any]:
        own = ("name", "email", "job_title", "department", "time_zone", "is_active", "is_administrator")
        return {name: getattr(person or User(), name) for name in own}

    @staticmethod
    def _held(person: User | None) -> dict[int, list[str]]:
        held: dict[int, list[str]] = {}
        for office_id, role in person.memberships.values_list("office_id", "role") if person else ():
            held.setdefault(office_id, []).append(role)
        return held

    def facts(self) -> PersonFacts:
        """The checked values about the person alone."""
        return PersonFacts(
            **{name: value for name, value in self.cleaned_data.items() if not name.startswith(ROLES_PREFIX)}
        )

    def roles(self) -> set[tuple[int, str]]:
        """The ticked roles, as (office id, role)."""
        return {
            (int(name.removeprefix(ROLES_PREFIX)), role)
            for name, roles in self.cleaned_data.items()
            if name.startswith(ROLES_PREFIX)
            for role in roles
        }


class PeopleFilterForm(DeskForm):
    """Which people the list shows; every value stands in the address."""

    q = forms.CharField(
        label=_("Name, e-mail address or job title"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), required=False, empty_label=_("Every department")
    )
    state = forms.ChoiceField(
        label=_("Who"),
        choices=[("", _("May sign in")), ("inactive", _("May not sign in")), ("all", _("Everybody"))],
        required=False,
    )
