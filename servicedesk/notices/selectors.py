"""What the page of undelivered letters shows: who, about what and why, and never a letter's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from servicedesk.frame.addresses import read_id
from servicedesk.notices import kinds
from servicedesk.notices.models import Notice
from servicedesk.paging import PAGE_SIZE, Page, id_of, page_of

COUNTED_AT_MOST = 999


@dataclass(frozen=True)
class Undelivered:
    """One letter that needs a decision."""

    notice: Notice
    title: str
    subject: str

    @property
    def is_uncertain(self) -> bool:
        return self.notice.state == Notice.State.UNCERTAIN


@dataclass(frozen=True)
class Outage:
    """Letters that wait because no mail server takes any."""

    count: int
    since: datetime | None
    problem: str


@dataclass(frozen=True)
class UndeliveredPage(Page[Undelivered]):
    """Newest first, with what else keeps letters from going out."""

    outage: Outage

    @property
    def given_up(self) -> list[int]:
        """Those of this page that surely did not arrive."""
        return [row.notice.pk for row in self.rows if not row.is_uncertain]


def undelivered_page(*, after: str, size: int = PAGE_SIZE) -> UndeliveredPage:
    """Return the rows that follow the one with that id; an id that leads nowhere starts from the top."""
    notices = Notice.objects.for_a_person().select_related("recipient").order_by("-settled_at", "pk")
    last = (
        Notice.objects.filter(pk=read_id(after) or 0).exclude(settled_at=None).values_list("settled_at", "pk").first()
    )
    if last:
        notices = notices.filter(Q(settled_at__lt=last[0]) | Q(settled_at=last[0], pk__gt=last[1]))
    page = page_of(list(notices[: size + 1]), id_of, size)
    subjects = kinds.subjects_of(notice.about for notice in page.rows)
    rows = [Undelivered(notice, kinds.title_of(notice.kind), subjects.get(notice.about, "")) for notice in page.rows]
    return UndeliveredPage(rows, page.next_after, outage())


def outage() -> Outage:
    """What was put back untried because the mail server was away, and has not gone out since."""
    waiting = Notice.objects.held_up(timezone.now()).exclude(retry_at=None)
    told = waiting.aggregate(count=Count("pk"), since=Min("due_at"), problem=Max("problem"))
    return Outage(told["count"], told["since"], told["problem"] or "")


def count_for_a_person() -> str | int | None:
    """How many letters need a decision, counted so far as anybody wants to know; None when none does."""
    count = Notice.objects.for_a_person()[: COUNTED_AT_MOST + 1].count()
    return f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else count or None


def ids_of(texts: Iterable[str]) -> list[int]:
    """The ids among what a page sent back; nonsense names no row."""
    return [pk for pk in map(read_id, texts) if pk is not None]
