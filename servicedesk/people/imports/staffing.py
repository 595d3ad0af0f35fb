"""Who would administer and who would serve each office, row by row: what applying a table would refuse, its preview refuses."""

from collections import defaultdict
from collections.abc import Collection

from servicedesk.people.actions import LeavesUnserved, PersonFacts
from servicedesk.people.actions.persons import last_administrator_sentence
from servicedesk.people.imports.plan import RowRefused
from servicedesk.people.models import Membership, Office, User

Roles = frozenset[tuple[int, str]]
Role = Membership.Role


class Staffing:
    """Reads with two queries who is there now; each row that is taken changes it for those that follow."""

    def __init__(self, offices: Collection[Office]) -> None:
        self.in_use = {office.pk: office for office in offices if office.is_active}
        self.administrators = set(User.objects.active().filter(is_administrator=True).values_list("email", flat=True))
        self.executives: dict[int, str] = {}
        self.assistants: dict[int, set[str]] = defaultdict(set)
        held = Membership.objects.filter(role__in=(Role.EXECUTIVE, Role.ASSISTANT))
        for office_id, role, email, may_sign_in in held.values_list(
            "office_id", "role", "person__email", "person__is_active"
        ):
            if role == Role.EXECUTIVE:
                self.executives[office_id] = email
            elif may_sign_in:
                self.assistants[office_id].add(email)

    def take(self, person: User | None, facts: PersonFacts, held: Roles, wanted: Roles) -> None:
        """Make this row's change; raises RowRefused where the actions would refuse it."""
        self._refuse_without_administrator(facts)
        if person is not None:
            self._refuse_unserved(person, facts, held, wanted)
        if facts.is_administrator and facts.is_active:
            self.administrators.add(facts.email)
        else:
            self.administrators.discard(facts.email)
        for office_id in _worked(held) | _worked(wanted):
            self.assistants[office_id].discard(facts.email)
        if facts.is_active:
            for office_id in _worked(wanted):
                self.assistants[office_id].add(facts.email)

    def _refuse_without_administrator(self, facts: PersonFacts) -> None:
        stays = facts.is_administrator and facts.is_active
        if not stays and self.administrators == {facts.email}:
            raise RowRefused(last_administrator_sentence())

    def _refuse_unserved(self, person: User, facts: PersonFacts, held: Roles, wanted: Roles) -> None:
        if not (person.is_active or facts.is_active):
            return
        left = _worked(held) - (_worked(wanted) if facts.is_active else set())
        alone = [
            self.in_use[pk] for pk in sorted(left & self.in_use.keys()) if not self.assistants[pk] - {person.email}
        ]
        if alone:
            raise RowRefused(str(LeavesUnserved(person, alone)))


def _worked(roles: Roles) -> set[int]:
    return {office_id for office_id, role in roles if role == Role.ASSISTANT}
