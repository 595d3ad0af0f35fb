"""The administrator's way to one person out of two, and where old links lead."""

import html
import re

import pytest
from django.urls import reverse

from requests_app import actions as requests_actions
from servicedesk.people.models import Change, User
from tests import makers
from tests.people.merging import make_pair, merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(db):
    return make_pair()


def address(person: User) -> str:
    return reverse("people:person-merge", args=[person.pk])


def text_of(response) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", "", response.content.decode())).split())


def seen_of(page) -> dict[str, str]:
    """What the page that asks sends back with the yes to it."""
    return dict(re.findall(r'name="(into|seen_\w+)" value="([^"]*)"', page.content.decode()))


def test_person_page_offers_to_merge(as_administrator, pair):
    page = as_administrator.get(reverse("people:person-edit", args=[pair[1].pk]))

    assert f'href="{address(pair[1])}"' in page.content.decode()


def test_person_merge_asks_who_is_to_be_kept(as_administrator, pair):
    page = as_administrator.get(address(pair[1]))

    assert page.status_code == 200
    assert "E-mail address of the person to keep" in text_of(page)


def test_person_merge_says_in_counts_what_would_go_over_and_changes_nothing(as_administrator, pair):
    kept, merged = pair
    office = makers.make_office("EO", "Office of the CEO")
    dana = makers.make_assistant(office)
    rows = [makers.make_request(office, merged) for _one in range(3)]
    requests_actions.resolve(service_request_id=rows[0].pk, by=dana, body="Done")
    office.memberships.create(person=merged, role="team")
    makers.make_delegation(merged, dana)
    User.objects.filter(pk=merged.pk).update(
        department=makers.make_department("Legal"), job_title="Buyer", is_administrator=True
    )

    page = as_administrator.get(address(merged), {"into": kept.email})

    text = text_of(page)
    assert "2 open requests they asked for become Anna Berg's and get their places anew." in text
    assert "1 closed request they asked for becomes Anna Berg's." in text
    assert "Anna Berg becomes executive team of Office of the CEO." in text
    assert "1 delegation of theirs becomes one of Anna Berg." in text
    assert "Anna Berg becomes an administrator." in text
    assert "Anna Berg, who has no department, gets theirs: Legal." in text
    assert "Anna Berg, who has no job title, gets theirs: Buyer." in text
    assert "This cannot be undone" in text
    assert not Change.objects.filter(about=merged.about).exists()


def test_person_merge_says_the_same_whatever_is_sealed(as_administrator, pair):
    kept, merged = pair
    office = makers.make_office("EO")
    before = text_of(as_administrator.get(address(merged), {"into": kept.email}))
    dana = makers.make_assistant(office)
    office.standings.create(person=merged, clout=1, by=dana, at=merged.added_at)
    terms = {"about": "Canary", "level": 2, "starts_on": merged.added_at.date(), "by": dana, "at": merged.added_at}
    office.agreements.create(person=merged, **terms)

    after = text_of(as_administrator.get(address(merged), {"into": kept.email}))

    assert after == before


def test_person_merge_on_the_yes_merges_and_leads_to_the_one_who_stays(as_administrator, pair):
    kept, merged = pair
    seen = seen_of(as_administrator.get(address(merged), {"into": kept.email}))

    page = as_administrator.post(address(merged), seen, follow=True)

    merged.refresh_from_db()
    assert merged.merged_into == kept
    assert page.redirect_chain[-1][0] == reverse("people:person-edit", args=[kept.pk])
    assert "Anna Adler (anna.adler@example.org) is merged into Anna Berg." in text_of(page)
    assert "Also known as: anna.adler@example.org instead of nothing." in text_of(page)
    assert "Changes of accounts that were merged into this one Ada Admin" in text_of(page)


def test_person_merge_without_what_was_seen_asks_first(as_administrator, pair):
    kept, merged = pair

    page = as_administrator.post(address(merged), {"into": kept.email})

    merged.refresh_from_db()
    assert (page.status_code, merged.merged_into) == (200, None)
    assert "What goes over" in text_of(page)


def test_person_merge_after_a_change_says_so_and_asks_again(as_administrator, pair):
    kept, merged = pair
    seen = seen_of(as_administrator.get(address(merged), {"into": kept.email}))
    Change.objects.create(about=kept.about, before={"name": "Anna"}, after={"name": "Anna Berg"})

    page = as_administrator.post(address(merged), seen)
    again = as_administrator.post(address(merged), seen_of(page))

    merged.refresh_from_db()
    assert page.status_code == 409
    assert "This was changed after you opened it." in text_of(page)
    assert (again.status_code, merged.merged_into) == (302, kept)


@pytest.mark.parametrize(
    ("into", "sentence"),
    [
        ("", "Write an e-mail address."),
        ("nobody@example.org", "Nobody here has the address “nobody@example.org”."),
        ("anna.adler@example.org", "That is the same person."),
        ("left@example.org", "Lee Left may not sign in any more."),
    ],
)
def test_person_merge_into_somebody_it_cannot_be_says_why(as_administrator, pair, into, sentence):
    makers.make_person("Lee Left", "left@example.org", is_active=False)

    page = as_administrator.get(address(pair[1]), {"into": into})

    assert page.status_code == 422
    assert sentence in text_of(page)
    assert page.context["form"]["into"].value() == into


def test_person_merge_of_oneself_is_refused(as_administrator, administrator, pair):
    page = as_administrator.get(address(administrator), {"into": pair[0].email})

    assert "You are signed in as the one that would go." in text_of(page)


def test_person_merge_into_the_address_of_somebody_merged_finds_where_they_are(as_administrator, pair):
    kept, merged = pair
    merge(kept, merged)

    page = as_administrator.get(address(makers.make_person("Annie")), {"into": merged.email})

    assert 'name="into" value="anna.berg@example.org"' in page.content.decode()


@pytest.mark.parametrize("name", ["person-edit", "person-merge"])
@pytest.mark.parametrize("verb", ["get", "post"])
def test_page_of_somebody_merged_leads_to_the_one_who_stays(as_administrator, pair, name, verb):
    kept, merged = pair
    merge(kept, merged)

    page = getattr(as_administrator, verb)(reverse(f"people:{name}", args=[merged.pk]), follow=True)

    assert page.redirect_chain[-1][0] == reverse("people:person-edit", args=[kept.pk])
    assert "was merged into Anna Berg. This is their page now." in text_of(page)


def test_person_invite_of_somebody_merged_mails_nobody(as_administrator, pair):
    merge(*pair)

    page = as_administrator.post(reverse("people:person-invite", args=[pair[1].pk]), follow=True)

    assert "was merged into Anna Berg." in text_of(page)
    assert not pair[1].notices.exists()


def test_people_shows_who_was_merged_into_whom(as_administrator, pair):
    merge(*pair)

    page = as_administrator.get(reverse("people:people"), {"state": "inactive"})

    assert "merged into Anna Berg" in text_of(page)


def test_session_of_somebody_merged_ends_and_they_cannot_sign_in(client, pair):
    kept, merged = pair
    merged.set_password("try-the-desk-2026")
    merged.save()
    client.force_login(merged)

    merge(kept, merged)
    page = client.get(reverse("requests:mine"))
    client.post(reverse("account_login"), {"login": merged.email, "password": "try-the-desk-2026"})

    assert page.status_code == 302
    assert client.get(reverse("requests:mine")).status_code == 302


def test_delegate_is_found_by_the_address_of_an_account_that_was_merged(client, pair):
    kept, merged = pair
    merge(kept, merged)
    chief = makers.make_person()
    client.force_login(chief)

    client.post(reverse("people:delegate-add"), {"delegate": merged.email})

    assert chief.delegations_given.get().delegate == kept
