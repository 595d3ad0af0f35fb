"""The sentence after a step travels in a signed cookie: kept in the session, it cost each step a second durable write."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """Under a name that a browser takes from this host alone."""

    cookie_name = "__Host-messages" if settings.SERVED_SECURELY else "messages"


class DeskMessageStorage(FallbackStorage):
    """What is too long for a cookie goes into the session after all."""

    storage_classes = (HostCookieStorage, SessionStorage)
