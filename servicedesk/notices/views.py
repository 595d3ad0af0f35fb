"""Health for probes, letters that need a person's decision, and in a demo the letters themselves."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from servicedesk.exceptions import ChangedMeanwhile
from servicedesk.local import mailbox
from servicedesk.notices import actions, health
from servicedesk.notices.models import Notice
from servicedesk.notices.selectors import ids_of, undelivered_page
from servicedesk.paging import PAGE_SIZE
from servicedesk.people.access import administrator_required, person_of


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that this process answers; nothing else is asked, so that a dead database restarts no web server."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    told = health.as_json(health.readiness())
    return JsonResponse(told, status=200 if told["ready"] else 503)


@require_safe
@administrator_required
def undelivered(request: HttpRequest) -> HttpResponse:
    return _list(request)


@require_POST
@administrator_required
def undelivered_again(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, actions.send_again, _("The letter to %(name)s is on its way again."))


@require_POST
@administrator_required
def undelivered_all_again(request: HttpRequest) -> HttpResponse:
    """Send those again that the page listed as given up; what was decided meanwhile is left as it is."""
    listed = ids_of(request.POST.getlist("notice")[:PAGE_SIZE])
    count = actions.send_all_again(notice_ids=listed, by=person_of(request))
    said = ngettext("%(count)d letter is on its way again.", "%(count)d letters are on their way again.", count)
    messages.success(request, said % {"count": count})
    if count < len(listed):
        messages.warning(request, _("The others were settled meanwhile. The list below is up to date."))
    return redirect("notices:undelivered")


@require_POST
@administrator_required
def undelivered_close(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, actions.close, _("The letter to %(name)s is closed."))


@require_safe
@never_cache
def letters(request: HttpRequest) -> HttpResponse:
    """Show what the demo's mail catcher received; its address exists only in a demo that catches mail."""
    wanted = request.GET.get("to", "").strip()
    found = mailbox.letters(Path(settings.MAIL_FOLDER))
    shown = [letter for letter in found if wanted.casefold() in letter.to.casefold()]
    return render(request, "notices/letters.html", {"letters": shown, "wanted": wanted, "limit": mailbox.SHOWN_AT_MOST})


def _list(request: HttpRequest, status: int = 200) -> HttpResponse:
    page = undelivered_page(after=request.GET.get("after", ""))
    return render(request, "notices/undelivered.html", {"page": page}, status=status)


def _decide(request: HttpRequest, pk: int, decide: Callable[..., Notice], said: str) -> HttpResponse:
    try:
        notice = decide(notice_id=pk, by=request.user)
    except Notice.DoesNotExist as problem:
        raise Http404 from problem
    except ChangedMeanwhile as problem:
        messages.error(request, str(problem))
        return _list(request, status=409)
    messages.success(request, said % {"name": notice.recipient})
    return redirect("notices:undelivered")
