from django.http import HttpRequest


def wants_fragment(request: HttpRequest) -> bool:
    """True for a swap; the browser's way back wants the whole page again."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
