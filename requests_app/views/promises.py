"""What is promised now, and the ledger of what became of promises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests_app.forms.ledger import LedgerForm
from requests_app.ledger import Tally, Wanted, ledger_lines, ledger_page, tallies, total
from requests_app.paging import read_cursor
from requests_app.selectors import end_of_today, open_promises
from servicedesk.frame.addresses import read_id
from servicedesk.people.access import Role, access_of, person_of, role_required
from servicedesk.people.choosing import Choice, choose_office
from servicedesk.tabular import write_rows

SEE_NUMBERS = (Role.ASSISTANT, Role.MANAGER, Role.EXECUTIVE)
SEE_REQUESTS = (Role.ASSISTANT, Role.EXECUTIVE)


@require_safe
@role_required(Role.ASSISTANT)
def promise_list(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    now = timezone.now()
    midnight = end_of_today(now)
    promises = open_promises(user, now)
    context = {
        "overdue": [promise for promise in promises if promise.due_at < now],
        "today": [promise for promise in promises if now <= promise.due_at < midnight],
        "later": [promise for promise in promises if promise.due_at >= midnight],
        "promises": promises,
    }
    return render(request, "requests_app/promise_list.html", context)


@dataclass(frozen=True)
class Asked:
    """What the address asks of the ledger, for a reader of this office."""

    choice: Choice
    form: LedgerForm
    people: Sequence[Tally]
    person: Tally | None
    sees_requests: bool
    now: datetime

    @property
    def wanted(self) -> Wanted:
        person_id = self.person.person_id if self.person else None
        return Wanted(self.form.span, self.form.chosen_end, person_id, self.now)


@role_required(*SEE_NUMBERS)
@require_safe
def promise_ledger(request: HttpRequest) -> HttpResponse:
    """The numbers for all who answer for the office; the promises themselves for who may see its requests."""
    asked = _asked(request)
    place = read_cursor(request.GET.get("after", ""))
    page = ledger_page(asked.wanted, place) if asked.sees_requests else None
    context = {
        "office": asked.choice.office,
        "works_here": access_of(person_of(request)).works_in(asked.choice.office.pk),
        "offices": asked.choice.offices,
        "form": asked.form,
        "span": asked.form.span,
        "people": asked.people,
        "person": asked.person,
        "total": total(asked.people),
        "page": page,
        "is_further": place is not None,
    }
    return render(request, "requests_app/promise_ledger.html", context)


@role_required(*SEE_NUMBERS)
@require_safe
def promise_ledger_csv(request: HttpRequest, table: str) -> HttpResponse:
    asked = _asked(request)
    if table == "people":
        lines = write_rows(PEOPLE, _people_cells(asked.people))
    elif table == "promises" and asked.sees_requests:
        lines = write_rows(PROMISES, _promise_cells(asked))
    else:
        raise Http404
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{asked.choice.office.prefix.lower()}-{table}.csv"'
    return response


def _asked(request: HttpRequest) -> Asked:
    choice = choose_office(request, *SEE_NUMBERS)
    now = timezone.now()
    form = LedgerForm(request.GET.dict(), office=choice.office, now=now)
    form.full_clean()  # what is wrong is said at its field, and the rest still holds
    people = tallies(form.span, now)
    wanted = read_id(request.GET.get("person", ""))
    return Asked(
        choice,
        form,
        people,
        next((one for one in people if one.person_id == wanted), None),
        choice.office.pk in access_of(person_of(request)).offices_as(*SEE_REQUESTS),
        now,
    )


PEOPLE = ("person", "made", "kept", "moved", "broken", "no_longer_needed", "not_yet_due")
PROMISES = ("request", "to", "by", "made_at", "due_at", "settled_at", "outcome", "words")


def _people_cells(people: Sequence[Tally]) -> Iterator[Sequence[str]]:
    for one in people:
        yield (one.name, *(str(number) for number in (one.made, one.kept, one.moved, one.broken, one.void, one.open)))


def _promise_cells(asked: Asked) -> Iterator[Sequence[str]]:
    for line in ledger_lines(asked.wanted):
        promise = line.promise
        instants = (promise.made_at, promise.due_at, promise.settled_at)
        yield (
            promise.service_request.reference,
            promise.service_request.requester.name,
            promise.made_by.name,
            *(timezone.localtime(at).isoformat(timespec="minutes") if at else "" for at in instants),
            line.words,
            promise.words,
        )
