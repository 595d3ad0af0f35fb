"""Setting aside what nothing refers to any more, and removing it in the end."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import Storage, default_storage

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
    """Move a file, so that its 30 days begin now; False where another worker was quicker."""
    try:
        with storage.open(name) as file:
            storage.save(f"{ASIDE}{name.removeprefix(FOLDER)}", file)
    except FileNotFoundError:
        return False
    storage.delete(name)
    return True


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
