"""What an address or a form names, read without trusting it."""

from urllib.parse import urlsplit

from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST_ID = 18


def read_id(text: str) -> int | None:
    """The id that a text names; None for anything that cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None


def own_address(request: HttpRequest, address: str) -> str:
    """The address if it leads to a page of ours, else nothing."""
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    # A word without a slash would be looked up as the name of a page.
    return address if is_ours and address.startswith("/") else ""


def page_before(request: HttpRequest) -> str:
    """The page of ours from which a form was sent, as the browser says; the first page where it does not say."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(before)
    return own_address(request, f"{parts.path}?{parts.query}".rstrip("?")) or "/"


def way_back(request: HttpRequest, otherwise: str | Model) -> str:
    """The page of ours that the button stood on, as its form says in `next`."""
    return own_address(request, request.POST.get("next", "")) or resolve_url(otherwise)
