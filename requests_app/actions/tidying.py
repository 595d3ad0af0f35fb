"""Setting aside what nothing refers to any more, and removing it in the end."""

import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.core.files.storage import FileSystemStorage, Storage, default_storage

from requests_app.models import Attachment
from requests_app.models.attachment import FOLDER

logger = logging.getLogger(__name__)

# A file is written before the row that names it is committed; no step takes anything near a day.
LEFT_ALONE_FOR = timedelta(days=1)
# After a backup was brought back, what seems to be nobody's may be somebody's after all.
SET_ASIDE_FOR = timedelta(days=30)
ASIDE = "set-aside"
FILES_AT_ONCE = 1000
# A step that is refused after all is rare. Where the database names fewer files than it does not know, and more than
# these are unknown, it is likelier another database, or an older one, than the one these files were sent to.
FEW_UNNAMED = 20


def remove_unnamed_files(*, now: datetime) -> int:
    """Set files of requests aside that no row names, and remove those that were set aside long ago.

    What was sent was refused after all, or its row is gone. Returns how many were set aside. Running it twice, or twice
    at once, does so once. Touches nothing where the files seem to be of another database.
    """
    unnamed, named = _told_apart(_stored_before(default_storage, FOLDER, now - LEFT_ALONE_FOR))
    if len(unnamed) > max(FEW_UNNAMED, named):
        logger.error(
            "Set no file aside: no request names %d of %d files. Is DATABASE_URL that of these files in MEDIA_ROOT?",
            len(unnamed),
            len(unnamed) + named,
        )
        return 0
    for name in _stored_before(default_storage, ASIDE, now - SET_ASIDE_FOR):
        default_storage.delete(name)
    aside = sum(_set_aside(default_storage, name) for name in unnamed)
    if aside:
        logger.info("Set %d files aside that no request names.", aside)
    return aside


def _set_aside(storage: Storage, name: str) -> bool:
    """Move a file, so that its 30 days begin now; False where another worker was quicker.

    It keeps its name whatever happened before: moved back, it has to be where its row says.
    """
    aside = f"{ASIDE}{name.removeprefix(FOLDER)}"
    try:
        if isinstance(storage, FileSystemStorage):
            _rename(Path(storage.path(name)), Path(storage.path(aside)))
        else:
            _copy(storage, name, aside)
            storage.delete(name)
    except FileNotFoundError:
        return False
    return True


def _rename(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # First: a worker that dies between the two leaves it for another day, and never aside as an old one.
    os.utime(source)
    source.replace(target)


def _copy(storage: Storage, name: str, aside: str) -> None:
    """Copy a file where nothing can be renamed, unless a worker that died before it could delete it did so."""
    with storage.open(name) as file:
        if not (storage.exists(aside) and storage.size(aside) == file.size):
            storage.save(aside, file)


def _told_apart(names: Iterator[str]) -> tuple[list[str], int]:
    """Those that no request names, and how many are named."""
    unnamed: list[str] = []
    named = 0
    while some := set(islice(names, FILES_AT_ONCE)):
        known = set(Attachment.objects.filter(file__in=some).values_list("file", flat=True))
        unnamed += some - known
        named += len(known)
    return unnamed, named


def _stored_before(storage: Storage, place: str, instant: datetime) -> Iterator[str]:
    for folder in _listed(storage, place)[0]:
        for file in _listed(storage, f"{place}/{folder}")[1]:
            name = f"{place}/{folder}/{file}"
            if _is_older(storage, name, instant):
                yield name


def _listed(storage: Storage, folder: str) -> tuple[list[str], list[str]]:
    """The folders and the files in it; nothing for a folder that does not exist, as before the first file."""
    try:
        return storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _is_older(storage: Storage, name: str, instant: datetime) -> bool:
    try:
        return storage.get_modified_time(name) < instant
    except FileNotFoundError:
        return False  # another worker removed it just now
