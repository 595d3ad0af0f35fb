"""manage.py import_requests: bring a team's old list in."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from requests_app.importing.mapping import ImportMap, read_map
from requests_app.importing.running import Outcome, Refusal, Run
from servicedesk.exceptions import ServiceDeskError
from servicedesk.people.models import Office
from servicedesk.tabular import Row, read_rows, write_rows

COLUMNS = ("row", "id", "why")


class Command(BaseCommand):
    help = "Bring a team's old list of requests in from a CSV file. A second run of the same file adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the list, CSV in UTF-8 or Windows-1252 with any delimiter")
        parser.add_argument("--map", type=Path, required=True, help="which of its columns are which of ours (TOML)")
        parser.add_argument("--office", default="", help="prefix of the office; not needed where there is only one")
        parser.add_argument("--report", type=Path, help="where refused rows are listed; FILE.refused.csv by default")
        parser.add_argument("--dry-run", action="store_true", help="check everything and store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        report: Path = options["report"] or file.with_suffix(".refused.csv")
        try:
            import_map = read_map(options["map"])
            office = find_office(options["office"])
            with file.open("rb") as stream, report_to(report) as refuse:
                run = Run(office, import_map, timezone.now(), refuse, dry_run=options["dry_run"])
                self._follow(run, stream, import_map)
        except ServiceDeskError as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}") from problem
        self._say(run.outcome, report, dry_run=options["dry_run"])

    def _follow(self, run: Run, stream: BinaryIO, import_map: ImportMap) -> None:
        """Take the rows while a bar on standard error shows how far the file has been read."""
        rows: Iterator[Row] = read_rows(stream, list(dict.fromkeys(import_map.columns.values())), ignore_unknown=True)
        size = Path(stream.name).stat().st_size
        with tqdm(total=size, unit="B", unit_scale=True, file=self.stderr, disable=None) as bar:
            for outcome in run.take(rows):
                bar.set_postfix(added=outcome.added, refused=outcome.refused, refresh=False)
                bar.update(stream.tell() - bar.n)

    def _say(self, outcome: Outcome, report: Path, *, dry_run: bool) -> None:
        counts = {
            "added": outcome.added,
            "people": len(outcome.people),
            "known": outcome.known,
            "refused": outcome.refused,
        }
        sentence = (
            _("%(added)d would be brought in, with %(people)d new people; %(known)d are here already.")
            if dry_run
            else _("%(added)d brought in, with %(people)d new people; %(known)d were here already.")
        )
        self.stdout.write(sentence % counts)
        if outcome.refused:
            refused = ngettext("%(count)d row was refused; ", "%(count)d rows were refused; ", outcome.refused)
            self.stdout.write(refused % {"count": outcome.refused} + _("%(path)s says why.") % {"path": report})


def find_office(prefix: str) -> Office:
    """The office of that prefix, or the only one there is."""
    offices = list(Office.objects.filter(is_active=True).order_by("prefix"))
    found = [office for office in offices if office.prefix == prefix.upper() or (not prefix and len(offices) == 1)]
    if not found:
        message = _("Say which office with --office. There are: %(prefixes)s.")
        raise CommandError(message % {"prefixes": ", ".join(office.prefix for office in offices) or "-"})
    return found[0]


@contextmanager
def report_to(path: Path) -> Iterator[Callable[[Refusal], None]]:
    """Yield what writes a refusal down; the file holds its header alone when nothing was refused."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(write_rows(COLUMNS, []))

        def refuse(refusal: Refusal) -> None:
            file.write(line_of(refusal))

        yield refuse


def line_of(refusal: Refusal) -> str:
    _mark, line = write_rows([str(refusal.row), refusal.identity, refusal.why], [])
    return line
