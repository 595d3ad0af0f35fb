"""manage.py verify: recompute what is stored and say where it differs."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback import verifying as figures
from priorities import settling
from priorities import verifying as places
from requests_app import verifying as promises


class Command(BaseCommand):
    help = (
        "Recompute every place in the queue, every promise's outcome and every published figure; fail if any differs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        of_places, of_promises = places.Checked(), promises.Checked()
        found = 0
        # What lapsed and nobody has looked at since is no fault: whoever reads the queue next puts it right first.
        settling.settle_all(now=timezone.now())
        for line in _all_differences(of_places, of_promises):
            self.stdout.write(line)
            found += 1
        counts = {"places": of_places.places, "promises": of_promises.promises, "figures": figures.checked()}
        self.stdout.write(
            _("Checked %(places)d places, %(promises)d promises and %(figures)d published figures.") % counts
        )
        if found:
            raise CommandError(ngettext("%(count)d differs.", "%(count)d differ.", found) % {"count": found})


def _all_differences(of_places: places.Checked, of_promises: promises.Checked) -> Iterator[str]:
    yield from map(str, places.differences(checked=of_places))
    yield from promises.differences(checked=of_promises)
    yield from figures.differences()
