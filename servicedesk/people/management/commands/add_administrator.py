"""The first person of a new installation."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from servicedesk.exceptions import ServiceDeskError
from servicedesk.people.actions import PersonFacts, add_person
from servicedesk.people.letters import password_link


class Command(BaseCommand):
    help = "Add an administrator and print the link with which they set their password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="their e-mail address, with which they sign in")
        parser.add_argument("name", help="their name, in quotes")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            validate_email(email)
            person = add_person(facts=PersonFacts(email=email, name=name, is_administrator=True), invite=False)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        except ServiceDeskError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{person.name} may sign in after setting a password here:\n{password_link(person)}")
