from datetime import UTC, datetime

from crispy_forms.layout import ButtonHolder, Column, Div, Fieldset, Row, Submit
from django import forms
from django.template import Context, Template

from servicedesk.frame.forms import CardRadioSelect, DateTimeInput, DeskHelper


class NoteForm(forms.Form):
    kind = forms.ChoiceField(
        label="Kind",
        choices=[("a", "Meeting"), ("b", "Call")],
        widget=CardRadioSelect(descriptions={"a": "Time with <us>"}),
    )
    title = forms.CharField(label="In one line", help_text="Short <please>.", max_length=5)
    note = forms.CharField(label="Note", required=False)
    done = forms.BooleanField(label="Done", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, layout=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = DeskHelper(*layout)


def crispy(form: forms.Form) -> str:
    return Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))


def test_field_with_an_error_binds_label_help_and_error_together():
    html = crispy(NoteForm({"title": "far too long", "kind": "a"}))

    assert '<label for="id_title">In one line</label>' in html
    assert 'aria-describedby="id_title_helptext id_title_error" aria-invalid="true"' in html
    assert 'id="id_title_helptext">Short &lt;please&gt;.</div>' in html
    assert 'id="id_title_error"' in html
    assert 'value="far too long"' in html


def test_field_that_is_optional_says_so_in_words():
    html = crispy(NoteForm())

    assert 'Note <span class="optional">optional</span>' in html
    assert html.count('class="optional"') == 1


def test_choices_are_cards_with_their_meaning_in_a_named_group():
    html = crispy(NoteForm())

    assert "<legend>Kind</legend>" in html
    assert "<strong>Meeting</strong><small>Time with &lt;us&gt;</small>" in html
    assert "<strong>Call</strong></label>" in html


def test_error_summary_links_to_each_field_and_takes_the_focus():
    html = crispy(NoteForm({"title": ""}))

    assert 'role="alert" tabindex="-1" autofocus' in html
    assert '<a href="#id_kind_0">Kind</a>: This field is required.' in html
    assert '<a href="#id_title">In one line</a>: This field is required.' in html


def test_form_without_errors_has_no_summary():
    assert "error-summary" not in crispy(NoteForm())
    assert "error-summary" not in crispy(NoteForm({"title": "ok", "kind": "a"}))


def test_layout_draws_every_part_and_each_field_once():
    layout = (Fieldset("What", "kind", Row(Column("title"), "note")), Div("done"), ButtonHolder(Submit("send", "Send")))

    html = crispy(NoteForm({"title": ""}, layout=layout))

    assert html.count('name="title"') == html.count('name="done"') == html.count('name="secret"') == 1
    assert "<legend>What</legend>" in html
    assert 'class="button primary' in html
    assert html.count("error-summary") == 1


def test_form_with_its_own_tag_is_checked_by_us_alone():
    form = NoteForm()
    form.helper.form_tag = True

    html = crispy(form)

    assert "novalidate" in html
    assert "csrfmiddlewaretoken" not in html


def test_plain_form_looks_like_a_crispy_one():
    html = str(NoteForm({"title": ""}))

    assert 'class="error-summary"' in html
    assert html.count('class="field"') == 3


def test_date_time_input_speaks_the_browsers_format():
    html = DateTimeInput().render("at", datetime(2026, 11, 24, 9, 5, tzinfo=UTC))

    assert 'type="datetime-local"' in html
    assert 'value="2026-11-24T09:05"' in html
