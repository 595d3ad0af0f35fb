"""Fill an empty installation with a made-up house."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from feedback.demo.build import build_demo
from feedback.demo.house import PASSWORD
from servicedesk.people.models import Office


class Command(BaseCommand):
    help = "Make the demo's house, people, requests and waves. Does nothing where there is an office already."

    def handle(self, *args: Any, **options: Any) -> None:
        if Office.objects.exists():
            self.stdout.write("There is an office here already; nothing was added.")
            return
        house = build_demo(now=timezone.now())
        count = house.office.service_requests.count()
        self.stdout.write(f"The demo is ready: {house.office}, {count} requests. Everybody's password is {PASSWORD}")
