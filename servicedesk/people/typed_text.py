"""Typed text outlives its session: what a signed-out person sends is kept, and stands in the form again after sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from servicedesk.people.models import User

KEPT = "typed_text"
TYPED_BY = "typed_by"
LONGEST_KEPT = 24_000
NOT_KEPT = ("csrfmiddlewaretoken",)

View = Callable[..., HttpResponseBase]


def keeps_typed_text(view: View) -> View:
    """Keep what an anonymous POST brought, then ask to sign in; stands above login_required and role_required.

    Files are not kept: a browser sends them once, and the person is told to choose them again.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if _keep(request):
            messages.info(request, _("You were signed out. Sign in again; what you typed is kept."))
        else:
            messages.warning(request, _("You were signed out. Go back and copy your text before you sign in again."))
        return redirect_to_login(request.get_full_path())

    return guarded


def _keep(request: HttpRequest) -> bool:
    """Put the typed text into the session; False when it is too much to be kept."""
    typed = request.POST.copy()
    for name in NOT_KEPT:
        typed.pop(name, None)
    encoded = typed.urlencode()
    if len(encoded) > LONGEST_KEPT * 4 or sum(len(value) for value in typed.values()) > LONGEST_KEPT:
        return False
    if typed:
        request.session[KEPT] = {"path": request.path, "typed": encoded, "had_files": bool(request.FILES)}
    return True


def restored(request: HttpRequest) -> QueryDict | None:
    """What this person had sent to this very address before they had to sign in, once; None otherwise.

    A form names its person in the field `typed_by`: on a shared device the next person does not get the text.
    """
    kept = request.session.get(KEPT)
    if request.method != "GET" or not kept or kept["path"] != request.path or not isinstance(request.user, User):
        return None
    del request.session[KEPT]
    typed = QueryDict(kept["typed"], mutable=True)
    if typed.get(TYPED_BY) != str(request.user.pk):
        return None
    typed["had_files"] = "yes" if kept["had_files"] else ""
    return typed
