from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from servicedesk.local import browser, mail_catcher
from tests.house import House, standing_house

# A busy machine is slow, and nothing here is timed: what an example takes says nothing about the product.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Have Playwright drive the machine's own Chromium."""
    return browser_type_launch_args | {"executable_path": str(browser.find_browser()), "args": list(browser.FLAGS)}


@pytest.fixture
def mail_folder(tmp_path: Path, settings) -> Iterator[Path]:
    """Deliver what the product sends over real SMTP into a folder that `mailbox.letters` reads."""
    folder = tmp_path / "mail"
    catcher = mail_catcher.listen(folder)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", catcher.port
    settings.EMAIL_URL = f"smtp://127.0.0.1:{settings.EMAIL_PORT}"
    settings.MAIL_FOLDER = str(folder)
    yield folder
    catcher.stop()


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[House]:
    """One office with everybody in it, for tests that only look."""
    with django_db_blocker.unblock(), standing_house(tmp_path_factory.mktemp("media")) as built:
        yield built
