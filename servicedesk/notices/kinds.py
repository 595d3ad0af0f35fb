"""The kinds of notice the apps have registered: how each is written and whether it is still due."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from servicedesk.notices.models import Notice


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice.

    `template` is a text template under templates/notices/ whose first line is the subject.
    `context` reads what the template needs; it may return None when the object is gone.
    `still_due` is a condition on Notice rows (Exists over the object), evaluated in the claiming statement,
    so that a reminder whose cause has gone is dropped and never sent.
    """

    name: str
    template: str
    context: Callable[[Notice], dict[str, Any] | None]
    still_due: Callable[[], Q] | None = None


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> None:
    """Make a kind known; called from an app's ready()."""
    _kinds[kind.name] = kind


def get(name: str) -> NoticeKind:
    """Return the kind; KeyError when no app registered it."""
    return _kinds[name]


def every_kind() -> list[NoticeKind]:
    return list(_kinds.values())
