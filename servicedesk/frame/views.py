from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from servicedesk.frame import samples

THEMES = ("light", "dark")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, in both appearances side by side; only where the settings ask for it."""
    if not settings.STYLEGUIDE:
        raise Http404
    sides = [{"theme": theme, **samples.components(prefix=theme)} for theme in THEMES]
    return render(request, "frame/styleguide.html", {"sides": sides, "now": samples.SAMPLE_NOW})
