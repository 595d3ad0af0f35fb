"""Who an office's customers are, who of them may be asked now, and whom a wave draws."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from feedback import sampling
from feedback.models import CircleBookmark, Invitation, SurveyPlan, SurveyPreference, Wave
from requests_app.models import ServiceRequest
from servicedesk.people.access import Role
from servicedesk.people.models import Membership, User

CUSTOMER_FOR = timedelta(days=365)
NEVER_ASKED = (Role.ASSISTANT, Role.MANAGER)


@dataclass(frozen=True)
class DepartmentDraw:
    """The people of one department whom a wave asks, and where its circle goes on next time."""

    department_id: int | None
    customers: int
    person_ids: tuple[int, ...]
    bookmark: float


def staff_of(office_id: int) -> QuerySet[Membership]:
    """Those who are never asked about the office: they get the helpers' pulse."""
    return Membership.objects.filter(office_id=office_id, role__in=NEVER_ASKED)


def customers_of(office_id: int, now: datetime) -> QuerySet[User]:
    """Whoever had a request in the last twelve months, and people the office added; not its own staff."""
    year = (now - CUSTOMER_FOR, now)
    # One probe of an index a person: a year of an office's requests is much longer than its house has people.
    asked = ServiceRequest.objects.filter(requester=OuterRef("pk"), office=office_id, received_at__range=year)
    added = SurveyPreference.objects.filter(person=OuterRef("pk"), office=office_id, is_added=True)
    return (
        User.objects.active()
        .filter(Q(Exists(asked)) | Q(Exists(added)))
        .exclude(pk__in=staff_of(office_id).values("person"))
    )


def resting(plan: SurveyPlan, now: datetime) -> QuerySet[Invitation]:
    """Invitations, by whichever office, that are too recent for their people to be asked again."""
    return Invitation.objects.filter(asked_at__gt=now - timedelta(days=plan.rest_days), asked_at__lte=now)


def asked_in_any_account(person: User) -> Q:
    """Row filter on invitations: the person was asked, in this account or in one that was merged into it."""
    return Q(person=person) | Q(person__merged_into=person)


def opted_out(office_id: int) -> QuerySet[SurveyPreference]:
    return SurveyPreference.objects.filter(office_id=office_id, is_opted_out=True)


def latest_wave(office_id: int) -> Wave | None:
    return Wave.objects.filter(office=office_id).monthly().order_by("-number").first()


def number_after(latest: Wave | None) -> int:
    return latest.number + 1 if latest else 1


def draw(plan: SurveyPlan, number: int, now: datetime) -> list[DepartmentDraw]:
    """Return whom wave `number` asks, department by department; the same draw as long as nobody was asked since."""
    circles: dict[int | None, list[str]] = defaultdict(list)
    for person_id, department_id in customers_of(plan.office_id, now).values_list("pk", "department_id"):
        circles[department_id].append(str(person_id))
    asked = resting(plan, now).values_list("person_id", "person__merged_into_id")
    barred = {str(pk) for accounts in asked for pk in accounts if pk is not None}
    barred |= {str(pk) for pk in opted_out(plan.office_id).values_list("person_id", flat=True)}
    bookmarks: dict[int | None, float] = dict(
        CircleBookmark.objects.filter(office_id=plan.office_id).values_list("department_id", "position")
    )
    return [
        _draw_department(plan, number, department_id, people, barred, bookmarks.get(department_id, 0.0))
        for department_id, people in sorted(circles.items(), key=lambda item: item[0] or 0)
    ]


def _draw_department(
    plan: SurveyPlan, number: int, department_id: int | None, people: Iterable[str], barred: set[str], bookmark: float
) -> DepartmentDraw:
    circle = sampling.place_on_circle(plan.salt, people)
    count = sampling.quota(plan.fraction, len(circle), number)
    drawn = sampling.draw(circle, {person for _, person in circle} - barred, count, bookmark)
    return DepartmentDraw(department_id, len(circle), tuple(int(person) for person in drawn.people), drawn.bookmark)
