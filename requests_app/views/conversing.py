"""Notes of conversations: writing one down from anywhere, reading them, and the other side's word on our understanding."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from requests_app.actions.conversing import (
    answer_understanding,
    correct_conversation,
    keep_conversation,
    send_understanding,
)
from requests_app.conversations import about_page_before, notes_page, offered
from requests_app.forms.conversing import AnswerForm, ConversationForm, NewConversationForm, UnderstandingForm
from requests_app.models import ConversationNote, Understanding
from requests_app.models.conversation import NOTE_READERS
from requests_app.paging import read_cursor
from requests_app.searching import cut_sentence, tidy
from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.frame import times
from servicedesk.frame.addresses import page_before, read_id, way_back
from servicedesk.people.access import access_of, login_required, offices_read_by, person_of, role_required
from servicedesk.people.choosing import choose_office
from servicedesk.people.forms.fields import tell_at_form
from servicedesk.people.models import Office, User
from servicedesk.people.typed_text import keeps_typed_text, restored

SEND = "understanding"


@require_safe
@role_required(*NOTE_READERS)
def conversation_list(request: HttpRequest) -> HttpResponse:
    """The latest conversation first; `?person=` narrows it to one."""
    choice = choose_office(request, *NOTE_READERS)
    reader = person_of(request)
    typed = request.GET.get("q", "")
    wanted = read_id(request.GET.get("person", ""))
    person = User.objects.exclude(pk=reader.pk).filter(pk=wanted).first() if wanted else None
    words, place = tidy(typed), read_cursor(request.GET.get("after", ""))
    context = {
        "office": choice.office,
        "offices": choice.offices,
        "page": notes_page(reader, choice.office, words=words, person=person, place=place),
        "person": person,
        "words": words,
        "is_further": place is not None,
        "cut": cut_sentence(typed),
    }
    return render(request, "requests_app/conversation_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@role_required(*NOTE_READERS)
@vary_on_headers("HX-Request")
def conversation_new(request: HttpRequest) -> HttpResponse:
    """Write one down. As a fragment: who and what fits the words typed so far."""
    writer = person_of(request)
    given = request.GET.get("about", "")
    if request.htmx and request.method != "POST":  # type: ignore[attr-defined]
        return render(request, "requests_app/_offered.html", {"offered": offered(given, writer)})
    offices = _offices_of(writer)
    if request.method != "POST":
        return _show_new(request, _blank(request, writer, offices, given), _came_from(request))
    form = NewConversationForm(request.POST, writer=writer, offices=offices)
    if form.is_valid():
        try:
            note = keep_conversation(
                about=form.subject(),
                said=form.said(),
                by=writer,
                submission_key=form.cleaned_data["submission_key"],
            )
        except ServiceDeskError as problem:
            tell_at_form(form, problem)
        else:
            messages.success(request, _kept_in_words(note))
            return _after(request, note)
    return _show_new(request, form, request.POST.get("next", ""), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
@role_required(*NOTE_READERS)
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    note = _find_note(request, pk)
    return render(request, "requests_app/conversation.html", _about(request, note))


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@role_required(*NOTE_READERS)
def conversation_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a later note in place of this one, which stays as it is."""
    note = _find_note(request, pk)
    if request.method != "POST":
        typed = restored(request)
        form = ConversationForm(initial=typed.dict() if typed else _as_said(note))
        return _show(request, "requests_app/conversation_correct.html", note, form)
    form, status = ConversationForm(request.POST), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            later = correct_conversation(
                note_id=note.pk,
                said=form.said(),
                by=person_of(request),
                submission_key=form.cleaned_data["submission_key"],
            )
        except ServiceDeskError as problem:
            tell_at_form(form, problem)
            status = HTTPStatus.CONFLICT if isinstance(problem, ChangedMeanwhile) else status
        else:
            messages.success(request, _("The correction is kept; the earlier note stays as it was."))
            return redirect(later)
    return _show(request, "requests_app/conversation_correct.html", note, form, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@role_required(*NOTE_READERS)
def understanding_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to whom the note is about how they were understood."""
    note = _find_note(request, pk)
    opening = _opening(note)
    if request.method != "POST":
        typed = restored(request)
        form = UnderstandingForm(initial=typed.dict() if typed else {"body": opening}, opening=opening)
        return _show(request, "requests_app/understanding_send.html", note, form)
    form, status = UnderstandingForm(request.POST, opening=opening), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            send_understanding(note_id=note.pk, by=person_of(request), **form.cleaned_data)
        except ServiceDeskError as problem:
            tell_at_form(form, problem)
            status = HTTPStatus.CONFLICT if isinstance(problem, ChangedMeanwhile) else status
        else:
            told = _("%(name)s is asked by e-mail. Their answer stands here once it comes.")
            messages.success(request, told % {"name": note.person})
            return redirect(note)
    return _show(request, "requests_app/understanding_send.html", note, form, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@login_required
def understanding(request: HttpRequest, pk: int) -> HttpResponse:
    """For whom it was written, and for nobody else; looking at it answers nothing."""
    reader = person_of(request)
    sent = Understanding.objects.filter(note__person=reader).select_related("by", "note__office")
    asked = get_object_or_404(sent, pk=pk)
    if request.method != "POST":
        typed = restored(request)
        return _show_understanding(request, asked, AnswerForm(initial=typed.dict() if typed else None))
    form = AnswerForm(request.POST)
    if form.is_valid():
        said = {"answer": form.cleaned_data["answer"], "text": form.cleaned_data["answer_text"]}
        try:
            answer_understanding(understanding_id=asked.pk, by=reader, **said)
        except ServiceDeskError as problem:
            tell_at_form(form, problem)
        else:
            messages.success(request, _("Thank you. The office has your answer."))
            return redirect(asked)
    return _show_understanding(request, asked, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _offices_of(writer: User) -> list[Office]:
    offices = Office.objects.filter(pk__in=access_of(writer).offices_as(*NOTE_READERS))
    return list(offices.order_by("name"))


def _find_note(request: HttpRequest, pk: int) -> ConversationNote:
    """The note if the person may read it; for them there is no other."""
    return get_object_or_404(ConversationNote.objects.readable_by(person_of(request)).with_everything(), pk=pk)


def _blank(request: HttpRequest, writer: User, offices: list[Office], given: str) -> NewConversationForm:
    typed = restored(request)
    initial: dict[str, Any] = {"about": given or about_page_before(request, writer), "said_at": timezone.localtime()}
    return NewConversationForm(
        initial=initial | (typed.dict() if typed else {}), writer=writer, offices=offices, use_required_attribute=False
    )


def _as_said(note: ConversationNote) -> dict[str, Any]:
    return {"text": note.text, "how": note.how, "said_at": timezone.localtime(note.said_at)}


def _opening(note: ConversationNote) -> str:
    """The first words of the letter. Nothing of the note: what they are to read is written for them."""
    spoke = {
        ConversationNote.How.IN_PERSON: _("We spoke on %(day)s. This is how I understood you:"),
        ConversationNote.How.TELEPHONE: _("We spoke on the telephone on %(day)s. This is how I understood you:"),
        ConversationNote.How.MESSAGE: _("You wrote to me on %(day)s. This is how I understood you:"),
    }[ConversationNote.How(note.how)]
    return f"{spoke % {'day': times.full_day(timezone.localdate(note.said_at))}}\n\n"


def _kept_in_words(note: ConversationNote) -> str:
    if note.service_request:
        return _("The note is kept on %(reference)s.") % {"reference": note.service_request}
    return _("The note is kept: what %(name)s said.") % {"name": note.person}


def _came_from(request: HttpRequest) -> str:
    """Where one goes on afterwards; nothing where the browser does not say, or one came from this very page."""
    before = page_before(request)
    return "" if before == "/" or before.startswith(request.path) else before


def _after(request: HttpRequest, note: ConversationNote) -> HttpResponse:
    if request.POST.get("then") == SEND:
        return redirect("requests:understanding-send", note.pk)
    return redirect(way_back(request, note))


def _show_new(request: HttpRequest, form: NewConversationForm, back: str, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "back": back, "offered": offered(str(form["about"].value() or ""), person_of(request))}
    return render(request, "requests_app/conversation_new.html", context, status=status)


def _about(request: HttpRequest, note: ConversationNote) -> dict[str, Any]:
    return {
        "note": note,
        "may_open": note.office_id in offices_read_by(person_of(request)),
    }


def _show(request: HttpRequest, template: str, note: ConversationNote, form: Any, *, status: int = 200) -> HttpResponse:
    return render(request, template, {**_about(request, note), "form": form}, status=status)


def _show_understanding(
    request: HttpRequest, asked: Understanding, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    return render(request, "requests_app/understanding.html", {"asked": asked, "form": form}, status=status)
