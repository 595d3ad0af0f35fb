from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from priorities.places import explanation_of
from requests_app.models import ServiceRequest


class Command(BaseCommand):
    help = "Say why a request stands where it stands, in the words and numbers of its page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="a request's number such as EO-1042")

    def handle(self, *args: Any, reference: str, **options: Any) -> None:
        found = ServiceRequest.objects.select_related("office")
        service_request = found.filter(reference=reference.strip().upper()).first()
        if service_request is None:
            raise CommandError(_("There is no request “%(reference)s”.") % {"reference": reference})
        # Times are said as people of the office say them.
        with timezone.override(service_request.office.zone):
            explanation = explanation_of(service_request, reader=None, now=timezone.now())
        for line in explanation.lines():
            self.stdout.write(line)
