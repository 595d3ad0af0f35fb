"""Addresses that only these tests have: pages that fail in each way, and one in the shell."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from servicedesk.frame.errors import too_many


def failing(error: type[Exception]):
    def view(request: HttpRequest) -> HttpResponse:
        raise error("as asked")

    return view


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


@login_required
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


def zone(request: HttpRequest) -> HttpResponse:
    return HttpResponse(timezone.get_current_timezone_name())


SHELL = """
{% extends "base.html" %}
{% block title %}Queue{% endblock %}
{% block heading %}Queue{% endblock %}
{% block content %}
  <form data-draft="reply" action="/test/shell/" method="post" class="stack">{% csrf_token %}
    <div class="field"><label for="text">Reply</label><textarea id="text" name="text"></textarea></div>
    <button class="button" type="submit">Send</button>
  </form>
  <button class="button" type="button" hx-get="/test/database/" hx-target="#rows">Fail</button>
  <button class="button" type="button" hx-get="/test/guarded/" hx-target="#rows">Peek</button>
  <div id="rows">ROWS</div>
{% endblock %}
"""
ROWS = """
<ol class="queue">
  <li class="entry" id="entry-1"><a class="title" href="/test/zone/">First</a></li>
  <li class="entry" id="entry-2"><a class="title" href="/test/zone/">Second</a><div class="side"><div class="quick">
    <button class="button small" type="button" data-key="s" hx-get="/test/rows/" hx-target="#rows">Start</button>
  </div></div></li>
</ol>
"""


@login_required
def shell(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        messages.success(request, "Your reply is stored.")
        return redirect("/test/shell/")
    return HttpResponse(engines["django"].from_string(SHELL.replace("ROWS", ROWS)).render({}, request))


def rows(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROWS)


urlpatterns = [
    path("", include("servicedesk.urls")),
    path("test/forbidden/", failing(PermissionDenied)),
    path("test/suspicious/", failing(SuspiciousOperation)),
    path("test/too-large/", failing(RequestDataTooBig)),
    path("test/broken/", failing(ZeroDivisionError)),
    path("test/database/", failing(OperationalError)),
    path("test/too-many/", too_many),
    path("test/only-post/", only_post),
    path("test/guarded/", guarded),
    path("test/zone/", zone),
    path("test/shell/", shell),
    path("test/rows/", rows),
]

handler400 = "servicedesk.frame.errors.bad_request"
handler403 = "servicedesk.frame.errors.forbidden"
handler404 = "servicedesk.frame.errors.not_found"
handler500 = "servicedesk.frame.errors.server_error"
