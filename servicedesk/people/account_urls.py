"""Signing in and out and setting a password: the parts of allauth this product offers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods, require_safe

# Class-based views also answer PUT, which these take for a POST; nothing here needs it.
form_page = require_http_methods(["GET", "HEAD", "POST"])


def unlogged(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Keep the link out of the log: whoever holds it may choose the person's password."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.logged_path = "/accounts/password/reset/key/…"  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return guarded


urlpatterns = [
    path("login/", form_page(views.login), name="account_login"),
    path("logout/", form_page(views.logout), name="account_logout"),
    path("inactive/", require_safe(views.account_inactive), name="account_inactive"),
    path("password/change/", form_page(views.password_change), name="account_change_password"),
    path("password/set/", form_page(views.password_set), name="account_set_password"),
    path("password/reset/", form_page(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", require_safe(views.password_reset_done), name="account_reset_password_done"),
    # The key itself may hold hyphens: only the first one parts it from the person.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        form_page(unlogged(views.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        require_safe(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
