"""Which office's queue a person reads, and under which rules: read once, with one statement."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from priorities.models import RuleSet
from servicedesk.people.access import Access, Role, access_of, person_of

READERS = (Role.ASSISTANT, Role.EXECUTIVE)


@dataclass(frozen=True)
class Desk:
    """The offices whose queue the person reads, by name, and the one this page shows."""

    rule_sets: list[RuleSet]
    rule_set: RuleSet
    access: Access
    ignored: tuple[str, ...] = ()

    @property
    def prefix_if_several(self) -> str:
        """What the page's addresses say of the office: nothing where there is no choice."""
        return self.rule_set.office.prefix if len(self.rule_sets) > 1 else ""

    @property
    def can_act(self) -> bool:
        return self.access.works_in(self.rule_set.office_id)


def desk_of(request: HttpRequest) -> Desk:
    """The office named in the address, else the first by name; 404 where the person's offices have no rules."""
    user = person_of(request)
    access = access_of(user)
    rule_sets = RuleSet.in_force_at(access.offices_as(*READERS))
    if not rule_sets:
        raise Http404
    prefix = request.GET.get("office", "")
    named = next((each for each in rule_sets if each.office.prefix == prefix.upper()), None)
    ignored = (_("There is no office “%(prefix)s” whose queue you read.") % {"prefix": prefix[:5]},)
    return Desk(rule_sets, named or rule_sets[0], access, () if named or not prefix else ignored)
