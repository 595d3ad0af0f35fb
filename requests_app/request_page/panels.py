"""Parts of a request's page that higher apps add: each is drawn in the page and served again at its own address."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from requests_app.models import ServiceRequest

ASSISTANT = "assistant"
OFFICE = "office"


@dataclass(frozen=True)
class Panel:
    """One part beside the timeline.

    `audience` is ASSISTANT for those who work the office's queue, OFFICE for its executive too; never the requester,
    whatever their roles.
    `render` returns the panel's finished markup, an empty text to leave it out; `url_name` takes the reference.
    """

    name: str
    url_name: str
    render: Callable[[HttpRequest, ServiceRequest], str]
    audience: str = ASSISTANT
    order: int = 100


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel, once per name; called from an app's ready()."""
    _panels[panel.name] = panel


def panels_for(*, assistant: bool) -> list[Panel]:
    """The panels of whoever works the queue, or of an executive who only reads it, in order."""
    shown = [panel for panel in _panels.values() if assistant or panel.audience == OFFICE]
    return sorted(shown, key=lambda panel: panel.order)
