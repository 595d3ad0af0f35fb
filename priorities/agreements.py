"""What the pages about agreements read: of one office, and never what was agreed with the reader."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from priorities.models import Agreement
from priorities.models.agreement import AgreementQuerySet
from servicedesk.frame.addresses import read_id
from servicedesk.paging import PAGE_SIZE, Page, id_of, page_of
from servicedesk.people.models import Office, User

EXPIRES_WITHIN = timedelta(days=30)
FORMALITIES = {"formal": True, "informal": False}


class State(models.TextChoices):
    """The tabs of the list, in their order."""

    IN_FORCE = "in-force", _("In force")
    BEGINNING = "beginning", _("To begin")
    OVER = "over", _("Ended")

    def of(self, rows: AgreementQuerySet, today: date) -> AgreementQuerySet:
        if self is State.BEGINNING:
            return rows.beginning(today)
        return rows.over(today) if self is State.OVER else rows.in_force(today)


@dataclass(frozen=True)
class Narrowed:
    """Which agreements a page shows: what its address says, made fit to be asked for."""

    state: State
    words: str = ""
    formality: str = ""
    after: str = ""

    @classmethod
    def of(cls, state: str, words: str, formality: str, after: str) -> "Narrowed":
        known = State(state) if state in State.values else State.IN_FORCE
        return cls(known, words, formality if formality in FORMALITIES else "", after)

    @property
    def is_filtered(self) -> bool:
        return bool(self.words or self.formality)


def readable(office: Office, reader: User) -> AgreementQuerySet:
    """The office's agreements with the parties, without those that are about the reader."""
    rows = Agreement.objects.filter(office=office).not_about(reader)
    return rows.select_related("office", "person", "department", "by", "ended_by")


def agreements_page(office: Office, narrowed: Narrowed, *, reader: User, today: date) -> Page[Agreement]:
    """Newest first, in one statement."""
    rows = narrowed.state.of(readable(office, reader), today).matching(narrowed.words)
    if narrowed.formality:
        rows = rows.filter(is_formal=FORMALITIES[narrowed.formality])
    if last := read_id(narrowed.after):
        rows = rows.filter(pk__lt=last)
    return page_of(list(rows.order_by("-pk")[: PAGE_SIZE + 1]), id_of)


def expiring_agreements(office: Office, *, reader: User, today: date) -> QuerySet[Agreement]:
    """Those in force whose last day is at most thirty days away, the next to end first."""
    soon = readable(office, reader).in_force(today).filter(ends_on__lte=today + EXPIRES_WITHIN)
    return soon.order_by("ends_on", "pk")


def unconfirmed_agreements(office: Office, *, reader: User, today: date) -> QuerySet[Agreement]:
    """Formal ones, in force or to begin, that the other side never confirmed; the longest first."""
    rows = readable(office, reader).standing().filter(is_formal=True, confirmed_on=None)
    return rows.exclude(ends_on__lt=today).order_by("starts_on", "pk")
