from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from priorities import actions
from priorities.actions import JudgedStanding, standing_version
from priorities.models import Standing, StandingLook, SupportRating
from servicedesk.paging import PAGE_SIZE
from tests.makers import (
    make_assistant,
    make_department,
    make_executive,
    make_manager,
    make_office,
    make_person,
    make_request,
)

pytestmark = pytest.mark.django_db
SOON = timedelta(days=30)


@pytest.fixture
def office():
    return make_office("EO")


@pytest.fixture
def legal():
    return make_department("Legal")


@pytest.fixture
def helena(legal):
    return make_person("Helena Lindqvist", department=legal)


@pytest.fixture
def assistant(office, client):
    person = make_assistant(office, "Dana Okafor")
    client.force_login(person)
    return person


def judged(clout=None, resources=None, **more):
    facts = {"evidence": "Owns the site.", "review_on": timezone.localdate() + SOON} | more
    return JudgedStanding(clout, resources, **facts)


def see(client, name="customers", *args, status=200, **parameters):
    response = client.get(reverse(f"priorities:{name}", args=args), parameters)
    assert response.status_code == status
    return " ".join(unescape(response.content.decode()).split())


def save(client, person, **data):
    return client.post(reverse("priorities:customer", args=[person.pk]), {"seen": "-", **data})


def test_customers_say_whose_level_counts(client, office, assistant, legal, helena):
    actions.judge_person(office=office, person=helena, judged=judged(3), by=assistant)
    actions.judge_department(office=office, department=legal, judged=judged(1, 4), by=assistant)

    page = see(client, q="Helena")

    assert '3 <span class="soft">strong</span>' in page
    assert '4 <span class="soft">we depend on it, from Legal</span>' in page
    assert '2 <span class="soft">assumed</span>' in page
    assert "Dana Okafor" in page


def test_customers_of_departments_have_their_own_list(client, office, assistant, legal, helena):
    actions.judge_department(office=office, department=legal, judged=judged(4), by=assistant)

    page = see(client, of="departments")

    assert "Legal" in page
    assert "decisive" in page
    assert "1 person" in page
    assert "Helena" not in page


def test_customers_leave_out_the_reader_and_their_department(client, office, legal):
    reader = make_assistant(office, "Dana Okafor", department=legal)
    make_person("Helena Lindqvist")
    make_department("Finance")
    client.force_login(reader)

    people, departments = see(client), see(client, of="departments")

    assert "Helena Lindqvist" in people
    assert f'/customers/people/{reader.pk}/"' not in people
    assert "Finance" in departments
    assert f"/customers/departments/{legal.pk}/" not in departments


def test_customers_seal_what_a_colleague_inherits_from_the_readers_department(client, office, legal, helena):
    actions.judge_department(office=office, department=legal, judged=judged(4, 4), by=make_assistant(office))
    client.force_login(make_assistant(office, department=legal))

    page = see(client, "customer", helena.pk)

    assert "sealed for you" in page
    assert "decisive, from" not in page
    assert "the department's 4 counts" not in page


def test_customers_count_a_lapsed_clout_as_2_and_say_so(client, office, assistant, helena):
    actions.judge_person(office=office, person=helena, judged=judged(4), by=assistant)
    Standing.objects.update(review_on=timezone.localdate() - timedelta(days=3))

    assert "counts as 2" in see(client, q="Helena")


@pytest.mark.parametrize(("wanted", "shown", "hidden"), [("yes", "Helena", "Bruno"), ("no", "Bruno", "Helena")])
def test_customers_are_narrowed_to_judged_or_not(client, office, assistant, helena, wanted, shown, hidden):
    make_person("Bruno Costa")
    actions.judge_person(office=office, person=helena, judged=judged(3), by=assistant)

    page = see(client, judged=wanted)

    assert shown in page
    assert hidden not in page


def test_customers_go_on_where_a_page_ends(client, office, assistant, legal, django_assert_num_queries):
    for number in range(PAGE_SIZE + 2):
        make_person(f"Zoe {number:03}", department=legal)
    see(client, q="Zoe")

    with django_assert_num_queries(9):
        first = client.get(reverse("priorities:customers"), {"q": "Zoe"})
    further = see(client, q="Zoe", after=first.context["page"].next_after)

    assert len(first.context["page"].rows) == PAGE_SIZE
    assert f"Zoe {PAGE_SIZE + 1:03}" in further
    assert "Zoe 000" not in further


def test_customers_log_a_look_at_each_once_an_hour(client, office, assistant, helena, legal):
    bruno = make_person("Bruno Costa")

    for _time in range(2):
        see(client)
        see(client, of="departments")

    looks = StandingLook.objects.filter(by=assistant)
    assert set(looks.exclude(person=None).values_list("person", flat=True)) == {helena.pk, bruno.pk}
    assert [look.department for look in looks.filter(person=None)] == [legal]


@pytest.mark.parametrize("parameters", [{"q": "\x00"}, {"after": "x"}, {"judged": "9"}, {"of": "9"}, {"q": "a " * 300}])
def test_customers_with_nonsense_are_still_a_page(client, assistant, helena, parameters):
    assert "<h1>Customers</h1>" in see(client, **parameters)


def test_customers_of_an_office_that_is_not_the_readers_are_404(client, assistant, helena):
    other = make_office()

    assert see(client, "customer", helena.pk, office=other.pk, status=404)
    assert not StandingLook.objects.exists()


def test_customer_is_judged_on_their_page(client, office, assistant, helena):
    make_request(office, helena)

    response = save(client, helena, clout="3", evidence="Owns the site.", review_on=timezone.localdate() + SOON)

    assert response["Location"] == f"/customers/people/{helena.pk}/?office={office.pk}"
    assert "and 1 open request was placed anew by it" in see(client, "customer", helena.pk)
    assert (Standing.objects.get().clout, Standing.objects.get().by) == (3, assistant)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"clout": "3"}, "Say what this clout rests on"),
        ({"clout": "3", "evidence": "x", "review_on": "2020-01-01"}, "Give a day, today or later"),
        ({"clout": "3", "evidence": "x", "review_on": "2100-12-31"}, "again within two years. Choose an earlier day"),
        ({"clout": "7", "evidence": "x"}, "Choose one of the entries listed"),
        ({"review_on": "soon", "evidence": "x"}, "Give a day, such as"),
    ],
)
def test_customer_with_wrong_input_says_what_to_do_and_keeps_it(client, assistant, helena, data, sentence):
    response = save(client, helena, resources="2", **data)

    assert response.status_code == 422
    assert sentence in unescape(response.content.decode())
    assert '<option value="2" selected>' in response.content.decode()
    assert not Standing.objects.exists()


def test_customer_judged_by_another_meanwhile_says_so_once(client, office, assistant, helena):
    other = make_assistant(office, "Sam Whitlock")
    actions.judge_person(office=office, person=helena, judged=judged(3), by=other)

    refused = save(client, helena, resources="4")
    again = save(client, helena, resources="4", seen=refused.context["form"]["seen"].value())

    assert refused.status_code == 409
    assert "Sam Whitlock judged this after you opened it" in unescape(refused.content.decode())
    assert '<option value="4" selected>' in refused.content.decode()
    assert again.status_code == 302


def test_customer_form_says_what_the_department_gives(client, office, assistant, legal, helena):
    actions.judge_department(office=office, department=legal, judged=judged(4), by=assistant)

    assert "none of their own: the department's 4 counts" in see(client, "customer", helena.pk)


def test_customer_shows_ratings_and_takes_one(client, office, assistant, helena):
    address = reverse("priorities:customer-support", args=[helena.pk])

    refused = client.post(address, {"rating": "1.0"})
    taken = client.post(address, {"rating": "1.0", "note": "Spoke for us in the board."})

    assert refused.status_code == 422
    assert "Write one sentence about it." in unescape(refused.content.decode())
    assert taken.status_code == 302
    assert SupportRating.objects.get().note in see(client, "customer-support", helena.pk)


@pytest.mark.parametrize("name", ["customer", "customer-support"])
def test_customer_page_about_oneself_is_sealed(client, assistant, name):
    page = see(client, name, assistant.pk, status=403)

    assert "What your colleagues think of you is for them only." in page
    assert not StandingLook.objects.exists()


def test_department_of_the_reader_is_sealed(client, office, legal):
    client.force_login(make_assistant(office, department=legal))

    assert "Sealed for you" in see(client, "customer-department", legal.pk, status=403)


def test_department_judged_moves_its_people(client, office, assistant, legal, helena):
    make_request(office, helena)
    data = {"seen": standing_version(None), "clout": "3", "evidence": "x", "review_on": timezone.localdate() + SOON}

    response = client.post(reverse("priorities:customer-department", args=[legal.pk]), data, follow=True)

    assert "and 1 open request was placed anew by it" in unescape(response.content.decode())
    assert Standing.objects.get().department == legal


@pytest.mark.parametrize("make_reader", [make_manager, make_executive])
def test_customer_is_read_but_not_judged_by_others(client, office, helena, make_reader):
    client.force_login(make_reader(office))

    page, answer = see(client, "customer", helena.pk), save(client, helena, resources="3")

    assert "Judge the standing" not in page
    assert answer.status_code == 403
    assert not Standing.objects.exists()
    assert StandingLook.objects.filter(person=helena).exists()


def test_looks_at_departments_are_listed(client, office, assistant, legal):
    see(client, "customer-department", legal.pk)
    client.force_login(make_manager(office))

    assert 'Legal <span class="soft">department</span>' in see(client, "standing-looks")
