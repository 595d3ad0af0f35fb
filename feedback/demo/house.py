"""The people, departments and the office of the demo, added through the product's own actions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from feedback.demo.texts import DEPARTMENTS, GOAL_DAYS, GOALS
from requests_app.models import Goal
from servicedesk.people import actions as people
from servicedesk.people.access import Role
from servicedesk.people.actions.offices import OfficeFacts
from servicedesk.people.actions.persons import PersonFacts
from servicedesk.people.models import Department, Office, User

PASSWORD = "try-the-desk-2026"  # noqa: S105 - the demo's people exist to be signed in as

STAFF = (
    ("Marta Castellano", "Chief executive", Role.EXECUTIVE, None),
    ("Ravi Banerjee", "Chief operating officer", Role.TEAM, "Operations"),
    ("Ingrid Solheim", "Chief financial officer", Role.TEAM, "Finance"),
    ("Olu Adebayo", "General counsel", Role.TEAM, "Legal"),
    ("Claire Dufour", "Chief people officer", Role.TEAM, "Human Resources"),
    ("Tomasz Wilk", "Chief engineer", Role.TEAM, "Engineering"),
    ("Dana Okafor", "Executive assistant", Role.ASSISTANT, None),
    ("Sam Whitlock", "Executive assistant", Role.ASSISTANT, None),
    ("Ines Duarte", "Head of the executive office", Role.MANAGER, None),
)
ADMINISTRATOR = ("Noor Jansen", "Systems administrator")

COLLEAGUES = {
    "Operations": (
        "Louis Moreau",
        "Amina Farah",
        "Piet van Dijk",
        "Yuki Mori",
        "Carlos Ibarra",
        "Hanna Virtanen",
        "Joseph Mwangi",
        "Elif Kaya",
    ),
    "Finance": ("Sofia Lindgren", "Marek Dvorak", "Priya Nair", "George Papas", "Lena Vogel", "Ahmed Salem"),
    "Real Estate": ("Helena Lindqvist", "Bruno Costa", "Mei Tanaka", "Oscar Nyman", "Farid Rahimi"),
    "Legal": ("Judith Stern", "Paolo Ricci", "Aisha Bello", "Henrik Dahl", "Nadia Petrova"),
    "Compliance": ("Peter Adeyemi", "Ruth Cohen", "Lars Holm", "Camila Rojas", "Ivan Horvat"),
    "Community": ("Taro Nakamura", "Grace Murphy", "Samuel Ortiz", "Leila Haddad", "Anton Berg", "Wanda Nowak"),
    "Human Resources": ("Julia Ferreira", "Kofi Mensah", "Vera Popescu", "Emil Larsen", "Rosa Marino", "Tess de Boer"),
    "Engineering": (
        "Omar Haddad",
        "Birgit Sommer",
        "Dmitri Volkov",
        "Fatou Diallo",
        "Niall Byrne",
        "Chen Liu",
        "Sara Klein",
        "Viktor Szabo",
        "Alma Reyes",
    ),
}
TITLES = ("Head of {0}", "Team lead, {0}", "Specialist, {0}", "Coordinator, {0}", "Analyst, {0}")
AWAY = {"Yuki Mori": "Asia/Tokyo", "Carlos Ibarra": "America/New_York"}
DELEGATES = (("Ravi Banerjee", "Amina Farah"), ("Ingrid Solheim", "Lena Vogel"), ("Helena Lindqvist", "Oscar Nyman"))
TIME_ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class House:
    """Everybody and everything the story of the demo needs."""

    office: Office
    executive: User
    team: list[User]
    assistants: list[User]
    manager: User
    colleagues: list[User]
    goals: list[Goal]
    delegate_of: dict[int, User]

    @property
    def askers(self) -> list[User]:
        return [*self.colleagues, *self.team]


def build_house(*, now: datetime, rng: Random) -> House:
    """Add the departments, sixty people, the office with its roles, goals and delegations."""
    secret = make_password(PASSWORD)
    departments = {name: people.add_department(name=name, does=does) for name, does in DEPARTMENTS.items()}
    _add(*ADMINISTRATOR, None, secret, is_administrator=True)
    staff = {name: _add(name, title, departments.get(home or ""), secret) for name, title, _role, home in STAFF}
    colleagues = _add_colleagues(departments, secret, rng)
    facts = OfficeFacts(
        name="Office of the CEO",
        prefix="EO",
        time_zone=TIME_ZONE,
        working_hours="Mon-Fri 08:30-17:30",
        holiday_country="DE",
        reply_goal=Office.ReplyGoal.WORKING_DAY,
    )
    office = people.add_office(facts=facts, by=None, now=now)
    for name, _title, role, _home in STAFF:
        people.add_membership(office_id=office.pk, person=staff[name], role=role, now=now)
    everybody = staff | {person.name: person for person in colleagues}
    for principal, delegate in DELEGATES:
        people.add_delegation(principal=everybody[principal], delegate=everybody[delegate])
    by_role = {role: [staff[name] for name, _t, its, _h in STAFF if its == role] for role in Role}
    return House(
        office=office,
        executive=by_role[Role.EXECUTIVE][0],
        team=by_role[Role.TEAM],
        assistants=by_role[Role.ASSISTANT],
        manager=by_role[Role.MANAGER][0],
        colleagues=colleagues,
        goals=[
            Goal.objects.create(office=office, name=name, owner=owner, ends_on=(now + timedelta(days=days)).date())
            for name, owner, days in zip(GOALS, by_role[Role.TEAM], GOAL_DAYS, strict=True)
        ],
        delegate_of={everybody[principal].pk: everybody[delegate] for principal, delegate in DELEGATES},
    )


def _add_colleagues(departments: dict[str, Department], secret: str, rng: Random) -> list[User]:
    """The first of each department heads it and is whom to ask."""
    colleagues = []
    for name, members in COLLEAGUES.items():
        for place, person in enumerate(members):
            title = TITLES[0 if place == 0 else rng.randrange(1, len(TITLES))].format(name)
            colleagues.append(_add(person, title, departments[name], secret))
        people.change_department(department_id=departments[name].pk, contact=colleagues[-len(members)])
    return colleagues


def _add(name: str, title: str, department: Department | None, secret: str, *, is_administrator: bool = False) -> User:
    email = ".".join(name.lower().replace("van ", "van").replace("de ", "de").split()) + "@example.org"
    facts = PersonFacts(
        email=email,
        name=name,
        job_title=title,
        department=department,
        time_zone=AWAY.get(name, TIME_ZONE),
        is_administrator=is_administrator,
    )
    person = people.add_person(facts=facts, invite=False)
    person.password = secret
    person.save(update_fields=["password"])
    return person
