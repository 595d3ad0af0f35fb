"""What an office needs before it can ask anybody: its questions, and a plan of when and whom to ask."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.bank import BANK
from feedback.models import Question, SurveyPlan, SurveyPreference
from feedback.selection import staff_of
from servicedesk.exceptions import InvalidInput
from servicedesk.people.models import Office, User


@transaction.atomic
def prepare_office(*, office: Office, now: datetime) -> SurveyPlan:
    """Give an office the bank's questions and a plan that begins next month; an office that has them keeps its own."""
    plan, is_new = SurveyPlan.objects.get_or_create(
        office=office, defaults={"salt": secrets.token_hex(16), "starts_on": _first_of_next_month(office, now)}
    )
    if is_new:
        Question.objects.bulk_create(
            Question(
                office=office,
                key=entry.key,
                name=str(entry.name),
                text=str(entry.text),
                labels=[str(label) for label in entry.labels],
                place=place,
                is_strength=entry.is_strength,
            )
            for place, entry in enumerate(BANK)
        )
    return plan


def _first_of_next_month(office: Office, now: datetime) -> date:
    today = now.astimezone(office.zone).date()
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


@transaction.atomic
def replace_question(*, question_id: int, text: str, labels: Sequence[str]) -> Question:
    """Ask the same thing in other words from now on; the old question keeps its answers and is no longer asked."""
    old = Question.objects.select_for_update().get(pk=question_id)
    if not old.is_asked:
        raise InvalidInput(_("This question was replaced meanwhile. Reload the page to see the one that is asked."))
    if (text, list(labels)) == (old.text, old.labels):
        raise InvalidInput(_("These are the words that are asked now. Change some of them, or leave it as it is."))
    old.is_asked = False
    old.save(update_fields=["is_asked"])
    return Question.objects.create(
        office_id=old.office_id,
        key=old.key,
        name=old.name,
        text=text,
        labels=list(labels),
        place=old.place,
        is_strength=old.is_strength,
    )


@transaction.atomic
def change_plan(
    *,
    office_id: int,
    is_running: bool | None = None,
    asks_a_year: int | None = None,
    ratings_percent: int | None = None,
) -> SurveyPlan:
    """Stop or go on sending surveys, or change how many people they ask; None leaves a value as it is."""
    plan = SurveyPlan.objects.select_for_update().get(office_id=office_id)
    wanted = {"is_running": is_running, "asks_a_year": asks_a_year, "ratings_percent": ratings_percent}
    changed = {name: value for name, value in wanted.items() if value is not None}
    for name, value in changed.items():
        setattr(plan, name, value)
    plan.save(update_fields=list(changed))
    return plan


@transaction.atomic
def add_customer(*, office: Office, person: User) -> None:
    """Count a person among the office's customers although they asked for nothing in the last twelve months."""
    if staff_of(office.pk).filter(person=person).exists():
        raise InvalidInput(
            _("%(name)s works in this office. People are not asked about their own office.") % {"name": person},
            field="email",
        )
    SurveyPreference.objects.update_or_create(
        office=office, person=person, defaults={"is_added": True}, create_defaults={"is_added": True}
    )


def remove_customer(*, office_id: int, person_id: int) -> None:
    """Take back that a person was added; what they asked for themselves still counts."""
    SurveyPreference.objects.filter(office_id=office_id, person_id=person_id).update(is_added=False)
