"""No form of the product leaves a person with a library's remark."""

import importlib
import pkgutil

import pytest
from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.validators import RegexValidator

import feedback
import priorities
import requests_app
import servicedesk
from servicedesk.frame.forms import DeskForm, InOurWords
from servicedesk.people.models import Office

CHOICES = [("a", "A"), ("b", "B")]


class EverySort(DeskForm):
    text = forms.CharField(max_length=5, min_length=2)
    email = forms.EmailField()
    number = forms.IntegerField(min_value=1, max_value=9)
    day = forms.DateField()
    hour = forms.TimeField()
    moment = forms.DateTimeField()
    tick = forms.BooleanField()
    one = forms.ChoiceField(choices=CHOICES)
    some = forms.MultipleChoiceField(choices=CHOICES)
    paper = forms.FileField()
    days = SimpleArrayField(forms.DateField(), required=False)
    office = forms.ModelChoiceField(Office.objects.none(), required=False)


def sentences(**typed):
    form = EverySort(typed)
    return {name: form.errors[name][0] for name in typed} if typed else {n: e[0] for n, e in form.errors.items()}


def test_form_sent_empty_says_what_to_do_in_every_field():
    assert sentences() == {
        "text": "Write something here.",
        "email": "Write an e-mail address.",
        "number": "Write a number, such as 12.",
        "day": "Give a day, such as 2026-11-24.",
        "hour": "Give a time, such as 14:30.",
        "moment": "Give a day and a time, such as 2026-11-24 14:30.",
        "tick": "Tick this box to go on.",
        "one": "Choose one of the entries listed.",
        "some": "Choose at least one.",
        "paper": "Choose a file.",
    }


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("text", "x" * 10_000, "Shorten this to 5 characters; it has 10000."),
        ("text", "x", "Write at least 2 characters; this has 1."),
        ("text", "a\x00b", "The text holds a character that cannot be stored. Type it again instead of pasting it."),
        ("email", "nobody", "This is no e-mail address. Write one such as dana@example.org."),
        ("number", "many", "Write a number, such as 12."),
        ("number", "0", "Write 1 or more."),
        ("number", "10", "Write 9 or less."),
        ("day", "32 May", "Give a day, such as 2026-11-24."),
        ("hour", "noon", "Give a time, such as 14:30."),
        ("moment", "soon", "Give a day and a time, such as 2026-11-24 14:30."),
        ("days", "2026-12-24,soon", "Entry 2 cannot be read: Give a day, such as 2026-11-24."),
        ("office", "a\x00b", "The text holds a character that cannot be stored. Type it again instead of pasting it."),
        ("one", "z", "Choose one of the entries listed."),
        ("some", ["z"], "Choose one of the entries listed."),
    ],
)
def test_form_sent_garbage_says_what_to_do(field, typed, sentence):
    assert sentences(**{field: typed}) == {field: sentence}


def test_field_with_words_of_its_own_keeps_them():
    class Own(DeskForm):
        text = forms.CharField(max_length=3, error_messages={"required": "Name it.", "max_length": "Three at most."})
        code = forms.CharField(validators=[RegexValidator("^[A-Z]+$", "Use capital letters.")])

    assert Own({}).errors["text"] == ["Name it."]
    assert Own({"text": "long", "code": "low"}).errors == {
        "text": ["Three at most."],
        "code": ["Use capital letters."],
    }


def test_field_added_after_the_form_was_made_speaks_too():
    form = DeskForm({})
    form.fields["late"] = forms.CharField()

    assert form.errors["late"] == ["Write something here."]


def forms_below(sort):
    for below in sort.__subclasses__():
        yield below
        yield from forms_below(below)


def test_every_form_of_the_product_speaks_our_sentences():
    ours = (feedback, priorities, requests_app, servicedesk)
    for package in ours:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".forms" in module.name or module.name.endswith((".samples", ".forms")):
                importlib.import_module(module.name)
    names = {package.__name__ for package in ours}

    found = [form for form in set(forms_below(forms.BaseForm)) if form.__module__.split(".")[0] in names]

    assert len(found) > 30
    assert [form.__name__ for form in found if not issubclass(form, InOurWords)] == []


class DayForm(DeskForm):
    day = forms.DateField()
    moment = forms.DateTimeField(required=False)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0026-11-24", "Give the year with four digits, from 2000 on."),
        ("1999-12-31", "Give the year with four digits, from 2000 on."),
        ("2201-01-01", "Give the year with four digits, until 2200."),
        ("2000-01-01", None),
        ("2200-12-31", None),
    ],
)
def test_form_with_a_year_that_nobody_means_says_what_to_do(typed, sentence):
    form = DayForm({"day": typed, "moment": f"{typed} 10:00"})

    assert {words for errors in form.errors.values() for words in errors} == ({sentence} if sentence else set())
    assert set(form.errors) == ({"day", "moment"} if sentence else set())
