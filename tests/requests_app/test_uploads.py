"""What files are taken, and under which names."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app import uploads
from servicedesk.exceptions import InvalidInput


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for name, content in members.items():
            written.writestr(name, content)
    return packed.getvalue()


def garbled(packed: bytes) -> bytes:
    """The same archive, its first member said to be deflated and holding nothing that can be inflated."""
    stored, deflated = b"\x00\x00", b"\x08\x00"
    central = packed.index(b"PK\x01\x02")
    start = packed.index(b"mimetype") + len(b"mimetype")
    broken = bytearray(packed)
    assert broken[8:10] == stored
    broken[8:10] = broken[central + 10 : central + 12] = deflated
    broken[start : start + 10] = b"\xff" * 10
    return bytes(broken)


def office_document(part: str, **others: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", part: b"<x/>"} | others)


def check(name: str, content: bytes) -> uploads.CheckedFile:
    return uploads.check_files([SimpleUploadedFile(name, content)])[0]


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0..", "image/jpeg"),
        ("a.gif", b"GIF89a..", "image/gif"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        ("a.txt", "Grüße".encode(), "text/plain"),
        ("a.txt", "Grüße".encode("cp1252"), "text/plain"),
        ("a.csv", b"a;b\n1;2\n", "text/csv"),
        ("a.eml", b"From: a@example.org\nSubject: x\n\n<html>", "message/rfc822"),
        ("a.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "text/calendar"),
        ("a.docx", office_document("word/document.xml"), uploads.OFFICE_XML + "wordprocessingml.document"),
        ("a.xlsx", office_document("xl/workbook.xml"), uploads.OFFICE_XML + "spreadsheetml.sheet"),
        ("a.pptx", office_document("ppt/presentation.xml"), uploads.OFFICE_XML + "presentationml.presentation"),
        ("a.odt", archive(mimetype=b"application/vnd.oasis.opendocument.text"), uploads.OPEN_DOCUMENT + "text"),
    ],
)
def test_check_files_of_a_kind_we_take_knows_it_by_content(name, content, content_type):
    checked = check(name, content)

    assert (checked.name, checked.content_type) == (name, content_type)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ\x90\x00"),
        ("a.txt", b"MZ\x90\x00"),
        ("a.pdf", b"<html>%PDF-</html>"),
        ("a.html", b"<p>hello</p>"),
        ("a.txt", b"hello <script>alert(1)</script>"),
        ("a.txt", b"#!/bin/sh\nrm"),
        ("a.svg", b"<svg xmlns='x'/>"),
        ("a.txt", b"<?xml version='1.0'?><svg/>"),
        ("a.js", b"alert(1)"),
        ("a.bat", b"del *"),
        ("a.ics", b"hello"),
        ("a.eml", b"hello"),
        ("a.zip", archive(hello=b"x")),
        ("a.docx", archive(hello=b"x")),
        ("a.docx", office_document("word/document.xml", **{"word/vbaProject.bin": b"x"})),
        ("a.docx", office_document("other.xml")),
        ("a.odt", archive(mimetype=b"application/evil")),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.odt", garbled(archive(mimetype=b"application/vnd.oasis.opendocument.text"))),
    ],
)
def test_check_files_of_another_kind_names_those_we_take(name, content):
    with pytest.raises(InvalidInput, match="not a kind of file we take. Send one of these: PDF") as refused:
        check(name, content)

    assert refused.value.field == "files"


def test_check_files_that_is_empty_says_so():
    with pytest.raises(InvalidInput, match=r"“a.txt” is empty"):
        check("a.txt", b"")


def test_check_files_that_is_too_large_says_how_much_is_allowed(settings):
    settings.ATTACHMENT_MAX_BYTES = 1024

    with pytest.raises(InvalidInput, match=r"larger than 1.0.KB"):
        check("a.txt", b"x" * 1025)


def test_check_files_that_are_too_many_says_how_many_are_allowed(settings):
    settings.ATTACHMENTS_MAX_COUNT = 1

    with pytest.raises(InvalidInput, match="at most 1 file at once"):
        uploads.check_files([SimpleUploadedFile("a.txt", b"x")] * 2)


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\x00\x1b[31mb.txt", "a[31mb.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("..hidden", "hidden"),
        ('a<b>"c".txt', "abc.txt"),
        ("", "file"),
        ("\u200b\u202e", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("  two   words .txt ", "two words .txt"),
    ],
)
def test_clean_name_leads_nowhere_and_pretends_nothing(given, cleaned):
    assert uploads.clean_name(given) == cleaned


def test_check_files_with_a_false_extension_adds_the_true_one():
    checked = check("report.exe", b"%PDF-1.4\n")

    assert checked.name == "report.exe.pdf"


def test_check_files_without_extension_calls_a_text_a_text():
    assert check("notes", b"hello").name == "notes.txt"


def test_check_files_with_a_control_character_far_inside_is_refused():
    with pytest.raises(InvalidInput):
        check("a.txt", b"x" * 70_000 + b"\x01")
