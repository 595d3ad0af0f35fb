"""Fill a fresh database with requests and so many reminders that are due: python -m bench.reminders 2000"""

import importlib
import sys
from datetime import timedelta

import django
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

REQUESTS = 40


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    post_reminders(int(sys.argv[1]))


@transaction.atomic
def post_reminders(count: int) -> None:
    """Post them as the product does: each about a real, unanswered request, to somebody of its office."""
    makers = importlib.import_module("tests.makers")
    notices = importlib.import_module("servicedesk.notices.actions")
    office = makers.make_office()
    people = [makers.make_assistant(office) for _number in range(count // REQUESTS)]
    for _number in range(REQUESTS):
        service_request = makers.make_request(office, requester=people[0])
        notices.post(
            kind="reply_goal_near",
            about=service_request.about,
            to=people,
            occasion="bench",
            due_at=timezone.now() - timedelta(minutes=1),
        )


if __name__ == "__main__":
    main()
