from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import Q

from servicedesk.local import processes
from servicedesk.notices import bell, kinds
from tests.notices import postman as postmen


@pytest.fixture
def postman(settings) -> Iterator[postmen.Postman]:
    postman = postmen.Postman()
    controller = postmen.listen(postman, processes.free_port())
    settings.EMAIL_URL = f"smtp://127.0.0.1:{controller.port}"
    settings.NOTICE_MAIL_PATIENCE = timedelta(seconds=0.6)
    yield postman
    controller.stop()


@pytest.fixture(autouse=True)
def known_kinds(tmp_path, settings, monkeypatch) -> None:
    """Two kinds of the tests' own: one always due, one only while its row says so."""
    folder = tmp_path / "templates"
    (folder / "notices").mkdir(parents=True)
    (folder / "notices" / "plain.txt").write_text(
        "About {{ title }}\n\nHello {{ recipient.short_name }},\n{{ title }}\n"
    )
    broken = "{% include 'notices/there-is-no-such-words.txt' %}"
    (folder / "notices" / "broken.txt").write_text(broken)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], folder]}]
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(
        kinds.NoticeKind("plain", "notices/plain.txt", lambda notice: {"title": "a title", **notice.context})
    )
    kinds.register(kinds.NoticeKind("gone", "notices/plain.txt", lambda notice: None))
    kinds.register(kinds.NoticeKind("broken", "notices/broken.txt", lambda notice: {}))
    kinds.register(
        kinds.NoticeKind(
            "while_wanted", "notices/plain.txt", lambda notice: {"title": "wanted"}, lambda: Q(context__wanted=True)
        )
    )


@pytest.fixture(autouse=True)
def rings(monkeypatch) -> list[str]:
    """Count the bell's rings instead of sending them; tests of the bell itself undo this."""
    heard: list[str] = []
    monkeypatch.setattr(bell.app, "send_task", lambda name, **options: heard.append(name))
    monkeypatch.setattr(bell._Memory, "quiet_until", 0.0)
    return heard
