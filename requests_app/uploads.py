"""Files people send: checked by content before anything is stored, served as downloads."""

import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import Attachment, Message, ServiceRequest
from servicedesk.exceptions import InvalidInput
from servicedesk.people.models import User

FIELD = "files"
LONGEST_NAME = 120
HEAD_BYTES = 4096
UNKNOWN = "application/octet-stream"
OFFICE_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
SHOWN_KINDS = "PDF, PNG, JPEG, GIF, WebP, TXT, CSV, DOCX, XLSX, PPTX, ODT, ODS, ODP, EML, ICS"

EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    f"{OFFICE_XML}wordprocessingml.document": ".docx",
    f"{OFFICE_XML}spreadsheetml.sheet": ".xlsx",
    f"{OFFICE_XML}presentationml.presentation": ".pptx",
    f"{OPEN_DOCUMENT}text": ".odt",
    f"{OPEN_DOCUMENT}spreadsheet": ".ods",
    f"{OPEN_DOCUMENT}presentation": ".odp",
}
OTHER_SPELLINGS = {".jpeg": ".jpg"}
# What a browser may be told about a download; everything else is just bytes to it.
SAFE_TO_NAME = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"})

SIGNATURES = (
    (re.compile(rb"\A%PDF-"), "application/pdf"),
    (re.compile(rb"\A\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\A\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\AGIF8[79]a"), "image/gif"),
    (re.compile(rb"\ARIFF....WEBP", re.DOTALL), "image/webp"),
)
PARTS_OF_OFFICE_XML = {
    "word/document.xml": f"{OFFICE_XML}wordprocessingml.document",
    "xl/workbook.xml": f"{OFFICE_XML}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{OFFICE_XML}presentationml.presentation",
}
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
MARKUP_OR_SCRIPT = re.compile(rb"\A\s*(?:#!|<\?|<!|<[a-z])|<script|<html|<svg|<iframe", re.IGNORECASE)
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
HEADER_LINE = re.compile(rb"\A(?:From |[A-Za-z][A-Za-z0-9-]*:[^\n]*\n)")


@dataclass(frozen=True)
class CheckedFile:
    """A file whose size, name and content were found acceptable."""

    file: UploadedFile
    name: str
    content_type: str


def check_files(files: Sequence[UploadedFile]) -> list[CheckedFile]:
    """Return the files with clean names and the type their content shows; raises InvalidInput with a sentence."""
    most = settings.ATTACHMENTS_MAX_COUNT
    if len(files) > most:
        raise InvalidInput(
            ngettext(
                "Send at most %(most)d file at once. Add the others afterwards.",
                "Send at most %(most)d files at once. Add the others afterwards.",
                most,
            )
            % {"most": most},
            field=FIELD,
        )
    return [_check_file(file) for file in files]


def _check_file(file: UploadedFile) -> CheckedFile:
    name = clean_name(file.name or "")
    shown, largest = {"name": name}, settings.ATTACHMENT_MAX_BYTES
    if not file.size:
        raise InvalidInput(_("“%(name)s” is empty. Check the file, then choose it again.") % shown, field=FIELD)
    if file.size > largest:
        limit = {"limit": filesizeformat(largest)}
        raise InvalidInput(
            _("“%(name)s” is larger than %(limit)s. Send a smaller version, or say where it can be found.")
            % (shown | limit),
            field=FIELD,
        )
    content_type = sniff(file, PurePosixPath(name).suffix.lower())
    if content_type is None:
        kinds = {"kinds": SHOWN_KINDS}
        raise InvalidInput(
            _("“%(name)s” is not a kind of file we take. Send one of these: %(kinds)s.") % (shown | kinds), field=FIELD
        )
    return CheckedFile(file, _with_extension(name, content_type), content_type)


def clean_name(name: str) -> str:
    """A name that can neither lead anywhere nor look like another: no folders, no control or direction marks."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in name if unicodedata.category(char)[0] != "C" and char not in '<>:"|?*')
    kept = " ".join(kept.split()).lstrip(".")
    if len(kept) > LONGEST_NAME:
        suffix = PurePosixPath(kept).suffix[:10]
        kept = kept[: LONGEST_NAME - len(suffix)].rstrip() + suffix
    return kept or _("file")


def _with_extension(name: str, content_type: str) -> str:
    """“report.exe” that holds a PDF becomes “report.exe.pdf”: what it is called is what it is."""
    wanted = EXTENSIONS[content_type]
    suffix = PurePosixPath(name).suffix.lower()
    return name if OTHER_SPELLINGS.get(suffix, suffix) == wanted else name + wanted


def sniff(file: IO[Any], suffix: str) -> str | None:
    """Say what the content is, or None when we do not take it; the suffix only tells plain texts apart."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    for signature, content_type in SIGNATURES:
        if signature.match(head):
            return content_type
    if head.startswith(b"PK\x03\x04"):
        packed = _sniff_archive(file)
        file.seek(0)
        return packed
    return _sniff_text(file, head, suffix)


def _sniff_archive(file: IO[Any]) -> str | None:
    """A document of an office suite, without macros; any other archive is refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = set(archive.namelist())
            if "mimetype" in members and archive.getinfo("mimetype").file_size < HEAD_BYTES:
                named = archive.read("mimetype").decode("ascii", "replace").strip()
                return named if named in EXTENSIONS and named.startswith(OPEN_DOCUMENT) else None
    except BROKEN_ARCHIVE:
        return None  # broken, encrypted or packed in a way that nobody's office suite writes
    if "[Content_Types].xml" not in members or any(member.endswith("vbaProject.bin") for member in members):
        return None
    return next((kind for part, kind in PARTS_OF_OFFICE_XML.items() if part in members), None)


def _sniff_text(file: IO[Any], head: bytes, suffix: str) -> str | None:
    if not _is_text(file):
        return None
    start = head.removeprefix(b"\xef\xbb\xbf")
    if suffix == ".ics":
        return "text/calendar" if start.lstrip().upper().startswith(b"BEGIN:VCALENDAR") else None
    if suffix == ".eml":
        return "message/rfc822" if HEADER_LINE.match(start) else None
    if MARKUP_OR_SCRIPT.search(start):
        return None
    return {".txt": "text/plain", "": "text/plain", ".csv": "text/csv"}.get(suffix)


def _is_text(file: IO[Any]) -> bool:
    """True for UTF-8 or one of the Latin code pages: no control characters but tabs, ends of lines and pages."""
    file.seek(0)
    while chunk := file.read(1 << 16):
        if CONTROLS.search(chunk):
            return False
    file.seek(0)
    return True


def attach(
    service_request: ServiceRequest,
    files: Sequence[CheckedFile],
    *,
    by: User,
    now: datetime,
    message: Message | None = None,
) -> None:
    """Store checked files with the request. The caller's transaction holds the rows."""
    for checked in files:
        Attachment.objects.create(
            service_request=service_request,
            message=message,
            by=by,
            file=checked.file,
            name=checked.name,
            content_type=checked.content_type,
            size=checked.file.size or 0,
            sealed=bool(message and message.is_sealed),
            at=now,
        )
