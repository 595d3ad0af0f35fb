"""From a row of the file to a request that may be stored, or a sentence why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from requests_app.actions.checking import checked_text, checked_title
from requests_app.importing.mapping import ImportMap
from requests_app.models import Goal, ServiceRequest
from servicedesk.exceptions import InvalidInput
from servicedesk.people.access import Role
from servicedesk.people.imports.plan import RowRefused, SeenOnce
from servicedesk.people.models import Department, Office, User
from servicedesk.tabular import Row

Status = ServiceRequest.Status
LONGEST_ID = 120
LONGEST_NAME = 120


@dataclass(frozen=True)
class Newcomer:
    """A person as the file names them; they are made when nobody has the address yet."""

    email: str
    name: str
    department_id: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A row that passed every check."""

    row: int
    identity: str
    title: str
    purpose: str
    kind: str
    status: str
    requester: Newcomer
    assignee: Newcomer | None
    goal_id: int | None
    received_at: datetime
    reply_due_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None

    @property
    def people(self) -> list[Newcomer]:
        return [self.requester, self.assignee] if self.assignee else [self.requester]


@dataclass(frozen=True)
class Times:
    received: datetime
    answered: datetime | None
    closed: datetime | None


class Judge:
    """Holds what the rows are compared with, read once."""

    def __init__(self, office: Office, import_map: ImportMap, now: datetime) -> None:
        self.office, self.map, self.now = office, import_map, now
        self.seen = SeenOnce()
        self.departments = {one.name.casefold(): one.pk for one in Department.objects.all()}
        self.goals = {one.name.casefold(): one.pk for one in Goal.objects.filter(office=office)}
        assistants = User.objects.active().filter(memberships__office=office, memberships__role=Role.ASSISTANT)
        # Also by the addresses of accounts that were merged into theirs.
        addresses = User.objects.filter(Q(pk__in=assistants) | Q(merged_into__in=assistants))
        self.assistants = set(addresses.values_list("email", flat=True))

    def judge(self, row: Row) -> Candidate:
        """Return the request of a row; RowRefused with a sentence."""
        if row.problem:
            raise RowRefused(row.problem)
        cells = {ours: row.values.get(theirs, "") for ours, theirs in self.map.columns.items()}
        identity = self._identity(row, cells)
        times = self._times(cells)
        status = self._status(cells, times)
        return Candidate(
            row=row.number,
            identity=identity,
            title=self._text(checked_title, cells["title"]),
            purpose=self._text(_purpose, cells.get("purpose", "")),
            kind=self._kind(cells),
            status=status,
            requester=self._requester(cells),
            assignee=self._assignee(cells, status),
            goal_id=self._known(self.goals, self.map.goals, cells.get("goal", ""), _("goal of this office")),
            received_at=times.received,
            reply_due_at=self.office.reply_due(times.received),
            answered_at=times.answered,
            closed_at=times.closed,
        )

    def _identity(self, row: Row, cells: Mapping[str, str]) -> str:
        identity = cells["id"]
        if not identity:
            raise RowRefused(_("The row has no id. Without one a second run could not know it again."))
        if len(identity) > LONGEST_ID:
            raise RowRefused(_("The id is longer than %(longest)d characters.") % {"longest": LONGEST_ID})
        self.seen.check(identity, row)
        return identity

    def _text(self, check: Callable[[str], str], text: str) -> str:
        try:
            return check(text)
        except InvalidInput as problem:
            raise RowRefused(str(problem)) from problem

    def _times(self, cells: Mapping[str, str]) -> Times:
        received = self._time(cells["received"], None)
        if received is None:
            raise RowRefused(_("The row does not say when the request was received."))
        answered = self._time(cells.get("answered", ""), received)
        closed = self._time(cells.get("closed", ""), answered or received)
        return Times(received, answered, closed)

    def _time(self, text: str, not_before: datetime | None) -> datetime | None:
        if not text:
            return None
        try:
            instant = self.map.instant(text, not_before=not_before)
        except (ValueError, OverflowError) as problem:
            raise RowRefused(str(problem)) from problem
        if instant > self.now:
            raise RowRefused(_("“%(text)s” is still to come.") % {"text": text[:60]})
        if not_before is not None and instant < not_before:
            raise RowRefused(_("“%(text)s” is before what happened earlier.") % {"text": text[:60]})
        return instant

    def _status(self, cells: Mapping[str, str], times: Times) -> str:
        written = cells.get("status", "")
        if written:
            status = self.map.statuses.get(written.casefold(), "")
            if not status:
                raise RowRefused(_("The map does not say what the state “%(state)s” means.") % {"state": written[:60]})
        else:
            status = self.map.default_status or _status_from(times)
        if status in ServiceRequest.CLOSED and times.closed is None:
            raise RowRefused(_("The request is closed, but the row does not say when."))
        if status not in ServiceRequest.CLOSED and times.closed is not None:
            raise RowRefused(_("The request is open, but the row says when it was closed."))
        return status

    def _kind(self, cells: Mapping[str, str]) -> str:
        written = cells.get("kind", "")
        if not written:
            return self.map.default_kind
        kind = self.map.kinds.get(written.casefold(), written.casefold())
        if kind not in ServiceRequest.Kind.values:
            raise RowRefused(_("The map does not say which kind “%(kind)s” is.") % {"kind": written[:60]})
        return kind

    def _requester(self, cells: Mapping[str, str]) -> Newcomer:
        email = _email(cells["requester_email"])
        name = " ".join(cells.get("requester_name", "").split()) or email.partition("@")[0]
        department = cells.get("department", "")
        department_id = self._known(self.departments, self.map.departments, department, _("department"))
        return Newcomer(email, name[:LONGEST_NAME], department_id)

    def _assignee(self, cells: Mapping[str, str], status: str) -> Newcomer | None:
        """Whoever closed it long ago may have left; who is to go on with it must be able to."""
        written = cells.get("assignee_email", "")
        if not written:
            return None
        email = _email(written)
        if status not in ServiceRequest.CLOSED and email not in self.assistants:
            raise RowRefused(
                _("%(email)s is no assistant of this office. Give them that role first, or leave the owner empty.")
                % {"email": email}
            )
        return Newcomer(email, email.partition("@")[0])

    def _known(self, known: Mapping[str, int], renamed: Mapping[str, str], written: str, what: str) -> int | None:
        if not written:
            return None
        name = renamed.get(written.casefold(), written)
        found = known.get(name.casefold())
        if found is None:
            raise RowRefused(
                _("There is no %(what)s “%(name)s”. Add it first, or say in the map which one is meant.")
                % {"what": what, "name": name[:80]}
            )
        return found


def _purpose(text: str) -> str:
    return checked_text(text, field="purpose", required=False)


def _status_from(times: Times) -> str:
    if times.closed is not None:
        return Status.RESOLVED
    return Status.NEW if times.answered is None else Status.IN_PROGRESS


@lru_cache(maxsize=10_000)
def _email(written: str) -> str:
    """Check an address once; the same people stand in many rows."""
    email = written.strip().lower()
    try:
        validate_email(email)
    except ValidationError as problem:
        raise RowRefused(_("“%(email)s” is not an e-mail address.") % {"email": email[:80]}) from problem
    return email
