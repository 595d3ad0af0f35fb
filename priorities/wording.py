"""The words for criteria, levels and bands; each is said one way everywhere."""

from collections.abc import Container, Iterable, Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from priorities.scans import COUNTED_TO
from priorities.scoring import CRITERIA, EVERYONE_BAND, EXECUTIVE_BAND, MUST_START_BAND

Words = str | Promise
SEEN_IN_DAYS = 0.05  # less than this is written as 0.0

CRITERION_NAMES: Mapping[str, Words] = {
    "alignment": gettext_lazy("Alignment"),
    "clout": gettext_lazy("Clout"),
    "resources": gettext_lazy("Resources"),
    "history": gettext_lazy("History"),
    "sole_provider": gettext_lazy("Sole provider"),
    "agreement": gettext_lazy("Agreement"),
}

BETWEEN = gettext_lazy("in between")
ANCHORS: Mapping[str, tuple[Words, Words, Words, Words, Words]] = {
    "alignment": (
        gettext_lazy("conflicts with our mission and goals"),
        gettext_lazy("not in conflict with them"),
        gettext_lazy("helps them indirectly"),
        gettext_lazy("supports a named goal"),
        gettext_lazy("is a named goal's deliverable"),
    ),
    "clout": (
        gettext_lazy("none"),
        gettext_lazy("some"),
        gettext_lazy("noticeable"),
        gettext_lazy("strong"),
        gettext_lazy("decisive"),
    ),
    "resources": (
        gettext_lazy("none"),
        gettext_lazy("little"),
        gettext_lazy("some"),
        gettext_lazy("much"),
        gettext_lazy("we depend on it"),
    ),
    "sole_provider": (
        gettext_lazy("another source is known: offer to refer"),
        BETWEEN,
        gettext_lazy("others could do it with help"),
        BETWEEN,
        gettext_lazy("only we can"),
    ),
    "agreement": (
        gettext_lazy("none"),
        gettext_lazy("mentioned"),
        gettext_lazy("understood"),
        gettext_lazy("confirmed by both"),
        gettext_lazy("renewed practice"),
    ),
}

BANDS: Mapping[int, tuple[Words, Words]] = {
    EXECUTIVE_BAND: (gettext_lazy("The executive"), gettext_lazy("always first")),
    MUST_START_BAND: (
        gettext_lazy("Must start now"),
        gettext_lazy("agreed dates and promises, earliest first"),
    ),
    EVERYONE_BAND: (
        gettext_lazy("Everyone"),
        gettext_lazy("counted from when they asked, plus their head start"),
    ),
}

SUPPORT_STEPS: tuple[tuple[float, Words], ...] = (
    (0.0, gettext_lazy("worked against us")),
    (0.25, gettext_lazy("was little help")),
    (0.5, gettext_lazy("neither helped nor hindered")),
    (0.75, gettext_lazy("helped")),
    (1.0, gettext_lazy("stood up for us")),
)


def assumed_of(assumed: Iterable[bool], sealed: Container[str]) -> list[str]:
    """The criteria nobody has judged, in their order, without those that are sealed for the reader."""
    by_criterion = zip(CRITERIA, assumed, strict=True)
    return [key for key, is_assumed in by_criterion if is_assumed and key not in sealed]


def names_of(criteria: Iterable[str]) -> list[str]:
    """The names of criteria as they stand inside a sentence."""
    return [str(CRITERION_NAMES[key]).lower() for key in criteria]


def support_in_words(rating: float) -> str:
    """The step a support rating stands on; one that came from elsewhere may lie between two."""
    return str(min(SUPPORT_STEPS, key=lambda step: abs(step[0] - rating))[1])


def listed(words: list[str]) -> str:
    """One, two and three."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def long_span(length: timedelta) -> str:
    """18 minutes, 4 hours, 6 days: for sentences."""
    if length < timedelta(minutes=1):
        return _("less than a minute")
    if length < timedelta(hours=1):
        count = length // timedelta(minutes=1)
        return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
    if length < timedelta(days=1):
        count = length // timedelta(hours=1)
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    count = length.days
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def in_days(days: float) -> str:
    return _("%(days)s d") % {"days": f"{days:.1f}".replace("-", "−")}


def signed_days(days: float) -> str:
    """+4.1 d, −0.6 d; what rounds to nothing has no sign."""
    text = f"{days:+.1f}"
    return _("%(days)s d") % {"days": "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "−")}


def sentence_of(words: str) -> str:
    """What somebody wrote, ended as a sentence."""
    return words if words[-1:] in ".!?…" else _("%(words)s.") % {"words": words}


def counted(number: int) -> str:
    """A count as it is shown: to a thousand exactly, then 1,000+."""
    return _("1,000+") if number > COUNTED_TO else f"{number:,}"
