"""Rules and their effect as a page says them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from priorities.effect import DepartmentMove, Effect, Move
from priorities.models import RuleSet
from priorities.scoring import CRITERIA
from priorities.stability import WeightRange
from priorities.wording import CRITERION_NAMES, Words
from requests_app.models import ServiceRequest

NO_SCORE = gettext_lazy(
    "With 0 days the levels do not count: only waiting time and the team's head start order the queue."
)


@dataclass(frozen=True)
class Weight:
    """One criterion's share of the score."""

    name: Words
    percent: float
    days: float
    unknown: float

    @property
    def words(self) -> str:
        return f"{self.percent:.0f} %"


@dataclass(frozen=True)
class MovedRequest:
    """A request and where it goes."""

    reference: str
    title: str
    requester: str
    old: int
    new: int
    change: str
    mark: str


@dataclass(frozen=True)
class MovedDepartment:
    name: str
    number: int
    up: int
    down: int
    change: str


@dataclass(frozen=True)
class Firmness:
    """Within which shares the same ten requests stay on top."""

    name: Words
    now: str
    low: str
    high: str


@dataclass(frozen=True)
class EffectInWords:
    number: int
    moved: str
    degree: str
    overlap: str
    agreement: str
    top: list[MovedRequest]
    risers: list[MovedRequest]
    fallers: list[MovedRequest]
    departments: list[MovedDepartment]
    firmness: list[Firmness]


def weights_in_words(rule_set: RuleSet) -> list[Weight]:
    """The criteria of a rule set, the heaviest first."""
    unknown = rule_set.unknown_levels()
    weights = [
        Weight(CRITERION_NAMES[key], 100 * weight, rule_set.score_days * weight, unknown[key])
        for key, weight in rule_set.weights_by_name().items()
    ]
    return sorted(weights, key=lambda weight: -weight.percent)


def effect_in_words(effect: Effect) -> EffectInWords:
    """Name what moves, with a statement for the requests named."""
    rows = ServiceRequest.objects.filter(pk__in=effect.shown_ids).select_related("requester").defer("search")
    named = rows.in_bulk()

    def told(moves: Iterable[Move]) -> list[MovedRequest]:
        return [_moved_request(move, named[move.id]) for move in moves]

    return EffectInWords(
        number=effect.number,
        moved=_moved(effect),
        degree=_degree(effect),
        overlap=f"{effect.rbo:.2f}",
        agreement=f"{effect.tau_b:.2f}",
        top=told(effect.top),
        risers=told(effect.risers),
        fallers=told(effect.fallers),
        departments=[_moved_department(each) for each in effect.departments],
        firmness=[_firmness(key, effect.firmness[key]) for key in CRITERIA],
    )


def _moved(effect: Effect) -> str:
    if not effect.moved:
        return ""
    text = ngettext(
        "%(count)s of %(all)s requests changes its place.",
        "%(count)s of %(all)s requests change their place.",
        effect.moved,
    )
    return text % {"count": f"{effect.moved:,}", "all": f"{effect.number:,}"}


def _degree(effect: Effect) -> str:
    """The top counts most: a change among the first weighs more than one far behind."""
    if not effect.number:
        return ""
    if not effect.moved:
        return _("The order stays as it is.")
    return {
        "hardly": _("The order hardly changes."),
        "somewhat": _("The order changes somewhat."),
        "strongly": _("The order changes strongly."),
    }[effect.degree]


def _moved_request(move: Move, row: ServiceRequest) -> MovedRequest:
    return MovedRequest(
        reference=row.reference,
        title=row.title,
        requester=row.requester.name,
        old=move.old,
        new=move.new,
        change=_places(move.places),
        mark=_mark(move),
    )


def _mark(move: Move) -> str:
    if move.enters_top:
        return _("enters the top ten")
    return _("leaves the top ten") if move.leaves_top else ""


def _places(places: int) -> str:
    if not places:
        return _("stays")
    text = (
        ngettext("up %(count)s", "up %(count)s", places)
        if places > 0
        else ngettext("down %(count)s", "down %(count)s", -places)
    )
    return text % {"count": f"{abs(places):,}"}


def _moved_department(each: DepartmentMove) -> MovedDepartment:
    places = round(each.places, 1) or 0
    average = f"{places:+,.10g}".replace("-", "−") if places else "0"
    return MovedDepartment(each.name or _("no department"), each.number, each.up, each.down, average)


def _firmness(key: str, one: WeightRange) -> Firmness:
    return Firmness(
        CRITERION_NAMES[key], f"{100 * one.weight:.0f} %", f"{100 * one.low:.0f} %", f"{100 * one.high:.0f} %"
    )
