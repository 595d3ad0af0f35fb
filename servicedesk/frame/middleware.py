"""What surrounds every page: a number for the request, the reader's zone, and no copies of what is sealed."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone

from servicedesk.frame import errors, logs
from servicedesk.frame.reader import reader_of

GetResponse = Callable[[HttpRequest], HttpResponse]

access_log = logging.getLogger("servicedesk.access")
SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
PROBES = frozenset({"/healthz", "/readyz"})


class RequestIdMiddleware:
    """Number each request, in the answer and in every line logged meanwhile, and log one line when it is answered."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        number = _request_id(request)
        token = logs.request_id.set(number)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = number
            _log(request, response, started)
        finally:
            logs.request_id.reset(token)
        return response


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    return given if SANE_ID.fullmatch(given) else uuid.uuid4().hex


def _log(request: HttpRequest, response: HttpResponse, started: float) -> None:
    if request.path in PROBES and response.status_code < 400:
        return
    access_log.info(
        "answered",
        extra={
            "method": request.method,
            "path": getattr(request, "logged_path", request.path),  # a link that is itself a right is not logged
            "status": response.status_code,
            "ms": round((time.perf_counter() - started) * 1000, 1),
            "user_id": getattr(request, "reader_id", None),
        },
    )


class ReaderMiddleware:
    """Show times in the reader's zone, keep signed-in pages out of caches, and dress bare refusals."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reader = reader_of(request)
        if reader is None:
            # Whoever is not signed in is most likely where people are by default, not in Greenwich.
            with timezone.override(settings.DEFAULT_PERSON_TIME_ZONE):
                return self._answer(request)
        request.reader_id = reader.pk  # type: ignore[attr-defined]
        with timezone.override(reader.zone):
            response = self._answer(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            return errors.method_not_allowed(request, response)
        if response.status_code == 302 and "HX-Request" in request.headers:
            return _without_sign_in_page(request, response)
        return response


def _without_sign_in_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A session that ended must not put the sign-in page into a fragment's place, nor lose what was typed beside it."""
    sign_in = resolve_url(settings.LOGIN_URL)
    if urlsplit(response["Location"]).path != sign_in:
        return response
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    here = urlunsplit(("", "", page.path or "/", page.query, ""))
    return HttpResponse(status=401, headers={"X-Sign-In": f"{sign_in}?{urlencode({'next': here})}"})
