"""The kinds of notice the apps have registered: how each is written and whether it is still due."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from servicedesk.notices.models import Notice

SubjectNames = Callable[[list[str]], Mapping[str, str]]


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice.

    `template` is a text template under templates/notices/ whose first line is the subject.
    `context` reads what the template needs; it may return None when the object is gone.
    `still_due` is a condition on Notice rows (Exists over the object), evaluated in the claiming statement,
    so that a reminder whose cause has gone is dropped and never sent.
    `title` names the kind on screen.
    The row's own context holds no secret: a link that signs in is made by `context` when the letter is written.
    """

    name: str
    template: str
    context: Callable[[Notice], dict[str, Any] | None]
    still_due: Callable[[], Q] | None = None
    title: str | Promise = ""


_kinds: dict[str, NoticeKind] = {}
_subject_names: dict[str, SubjectNames] = {}


def register(kind: NoticeKind) -> None:
    """Make a kind known; called from an app's ready()."""
    _kinds[kind.name] = kind


def get(name: str) -> NoticeKind:
    """Return the kind; KeyError when no app registered it."""
    return _kinds[name]


def every_kind() -> list[NoticeKind]:
    return list(_kinds.values())


def title_of(name: str) -> str:
    """Name a kind on screen, one that no app knows any more included."""
    kind = _kinds.get(name)
    return str(kind.title) if kind and kind.title else name.replace("_", " ").capitalize()


def register_subjects(prefix: str, names: SubjectNames) -> None:
    """Say how things called “prefix:key” in `about` are named on screen; `names` takes all keys of a page at once."""
    _subject_names[prefix] = names


def subjects_of(abouts: Iterable[str]) -> dict[str, str]:
    """Name what notices are about, with one call for each sort of thing; what nobody can name is left out."""
    keys: dict[str, list[str]] = {}
    for about in sorted(set(abouts)):
        prefix, _colon, key = about.partition(":")
        keys.setdefault(prefix, []).append(key)
    named = {}
    for prefix in keys.keys() & _subject_names.keys():
        found = _subject_names[prefix](keys[prefix])
        named.update({f"{prefix}:{key}": name for key, name in found.items()})
    return named
