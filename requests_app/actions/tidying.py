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


def remove_unnamed_files(*, now: datetime) -> int:
    """Remove files of requests that no row names: what was sent was refused after all, or its row is gone.

    Returns how many. Running it twice, or twice at once, removes the same files once.
    """
    older_than = now - LEFT_ALONE_FOR
    names = _stored_before(default_storage, older_than)
    removed = 0
    while some := set(islice(names, FILES_AT_ONCE)):
        named = set(Attachment.objects.filter(file__in=some).values_list("file", flat=True))
        for name in some - named:
            default_storage.delete(name)
            removed += 1
    if removed:
        logger.info("Removed %d files that no request names.", removed)
    return removed


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
