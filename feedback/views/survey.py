"""A survey opened by its link: no sign-in, and only a POST records anything."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from feedback import actions, links
from feedback.forms import DeclineForm, SurveyForm
from feedback.letters import last_day
from feedback.models import Invitation, Question
from feedback.selection import opted_out
from servicedesk.exceptions import InvalidInput, TransitionNotAllowed
from servicedesk.people.models import Office

State = Invitation.State
View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Keep the link out of caches, referrers and logs: whoever holds it may answer.

    The link is the only right that a form of these pages uses, and no other site knows it, so a CSRF token would
    guard nothing. It could not work either: under “no-referrer” browsers send a form with the origin “null”.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        request.logged_path = "/survey/…"  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


@private
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    invitation = _invitation(links.read(token))
    if (problem := _problem(invitation)) or invitation is None:
        return _closed(request, problem, invitation)
    form = _form(invitation, request)
    if request.method != "POST":
        return _survey(request, invitation, form)
    if not form.is_valid():
        return _survey(request, invitation, form, status=422)
    try:
        actions.answer(
            invitation_id=invitation.pk,
            points=form.points,
            comment=form.cleaned_data["comment"],
            is_complete=form.is_complete,
        )
    except InvalidInput as problem_found:
        form.add_error(problem_found.field, str(problem_found))
        return _survey(request, invitation, form, status=422)
    except TransitionNotAllowed:
        # Sent twice, or closed while it was being filled in: say which.
        return _closed(request, _problem(_invitation(invitation.pk)) or "closed", invitation)
    return redirect("feedback:thank")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, token: str) -> HttpResponse:
    invitation = _invitation(links.read(token, links.DECLINE))
    if (problem := _problem(invitation)) or invitation is None:
        return _closed(request, problem, invitation)
    if request.method != "POST":
        return render(request, "feedback/decline.html", {"invitation": invitation, "form": DeclineForm()})
    form = DeclineForm(request.POST)
    form.is_valid()
    try:
        actions.decline(invitation_id=invitation.pk, never_again=form.cleaned_data.get("never_again", False))
    except TransitionNotAllowed:
        return _closed(request, _problem(_invitation(invitation.pk)) or "closed", invitation)
    return redirect("feedback:decline", token)


@private
@require_safe
def thank(request: HttpRequest) -> HttpResponse:
    return render(request, "feedback/thank.html")


def _invitation(invitation_id: int | None) -> Invitation | None:
    rows = Invitation.objects.select_related("wave__office", "service_request", "person")
    return rows.filter(pk=invitation_id).first() if invitation_id else None


def _problem(invitation: Invitation | None) -> str:
    """Name why the link does nothing any more; empty while it does."""
    if invitation is None:
        return "forged"
    if invitation.state in (State.ANSWERED, State.DECLINED):
        return str(invitation.state)
    is_over = invitation.wave.is_closed or invitation.closes_at <= timezone.now()
    return "closed" if is_over or invitation.state != State.ASKED else ""


def _closed(request: HttpRequest, problem: str, invitation: Invitation | None) -> HttpResponse:
    context = {
        "problem": problem,
        "never_again_by": _office_opted_out_of(invitation) if invitation and problem == State.DECLINED else None,
    }
    return render(request, "feedback/closed.html", context, status=404 if problem == "forged" else 410)


def _office_opted_out_of(invitation: Invitation) -> Office | None:
    """The office that was told never to ask again, if it was."""
    is_out = opted_out(invitation.wave.office_id).filter(person=invitation.person_id).exists()
    return invitation.wave.office if is_out else None


def _form(invitation: Invitation, request: HttpRequest) -> SurveyForm:
    questions = Question.objects.filter(office=invitation.wave.office_id).asked()
    is_rating = invitation.service_request_id is not None
    if is_rating:
        questions = questions.filter(key=Question.OVERALL)
    label = _("Anything we should know?") if is_rating else _("What do you need from us?")
    return SurveyForm(questions, request.POST if request.method == "POST" else None, comment_label=label)


def _survey(request: HttpRequest, invitation: Invitation, form: SurveyForm, *, status: int = 200) -> HttpResponse:
    context = {
        "invitation": invitation,
        "office": invitation.wave.office,
        "closes": last_day(invitation),
        "form": form,
        "decline_token": links.token(invitation.pk, links.DECLINE),
    }
    return render(request, "feedback/survey.html", context, status=status)
