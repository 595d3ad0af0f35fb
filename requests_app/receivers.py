"""How a change among the people reaches their requests: inside the transaction of the change."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import ngettext

from requests_app import actions
from requests_app.left_alone import left_alone_in_words
from requests_app.merging_in_words import merging_in_words
from requests_app.models import ServiceRequest
from servicedesk.exceptions import InvalidInput
from servicedesk.people.events import (
    assistants_left,
    last_assistant_leaving,
    memberships_changed,
    office_closing,
    people_merged,
    people_merging,
)
from servicedesk.people.models import Office, User


def connect() -> None:
    office_closing.connect(on_office_closing, dispatch_uid="requests.keep_office")
    last_assistant_leaving.connect(on_last_assistant_leaving, dispatch_uid="requests.left_alone")
    assistants_left.connect(on_assistants_left, dispatch_uid="requests.give_back")
    memberships_changed.connect(on_memberships_changed, dispatch_uid="requests.remind")
    people_merging.connect(on_people_merging, dispatch_uid="requests.merging")
    people_merged.connect(on_people_merged, dispatch_uid="requests.merged")


def on_office_closing(*, office: Office, **_: Any) -> None:
    """Nothing that somebody waits for may drop out of sight with its office."""
    waiting = ServiceRequest.objects.open().filter(office=office).count()
    if waiting:
        raise InvalidInput(
            ngettext(
                "%(count)d request of this office is still open. Finish it first, then take the office out of use.",
                "%(count)d requests of this office are still open. Finish them first, then take the office out of use.",
                waiting,
            )
            % {"count": waiting},
            field="is_active",
        )


def on_last_assistant_leaving(*, office: Office, person: User, **_: Any) -> list[str]:
    return left_alone_in_words(office, person)


def on_assistants_left(*, office_id: int | None, person_ids: Collection[int], now: datetime | None, **_: Any) -> None:
    actions.release_all(person_ids=person_ids, office_id=office_id, now=now)


def on_memberships_changed(*, office_id: int, person_ids: Collection[int], now: datetime, **_: Any) -> None:
    actions.remind_newcomers(office_id=office_id, person_ids=person_ids, now=now)


def on_people_merging(*, kept: User, merged: User, **_: Any) -> list[str]:
    return merging_in_words(kept, merged)


def on_people_merged(*, kept: User, merged: User, by: User, now: datetime, **_: Any) -> None:
    actions.hand_over_requests(kept=kept, merged=merged, by=by, now=now)
