"""Bringing tables in: choose, look at what would happen, say yes; and taking them away."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.frame.navigation import place_under
from servicedesk.people.access import access_of, login_required, person_of
from servicedesk.people.actions.pending import keep_import, report_import, take_import
from servicedesk.people.choosing import choose_office
from servicedesk.people.forms.imports import ImportForm
from servicedesk.people.imports.kinds import HouseKind, OfficeKind, kind_named, kind_names
from servicedesk.people.imports.plan import Planned, Table, Verdict, carry_out, plan_rows
from servicedesk.people.models import Office, PendingImport, User
from servicedesk.people.views.answers import refused
from servicedesk.tabular import TabularError, read_rows, write_rows

# Of what goes well a few rows are proof enough; what is refused is what a person has to work on.
SHOWN = {Verdict.REFUSED: 500, Verdict.CHANGED: 100, Verdict.ADDED: 50, Verdict.SAME: 0}
PAGE = "people/import.html"


@dataclass(frozen=True)
class Brought:
    """A kind of table for one reader: of the house, or of an office they work in."""

    name: str
    table: Table
    list_url_name: str
    office: Office | None = None

    @property
    def query(self) -> str:
        return f"?office={self.office.pk}" if self.office else ""

    @property
    def list_address(self) -> str:
        return reverse(self.list_url_name) + self.query

    @property
    def import_address(self) -> str:
        if self.office is None:
            return reverse(f"people:{self.name}-import")
        return reverse("people:table-import", args=[self.name]) + self.query

    @property
    def template_address(self) -> str:
        return reverse("people:table-template", args=[self.name]) + self.query


def _brought(request: HttpRequest, name: str) -> Brought:
    """The kind as the reader may use it; 403 for everybody else, 404 for one there is not."""
    person, kind = person_of(request), kind_named(name)
    if kind is None:
        raise Http404
    if isinstance(kind, HouseKind):
        if not person.is_administrator:
            raise PermissionDenied
        return Brought(name, kind.make(), kind.list_url_name)
    if not access_of(person).has_role(*kind.roles):
        raise PermissionDenied
    office = choose_office(request, *kind.roles).office
    return Brought(name, kind.make(office, person), kind.list_url_name, office)


def _brought_before(person: User, pending: PendingImport) -> Brought:
    """The kind of a table that was brought; 404 for who has no right to it any more."""
    kind = kind_named(pending.kind)
    if isinstance(kind, OfficeKind) and pending.office_id in access_of(person).offices_as(*kind.roles):
        office = Office.objects.get(pk=pending.office_id)
        return Brought(pending.kind, kind.make(office, person), kind.list_url_name, office)
    if isinstance(kind, HouseKind) and person.is_administrator:
        return Brought(pending.kind, kind.make(), kind.list_url_name)
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a table, and lead to the page that shows what it would change."""
    brought = _brought(request, kind)
    place_under(request, brought.list_url_name)
    if request.method != "POST":
        return render(request, PAGE, _context(brought, form=ImportForm()))
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return refused(request, PAGE, _context(brought, form=form))
    file = form.cleaned_data["file"]
    content = file.read()
    try:
        _planned(brought.table, content)
    except TabularError as problem:
        form.add_error("file", str(problem))
        return refused(request, PAGE, _context(brought, form=form))
    return _to(keep_import(by=person_of(request), kind=kind, office=brought.office, name=file.name, content=content))


@require_safe
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the table would change or, once it was brought in, what became of its rows."""
    pending = PendingImport.objects.kept().filter(pk=pk, by=person_of(request)).first()
    if pending is None:
        return _gone(request)
    brought = _brought_before(person_of(request), pending)
    place_under(request, brought.list_url_name)
    context: dict[str, Any] = {"pending": pending}
    if pending.report is not None:
        context |= _with_labels(pending.report)
    elif pending.taken_at is None:
        context |= _with_labels(_report(_planned(brought.table, bytes(pending.content))))
    return render(request, PAGE, _context(brought, **context))


@require_POST
@login_required
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what was shown, judged again against what is there now; each row stands or falls alone."""
    person = person_of(request)
    pending = take_import(pending_id=pk, by=person)
    if pending is None:
        return _taken_before(request, pk)
    brought = _brought_before(person, pending)
    done = [carry_out(planned, by=person) for planned in _planned(brought.table, bytes(pending.content))]
    report_import(pending_id=pending.pk, report=_report(done))
    return _to(pending)


def _taken_before(request: HttpRequest, pk: int) -> HttpResponse:
    pending = PendingImport.objects.kept().filter(pk=pk, by=person_of(request)).first()
    if pending is None:
        return _gone(request)
    messages.warning(request, _("That table was brought in already; nothing was done a second time."))
    return _to(pending)


def _gone(request: HttpRequest) -> HttpResponse:
    """Say that it is not here any more, and where whoever may bring tables in can choose it again."""
    offered = list(_offered(request))
    if not offered:
        raise Http404
    return render(request, "people/import_gone.html", {"offered": offered}, status=HTTPStatus.NOT_FOUND)


def _offered(request: HttpRequest) -> Iterator[Brought]:
    for name in kind_names():
        with suppress(PermissionDenied):
            yield _brought(request, name)


def _to(pending: PendingImport) -> HttpResponse:
    return redirect("people:import-show", pk=pending.pk)


@require_safe
@login_required
def template(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """A table with the header and one example, to fill in."""
    columns = _brought(request, kind).table.columns
    return _download(f"{kind}-template.csv", columns, [[column.example for column in columns]])


@require_safe
@login_required
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    table = _brought(request, kind).table
    return _download(f"{kind}.csv", table.columns, table.lines())


def _planned(table: Table, content: bytes) -> list[Planned]:
    required = [column.name for column in table.columns if column.is_required]
    optional = [column.name for column in table.columns if not column.is_required]
    return plan_rows(table, read_rows(io.BytesIO(content), required, optional))


def _report(planned: Sequence[Planned]) -> dict[str, Any]:
    """What is shown of the rows, as JSON can hold it."""
    counts = Counter(row.verdict for row in planned)
    groups = []
    for verdict, most in SHOWN.items():
        rows = [row for row in planned if row.verdict == verdict]
        if rows:
            shown = [{"number": row.number, "label": row.label, "sentence": row.sentence} for row in rows[:most]]
            groups.append(
                {"verdict": verdict.value, "count": len(rows), "rows": shown, "more": max(0, len(rows) - most)}
            )
    return {"groups": groups, "has_work": bool(counts[Verdict.ADDED] + counts[Verdict.CHANGED]), "total": len(planned)}


def _with_labels(report: dict[str, Any]) -> dict[str, Any]:
    """The same with the verdicts in the reader's language."""
    return report | {"groups": [group | {"verdict": Verdict(group["verdict"])} for group in report["groups"]]}


def _context(brought: Brought, **more: Any) -> dict[str, Any]:
    return {"brought": brought, "table": brought.table, "form": ImportForm(), **more}


def _download(name: str, columns: Sequence[Any], rows: Any) -> StreamingHttpResponse:
    lines = write_rows([column.name for column in columns], rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
