"""Adding, changing, ending and deleting an office's goals. Nothing else writes one."""

from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.actions.checking import checked_text
from requests_app.models import Goal, ServiceRequest
from servicedesk.exceptions import ChangedMeanwhile, InvalidInput, TransitionNotAllowed
from servicedesk.frame import times
from servicedesk.people.actions.storing import changed_fields
from servicedesk.people.models import Office, User

LONGEST_NAME = 160


@transaction.atomic
def add_goal(
    *,
    office: Office,
    name: str,
    owner: User | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Goal:
    """Give the office one more goal, which requests may serve from its first day to its last."""
    _hold(office.pk)
    goal = Goal(office=office, name=_checked_name(name), owner=owner, starts_on=starts_on, ends_on=ends_on)
    _check(goal)
    goal.save()
    return goal


def goal_version(goal: Goal) -> str:
    """What a form of the goal was shown: it changes with any of its facts."""
    facts = (goal.name, goal.owner_id, goal.starts_on, goal.ends_on)
    return sha256(repr([str(fact) for fact in facts]).encode()).hexdigest()[:16]


@transaction.atomic
def change_goal(*, goal_id: int, seen: str | None = None, **facts: Any) -> Goal:
    """Change name, owner, starts_on or ends_on; requests that serve the goal go on serving it.

    Raises ChangedMeanwhile when `seen`, the goal_version that the form showed, is not the present one; a form that does
    not say what it showed gives an empty text.
    """
    goal = _held(goal_id)
    if seen is not None and seen != goal_version(goal):
        raise ChangedMeanwhile(_changed_sentence(goal) if seen else _unsaid_sentence(goal))
    if "name" in facts:
        facts["name"] = _checked_name(facts["name"])
    changed = changed_fields(goal, facts)
    _check(goal)
    goal.save(update_fields=changed)
    return goal


def _changed_sentence(goal: Goal) -> str:
    return _(
        "A colleague changed this goal after you opened it: “%(name)s”, %(owner)s, from %(first)s until %(last)s. "
        "What you typed is still here: save again to put it in place of that."
    ) % _facts_in_words(goal)


def _unsaid_sentence(goal: Goal) -> str:
    return _(
        "This form does not say what it showed when you opened it. The goal is now “%(name)s”, %(owner)s, "
        "from %(first)s until %(last)s. What you typed is still here: save again to put it in place of that."
    ) % _facts_in_words(goal)


def _facts_in_words(goal: Goal) -> dict[str, Any]:
    return {
        "name": goal.name,
        "owner": goal.owner or _("no owner"),
        "first": times.full_day(goal.starts_on) if goal.starts_on else "…",
        "last": times.full_day(goal.ends_on) if goal.ends_on else "…",
    }


@transaction.atomic
def end_goal(*, goal_id: int, today: date) -> Goal:
    """Make today the goal's last day; one that has ended keeps its day, so ending it twice is no mistake."""
    goal = _held(goal_id)
    if goal.ends_on and goal.ends_on <= today:
        return goal
    if not goal.has_begun(today):
        raise InvalidInput(_("“%(name)s” has not begun yet. Edit its days instead.") % {"name": goal.name})
    goal.ends_on = today
    goal.save(update_fields=["ends_on"])
    return goal


@transaction.atomic
def delete_goal(*, goal_id: int) -> str:
    """Take away a goal that no request ever named, and return its name; one in use is ended instead."""
    goal = _held(goal_id)
    used = ServiceRequest.objects.filter(goal=goal).count()
    if used:
        sentence = ngettext(
            "%(number)d request names “%(name)s”, so it stays. End it instead: then nobody can choose it any more.",
            "%(number)d requests name “%(name)s”, so it stays. End it instead: then nobody can choose it any more.",
            used,
        )
        raise TransitionNotAllowed(sentence % {"number": used, "name": goal.name})
    goal.delete()
    return goal.name


def _hold(office_id: int) -> None:
    """Have whoever writes goals of the office wait their turn, so that no two take the same name."""
    Office.objects.select_for_update(no_key=True).get(pk=office_id)


def _held(goal_id: int) -> Goal:
    _hold(Goal.objects.values_list("office_id", flat=True).get(pk=goal_id))
    return Goal.objects.select_related("owner").get(pk=goal_id)


def _checked_name(name: str) -> str:
    """One line of at most LONGEST_NAME characters."""
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(_("Name the goal in one line."), field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(
            _("A goal's name has at most %(longest)d characters. Shorten it.") % {"longest": LONGEST_NAME}, field="name"
        )
    return checked_text(name, field="name", longest=LONGEST_NAME)


def check_facts(*, name: str, starts_on: date | None, ends_on: date | None) -> None:
    """Raises InvalidInput for what no goal may say, whichever others there are."""
    _checked_name(name)
    if starts_on and ends_on and ends_on < starts_on:
        raise InvalidInput(
            _("The last day is before the first. Choose a later one, or leave it empty."), field="ends_on"
        )


def _check(goal: Goal) -> None:
    check_facts(name=goal.name, starts_on=goal.starts_on, ends_on=goal.ends_on)
    if Goal.objects.filter(office_id=goal.office_id, name__iexact=goal.name).exclude(pk=goal.pk).exists():
        raise InvalidInput(_("The office has a goal of that name already. Choose another name."), field="name")
