"""Removing what nothing refers to any more."""

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
FILES_AT_ONCE = 1000
# A step that is refused after all is rare. Where the database names fewer files than it does not know, and more than
# these are unknown, it is likelier another database, or an older one, than the one these files were sent to.
FEW_UNNAMED = 20


def remove_unnamed_files(*, now: datetime) -> int:
    """Remove files of requests that no row names: what was sent was refused after all, or its row is gone.

    Returns how many. Running it twice, or twice at once, removes the same files once. Removes nothing where the files
    seem to be of another database.
    """
    unnamed, named = _told_apart(_stored_before(default_storage, now - LEFT_ALONE_FOR))
    if len(unnamed) > max(FEW_UNNAMED, named):
        logger.error(
            "Removed nothing: no request names %d of %d files. Is DATABASE_URL that of these files in MEDIA_ROOT?",
            len(unnamed),
            len(unnamed) + named,
        )
        return 0
    for name in unnamed:
        default_storage.delete(name)
    if unnamed:
        logger.info("Removed %d files that no request names.", len(unnamed))
    return len(unnamed)


def _told_apart(names: Iterator[str]) -> tuple[list[str], int]:
    """Those that no request names, and how many are named."""
    unnamed: list[str] = []
    named = 0
    while some := set(islice(names, FILES_AT_ONCE)):
        known = set(Attachment.objects.filter(file__in=some).values_list("file", flat=True))
        unnamed += some - known
        named += len(known)
    return unnamed, named


def _stored_before(storage: Storage, instant: datetime) -> Iterator[str]:
    for folder in _listed(storage, FOLDER)[0]:
        for file in _listed(storage, f"{FOLDER}/{folder}")[1]:
            name = f"{FOLDER}/{folder}/{file}"
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
