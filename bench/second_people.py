"""Name a second assistant and make a second manager: python -m bench.with_django bench.second_people"""

import json

from servicedesk.people.models import Membership, Office

Role = Membership.Role


def main(_arguments: list[str]) -> None:
    office = Office.objects.get()
    _first, second, third, *_others = Membership.objects.filter(office=office, role=Role.ASSISTANT).order_by("pk")
    # The clean way would tell the ranking; a manager's requests stand like anybody's, so there is nothing to tell.
    Membership.objects.filter(pk=third.pk).update(role=Role.MANAGER)
    print(json.dumps({"second_assistant": second.person.email, "second_manager": third.person.email}))
