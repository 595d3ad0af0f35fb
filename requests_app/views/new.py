"""Logging a request."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app import actions
from requests_app.forms import RequestForm
from requests_app.models import ServiceRequest
from servicedesk.exceptions import ServiceDeskError
from servicedesk.frame import times
from servicedesk.people.access import login_required, person_of
from servicedesk.people.models import User
from servicedesk.people.typed_text import keeps_typed_text, restored


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@login_required
def request_new(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    now = timezone.now()
    if request.method != "POST":
        return _blank_form(request, user)
    form = RequestForm(request.POST, request.FILES, user=user, now=now)
    if form.is_valid():
        try:
            service_request = actions.log_request(by=user, **form.arguments())
        except ServiceDeskError as problem:
            form.show(problem)
        else:
            messages.success(request, confirmation(service_request))
            return redirect(service_request)
    return render(request, "requests_app/request_new.html", {"form": form}, status=422)


def _blank_form(request: HttpRequest, user: User) -> HttpResponse:
    typed = restored(request)
    form = RequestForm(initial=typed.dict() if typed else None, user=user, now=timezone.now())
    if typed and typed["had_files"]:
        messages.warning(request, _("Choose your files again: they were not kept while you were signed out."))
    return render(request, "requests_app/request_new.html", {"form": form})


def confirmation(service_request: ServiceRequest) -> str:
    """The number and the honest answer-by."""
    return _("%(reference)s is with the %(office)s. You get an answer by %(time)s.") % {
        "reference": service_request.reference,
        "office": service_request.office,
        "time": times.in_words(service_request.reply_due_at, service_request.received_at),
    }
