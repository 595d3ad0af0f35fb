"""Somebody of the office who asks for something is a requester like any other."""

import pytest
from django.urls import reverse

from requests_app import actions
from requests_app.models import ServiceRequest
from requests_app.request_page import steps
from tests import makers

pytestmark = pytest.mark.django_db


def test_own_request_of_an_assistant_hides_its_notes_and_takes_none_of_them(sign_in, office, assistant):
    own = makers.make_request(office, assistant, title="My own trip")
    actions.add_note(service_request_id=own.pk, by=makers.make_assistant(office), body="He always hurries us")
    client = sign_in(assistant)

    page = client.get(own.get_absolute_url()).content.decode()
    found = client.get(reverse("requests:search"), {"q": "hurries"}).content.decode()

    assert "He always hurries us" not in page
    assert "Sealed for you" in page
    assert "Internal note" not in page
    assert own.reference not in found
    assert client.get(reverse("requests:note", args=[own.reference])).status_code == 403


def test_own_closed_request_of_an_assistant_offers_to_add_to_it(sign_in, office, assistant):
    own = makers.make_request(office, assistant)
    actions.resolve(service_request_id=own.pk, by=assistant)

    page = sign_in(assistant).get(own.get_absolute_url())

    assert page.context["step"] is steps.ADD


def test_search_for_the_words_of_a_note_on_the_readers_own_request_finds_nothing(office, assistant):
    own, other = makers.make_request(office, assistant), makers.make_request(office, makers.make_person())
    for about in (own, other):
        actions.add_note(service_request_id=about.pk, by=makers.make_assistant(office), body="hurries")

    assert list(ServiceRequest.objects.search("hurries", assistant)) == [other]
