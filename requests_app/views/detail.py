"""A request's page, for whoever may see it, and every step taken from it."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from requests_app import uploads
from requests_app.forms import StepForm
from requests_app.models import Attachment, ServiceRequest
from requests_app.request_page import steps
from requests_app.request_page.context import page_context
from requests_app.request_page.reader import find_visible, reader_for
from requests_app.request_page.state_in_words import nobody_there
from requests_app.request_page.steps import Step
from servicedesk.exceptions import ServiceDeskError
from servicedesk.frame import times
from servicedesk.frame.addresses import own_address, way_back
from servicedesk.people.access import login_required, person_of
from servicedesk.people.models import User
from servicedesk.people.typed_text import keeps_typed_text, restored


def find_request(user: User, reference: str) -> ServiceRequest:
    """The request if the person may see it; for them there is no other."""
    found = find_visible(user, reference)
    if found is None:
        raise Http404
    return found


@require_safe
@login_required
def request_detail(request: HttpRequest, reference: str) -> HttpResponse:
    user = person_of(request)
    service_request = find_request(user, reference)
    return _show(request, service_request)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@keeps_typed_text
@login_required
def request_step(request: HttpRequest, reference: str, step: Step) -> HttpResponse:
    """Show the request with this step's form, or take the step."""
    user = person_of(request)
    service_request = find_request(user, reference)
    if not step.is_for(reader_for(user, service_request)):
        raise PermissionDenied
    if request.method != "POST":
        if not step.is_offered(service_request):
            return _show_without_form(request, service_request, step)
        return _show(request, service_request, step, _form_shown(request, service_request, step))
    form = step.form(request.POST, request.FILES, service_request=service_request, auto_id=f"{step.name}-%s")
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            step.take(form, service_request, user)
        except ServiceDeskError as problem:
            form.show(problem)
            status = problem.status
        else:
            messages.success(request, _sentence_after(step, form, service_request))
            return redirect(way_back(request, service_request))
    # Others may have changed it since: the page shows it as it is now, beside the text as it was typed.
    form.service_request = find_request(user, reference)
    return _show(request, form.service_request, step, form, status=status)


def _sentence_after(step: Step, form: StepForm, service_request: ServiceRequest) -> str:
    if step is steps.ADD and not service_request.is_served:  # type: ignore[attr-defined]
        return f"{_('It is kept with your request.')} {nobody_there()}"
    if step is steps.AGREE and form.cleaned_data["agreed_at"] is None:
        return _("The agreed date is taken away. The request stands where it would without one.")
    if step is steps.DEFER:
        return _("Deferred. %(name)s is told that you get back to them by %(time)s.") % {
            "name": service_request.requester.short_name,
            "time": times.exactly(form.cleaned_data["due_at"]),
        }
    resolves = step is steps.REPLY and getattr(form, "resolves", False)
    return str(steps.RESOLVE.done if resolves else step.done)


def _form_shown(request: HttpRequest, service_request: ServiceRequest, step: Step) -> StepForm:
    typed = restored(request)
    if typed and typed["had_files"]:
        messages.warning(request, _("Choose your files again: they were not kept while you were signed out."))
    chosen = {"when": request.GET["when"]} if "when" in request.GET else {}
    initial: dict[str, Any] = chosen | (typed.dict() if typed else {})
    if step is steps.AGREE and not typed:
        agreed = service_request.agreed_at
        initial |= {
            "agreed_at": agreed and timezone.localtime(agreed),
            "effort_minutes": service_request.effort_minutes,
        }
    form = step.form(service_request=service_request, auto_id=f"{step.name}-%s", initial=initial)
    _begin_at_first_field(form)
    return form


def _show_without_form(request: HttpRequest, service_request: ServiceRequest, step: Step) -> HttpResponse:
    """An old address or a page opened earlier: say why the form is gone, and show what can be done instead."""
    if _wants_dialog(request, step):
        return _show_choices(request, service_request, None)
    messages.warning(request, step.why_not(service_request, person_of(request)))
    return _show(request, service_request)


def _begin_at_first_field(form: StepForm) -> None:
    """Let the cursor stand where one writes; browsers ignore this where the address names a part of the page."""
    for field in form.fields_to_fill()[:1] if form.begins_in_a_field else ():
        field.field.widget.attrs["autofocus"] = True


def _show(
    request: HttpRequest,
    service_request: ServiceRequest,
    step: Step | None = None,
    form: StepForm | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    if _wants_dialog(request, step):
        return _show_choices(request, service_request, form)
    context = page_context(request, service_request, step=step, form=form)
    return render(request, "requests_app/request_detail.html", context, status=status)


def _wants_dialog(request: HttpRequest, step: Step | None) -> bool:
    """True for the choices to defer over another page; the browser's way back wants the whole page again."""
    is_fragment = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    return step is steps.DEFER and is_fragment


def _show_choices(request: HttpRequest, service_request: ServiceRequest, form: StepForm | None) -> HttpResponse:
    """The form to defer, for a dialog over the page that names itself in `next`; without one, why there is none."""
    context = {
        "service_request": service_request,
        "step": steps.DEFER,
        "form": form,
        "why_not": "" if form else steps.DEFER.why_not(service_request, person_of(request)),
        "next": own_address(request, request.GET.get("next", "")),
    }
    return render(request, "requests_app/_defer_dialog.html", context)


@require_safe
@login_required
def attachment(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """Serve a file as a download; a sealed one exists only for the office."""
    user = person_of(request)
    service_request = find_request(user, reference)
    files = Attachment.objects.filter(service_request=service_request)
    if not reader_for(user, service_request).reads_all:
        files = files.filter(sealed=False)
    found = get_object_or_404(files, pk=pk)
    content_type = found.content_type if found.content_type in uploads.SAFE_TO_NAME else uploads.UNKNOWN
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
