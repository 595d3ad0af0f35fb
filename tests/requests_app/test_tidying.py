"""Files that no row names are set aside, in the end removed, and no other."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from requests_app import actions, tasks
from requests_app.actions.tidying import ASIDE, SET_ASIDE_FOR, remove_unnamed_files
from requests_app.models import Attachment, ServiceRequest
from requests_app.models.attachment import FOLDER
from requests_app.uploads import CheckedFile
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TWO_DAYS = timedelta(days=2)


def text_file(name: str = "plan.txt") -> CheckedFile:
    return CheckedFile(ContentFile(b"The plan", name), name, "text/plain")


def send(service_request: ServiceRequest) -> None:
    actions.add_to_request(
        service_request_id=service_request.pk, body="The plan", by=service_request.requester, files=[text_file()]
    )


def send_in_vain(service_request: ServiceRequest) -> None:
    with transaction.atomic():
        send(service_request)
        transaction.set_rollback(True)


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def stored(folder: Path) -> list[Path]:
    return files_in(folder / FOLDER)


def set_aside(folder: Path) -> list[Path]:
    return files_in(folder / ASIDE)


def age(folder: Path, by: timedelta = TWO_DAYS) -> None:
    then = (timezone.now() - by).timestamp()
    for path in files_in(folder):
        os.utime(path, (then, then))


@pytest.fixture
def folder(settings) -> Path:
    return Path(settings.MEDIA_ROOT)


def test_remove_unnamed_files_of_a_step_that_was_taken_back_keeps_those_of_others(service_request, folder):
    send(service_request)
    kept = stored(folder)
    send_in_vain(service_request)
    age(folder)

    removed = remove_unnamed_files(now=timezone.now())

    assert removed == 1
    assert stored(folder) == kept
    assert Attachment.objects.get().file.read() == b"The plan"


def test_remove_unnamed_files_of_a_row_that_is_gone_takes_its_file(service_request, folder):
    send(service_request)
    age(folder)
    Attachment.objects.all().delete()

    remove_unnamed_files(now=timezone.now())

    assert stored(folder) == []


def test_remove_unnamed_files_beside_an_upload_in_progress_leaves_it_alone(service_request, folder):
    with transaction.atomic():
        send(service_request)
        removed, *_others = at_once(lambda: remove_unnamed_files(now=timezone.now()))

    assert removed == 0
    assert Attachment.objects.get().file.read() == b"The plan"


def test_remove_unnamed_files_twice_at_once_removes_each_once(service_request, folder):
    for _time in range(5):
        send_in_vain(service_request)
    age(folder)
    places = [path.relative_to(folder / FOLDER) for path in stored(folder)]

    at_once(tasks.remove_unnamed_files, tasks.remove_unnamed_files)

    assert stored(folder) == []
    assert [path.relative_to(folder / ASIDE) for path in set_aside(folder)] == places


@pytest.mark.parametrize(("named", "removed"), [(0, 0), (2, 0), (3, 3)])
def test_remove_unnamed_files_of_another_database_removes_nothing(
    service_request, folder, monkeypatch, caplog, named, removed
):
    monkeypatch.setattr("requests_app.actions.tidying.FEW_UNNAMED", 2)
    for _time in range(3):
        send_in_vain(service_request)
    for _time in range(named):
        send(service_request)
    age(folder)

    assert remove_unnamed_files(now=timezone.now()) == removed
    assert len(stored(folder)) == 3 + named - removed
    assert ("Is DATABASE_URL" in caplog.text) is not bool(removed)


def test_remove_unnamed_files_before_the_first_file_finds_nothing(folder):
    assert remove_unnamed_files(now=timezone.now()) == 0


def test_remove_unnamed_files_leaves_what_others_keep_beside_them(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notes.txt").write_text("not ours")
    age(folder)

    remove_unnamed_files(now=timezone.now())

    assert [path.name for path in files_in(folder)] == ["notes.txt"]


def test_remove_unnamed_files_goes_on_where_a_file_vanishes_under_it(service_request, folder):
    send_in_vain(service_request)
    age(folder)
    (stored(folder)[0].parent / "vanished.txt").symlink_to(folder / "nowhere")

    assert remove_unnamed_files(now=timezone.now()) == 1


def test_remove_unnamed_files_sets_them_aside_whole_where_they_can_be_brought_back_from(service_request, folder):
    send(service_request)
    (place,) = stored(folder)
    age(folder)
    Attachment.objects.all().delete()

    remove_unnamed_files(now=timezone.now())

    (aside,) = set_aside(folder)
    assert aside.read_bytes() == b"The plan"
    assert aside.relative_to(folder / ASIDE) == place.relative_to(folder / FOLDER)


def test_remove_unnamed_files_copied_before_by_a_worker_that_died_keeps_one_of_that_name(service_request, folder):
    send_in_vain(service_request)
    age(folder)
    (place,) = stored(folder)
    aside = folder / ASIDE / place.relative_to(folder / FOLDER)
    aside.parent.mkdir(parents=True)
    aside.write_bytes(b"The p")

    remove_unnamed_files(now=timezone.now())

    assert stored(folder) == []
    assert set_aside(folder) == [aside]
    assert aside.read_bytes() == b"The plan"


@pytest.mark.parametrize("copied", [False, True], ids=["whole", "copied before"])
def test_remove_unnamed_files_where_nothing_can_be_renamed_keeps_the_name_as_well(service_request, settings, copied):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    send(service_request)
    name = Attachment.objects.get().file.name
    Attachment.objects.all().delete()
    aside = name.replace(FOLDER, ASIDE)
    if copied:
        default_storage.save(aside, ContentFile(b"The plan"))

    assert remove_unnamed_files(now=timezone.now() + TWO_DAYS) == 1

    assert not default_storage.exists(name)
    assert default_storage.listdir(str(Path(aside).parent)) == ([], [Path(aside).name])
    assert default_storage.open(aside).read() == b"The plan"


@pytest.mark.parametrize(("beyond", "kept"), [(timedelta(hours=-1), 1), (timedelta(hours=1), 0)])
def test_remove_unnamed_files_keeps_what_is_set_aside_for_so_long(service_request, folder, beyond, kept):
    send_in_vain(service_request)
    age(folder)
    remove_unnamed_files(now=timezone.now())

    remove_unnamed_files(now=timezone.now() + SET_ASIDE_FOR + beyond)

    assert len(set_aside(folder)) == kept


def test_remove_unnamed_files_of_another_database_keeps_what_is_set_aside(service_request, folder, monkeypatch):
    send_in_vain(service_request)
    age(folder)
    remove_unnamed_files(now=timezone.now())
    send_in_vain(service_request)
    age(folder, SET_ASIDE_FOR + TWO_DAYS)
    monkeypatch.setattr("requests_app.actions.tidying.FEW_UNNAMED", 0)

    remove_unnamed_files(now=timezone.now())

    assert len(set_aside(folder)) == 1
