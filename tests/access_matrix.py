"""Who may do what at every address of the product. A new address needs one line here; the test says which.

`get` and `post` name the roles that are let through; for everybody else, and for every other verb, the address is
closed. GET stands for HEAD as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str

from tests.house import (
    ADMINISTRATOR,
    ANONYMOUS,
    ASSISTANT,
    DELEGATE,
    EXECUTIVE,
    MANAGER,
    REQUESTER,
    ROLES,
    House,
)

Arguments = Callable[[House], Mapping[str, Any]]

NOBODY: frozenset[str] = frozenset()
EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {ANONYMOUS}
ONLY_ADMINISTRATOR = frozenset({ADMINISTRATOR})
ONLY_MANAGER = frozenset({MANAGER})
ONLY_ASSISTANT = frozenset({ASSISTANT})
BOTH_ASSISTANTS = frozenset({ASSISTANT, "other_assistant"})
QUEUE_READERS = BOTH_ASSISTANTS | {EXECUTIVE}
READS_CUSTOMERS = QUEUE_READERS | ONLY_MANAGER
DASHBOARD_READERS = frozenset({MANAGER, EXECUTIVE})
KEEPS_GOALS = frozenset({ASSISTANT, MANAGER})
READS_NOTES = frozenset({ASSISTANT, MANAGER, EXECUTIVE})
ASKERS = frozenset({REQUESTER, DELEGATE})
SEES_REQUEST = ASKERS | {ASSISTANT, EXECUTIVE}


def no_arguments(house: House) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Rule:
    """One address: who is let through with which verb, and what it takes to reach it."""

    name: str
    get: frozenset[str] = NOBODY
    post: frozenset[str] = NOBODY
    arguments: Arguments = no_arguments
    data: Arguments = no_arguments
    is_page: bool = True
    """Whether GET answers with HTML, which the pseudo-locale and the accessibility tests then walk."""
    is_right_of_its_own: bool = False
    """Whether the address itself, a signed link, is the only right used: there is no session to be misused by CSRF."""


def reference(house: House) -> Mapping[str, Any]:
    return {"reference": house.reference}


def customer(house: House) -> Mapping[str, Any]:
    return {"pk": house.people[REQUESTER].pk}


def note(house: House) -> Mapping[str, Any]:
    return {"pk": house.conversation.pk}


def agreement(house: House) -> Mapping[str, Any]:
    return {"pk": house.agreement.pk}


def article(house: House) -> Mapping[str, Any]:
    return {"pk": house.article.pk}


def step(name: str, roles: frozenset[str]) -> Rule:
    return Rule(f"requests:{name}", get=roles, post=roles, arguments=reference)


def reset_key(house: House) -> Mapping[str, Any]:
    person = house.people[REQUESTER]
    return {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}


def administration(name: str, **more: Any) -> Rule:
    return Rule(name, get=ONLY_ADMINISTRATOR, post=ONLY_ADMINISTRATOR, **more)


def signed_link(name: str, arguments: Arguments) -> Rule:
    return Rule(name, get=EVERYBODY, post=EVERYBODY, arguments=arguments, is_right_of_its_own=True)


FRAME = [
    Rule("home", get=SIGNED_IN, is_page=False),
    Rule("frame:styleguide", get=NOBODY),  # only where STYLEGUIDE is on
    Rule("notices:healthz", get=EVERYBODY, is_page=False),
    Rule("notices:readyz", get=EVERYBODY, is_page=False),
]
SIGNING_IN = [
    Rule("account_login", get=EVERYBODY, post=EVERYBODY),
    Rule("account_logout", get=EVERYBODY, post=EVERYBODY),
    Rule("account_inactive", get=EVERYBODY),
    Rule("account_change_password", get=SIGNED_IN, post=SIGNED_IN),
    Rule("account_set_password", get=SIGNED_IN, post=SIGNED_IN),
    Rule("account_reset_password", get=EVERYBODY, post=EVERYBODY),
    Rule("account_reset_password_done", get=EVERYBODY),
    Rule("account_reset_password_from_key", get=EVERYBODY, post=EVERYBODY, arguments=reset_key),
    Rule("account_reset_password_from_key_done", get=EVERYBODY),
    Rule("demo:people", get=EVERYBODY),
    Rule("demo:sign-in", post=EVERYBODY, data=lambda house: {"person": house.people[REQUESTER].pk}),
]
PEOPLE = [
    Rule("people:profile", get=SIGNED_IN, post=SIGNED_IN),
    Rule("people:theme", post=SIGNED_IN, data=lambda house: {"theme": "dark"}),
    Rule("people:delegate-add", post=SIGNED_IN),
    Rule("people:delegate-remove", post=frozenset({REQUESTER}), arguments=lambda house: {"pk": house.delegation.pk}),
    Rule("people:departments", get=SIGNED_IN),
]
ADMINISTRATION = [
    Rule("people:people", get=ONLY_ADMINISTRATOR),
    administration("people:person-new"),
    administration("people:person-edit", arguments=lambda house: {"pk": house.people[REQUESTER].pk}),
    Rule("people:person-invite", post=ONLY_ADMINISTRATOR, arguments=lambda house: {"pk": house.people[REQUESTER].pk}),
    administration("people:person-merge", arguments=lambda house: {"pk": house.people[REQUESTER].pk}),
    administration("people:department-new"),
    administration("people:department-edit", arguments=lambda house: {"pk": house.department.pk}),
    Rule("people:offices", get=ONLY_ADMINISTRATOR),
    administration("people:office-new"),
    administration("people:office-edit", arguments=lambda house: {"pk": house.office.pk}),
    Rule("people:office-member-add", post=ONLY_ADMINISTRATOR, arguments=lambda house: {"pk": house.office.pk}),
    Rule("people:office-member-remove", post=ONLY_ADMINISTRATOR, arguments=lambda house: {"pk": house.membership.pk}),
    administration("people:delegations"),
    Rule("people:delegation-remove", post=ONLY_ADMINISTRATOR, arguments=lambda house: {"pk": house.delegation.pk}),
    administration("people:people-import"),
    administration("people:departments-import"),
    administration("people:offices-import"),
    Rule("people:import-show", get=ONLY_ADMINISTRATOR, arguments=lambda house: {"pk": house.pending.pk}),
    Rule("people:import-apply", post=ONLY_ADMINISTRATOR, arguments=lambda house: {"pk": house.pending.pk}),
    Rule(
        "people:table-import",
        get=KEEPS_GOALS | BOTH_ASSISTANTS,
        post=KEEPS_GOALS | BOTH_ASSISTANTS,
        arguments=lambda house: {"kind": "goals"},
    ),
    Rule("people:table-template", get=ONLY_ADMINISTRATOR, arguments=lambda house: {"kind": "people"}, is_page=False),
    Rule("people:table-export", get=ONLY_ADMINISTRATOR, arguments=lambda house: {"kind": "people"}, is_page=False),
    Rule("notices:undelivered", get=ONLY_ADMINISTRATOR),
    Rule("notices:undelivered-all-again", post=ONLY_ADMINISTRATOR),
    Rule("notices:undelivered-again", post=ONLY_ADMINISTRATOR, arguments=lambda house: {"pk": house.notice.pk}),
    Rule("notices:undelivered-close", post=ONLY_ADMINISTRATOR, arguments=lambda house: {"pk": house.notice.pk}),
]
REQUESTS = [
    Rule("requests:mine", get=SIGNED_IN),
    Rule("requests:new", get=SIGNED_IN, post=SIGNED_IN),
    Rule("requests:search", get=QUEUE_READERS),
    Rule("requests:promises", get=BOTH_ASSISTANTS),
    Rule("requests:unowned", get=BOTH_ASSISTANTS),
    Rule("requests:promise-ledger", get=QUEUE_READERS | ONLY_MANAGER),
    Rule(
        "requests:promise-ledger-csv",
        get=QUEUE_READERS | ONLY_MANAGER,
        arguments=lambda house: {"table": "people"},
        is_page=False,
    ),
    Rule("requests:goals", get=KEEPS_GOALS | BOTH_ASSISTANTS),
    Rule("requests:goal-new", get=KEEPS_GOALS | BOTH_ASSISTANTS, post=KEEPS_GOALS | BOTH_ASSISTANTS),
    Rule("requests:goal-edit", get=KEEPS_GOALS, post=KEEPS_GOALS, arguments=lambda house: {"pk": house.goal.pk}),
    Rule("requests:goal-delete", post=KEEPS_GOALS, arguments=lambda house: {"pk": house.goal.pk}),
    Rule("requests:goal-end", post=KEEPS_GOALS, arguments=lambda house: {"pk": house.goal.pk}),
    Rule("requests:articles", get=SIGNED_IN),
    Rule("requests:article", get=SIGNED_IN, arguments=article),
    Rule("requests:article-offer", get=SIGNED_IN),
    Rule("requests:article-solved", post=SIGNED_IN, arguments=article),
    Rule("requests:articles-kept", get=KEEPS_GOALS | BOTH_ASSISTANTS),
    Rule("requests:article-numbers", get=KEEPS_GOALS | BOTH_ASSISTANTS),
    Rule("requests:article-new", get=KEEPS_GOALS | BOTH_ASSISTANTS, post=KEEPS_GOALS | BOTH_ASSISTANTS),
    Rule("requests:article-edit", get=KEEPS_GOALS, post=KEEPS_GOALS, arguments=article),
    Rule("requests:article-publish", post=KEEPS_GOALS, arguments=article),
    Rule("requests:article-withdraw", post=KEEPS_GOALS, arguments=article),
    Rule("requests:article-confirm", post=KEEPS_GOALS, arguments=article),
    Rule("requests:conversations", get=READS_CUSTOMERS),
    Rule("requests:conversation-new", get=READS_CUSTOMERS, post=READS_CUSTOMERS),
    Rule("requests:conversation", get=READS_NOTES, arguments=note),
    Rule("requests:conversation-correct", get=READS_NOTES, post=READS_NOTES, arguments=note),
    Rule("requests:understanding-send", get=READS_NOTES, post=READS_NOTES, arguments=note),
    Rule(
        "requests:understanding",
        get=frozenset({REQUESTER}),
        post=frozenset({REQUESTER}),
        arguments=lambda house: {"pk": house.conversation.understanding.pk},
    ),
    Rule("requests:detail", get=SEES_REQUEST, arguments=reference),
    Rule(
        "requests:attachment",
        get=SEES_REQUEST,
        arguments=lambda house: {"reference": house.reference, "pk": house.attachment.pk},
        is_page=False,
    ),
    step("reply", ONLY_ASSISTANT),
    step("show-way", ONLY_ASSISTANT),
    step("note", ONLY_ASSISTANT),
    step("wait", ONLY_ASSISTANT),
    step("defer", ONLY_ASSISTANT),
    step("agree-date", ONLY_ASSISTANT),
    step("resolve", ONLY_ASSISTANT),
    step("take", ONLY_ASSISTANT),
    step("release", ONLY_ASSISTANT),
    step("resume", ONLY_ASSISTANT),
    step("promise-kept", ONLY_ASSISTANT),
    step("reopen", ONLY_ASSISTANT),
    step("add", ASKERS),
    step("withdraw", ASKERS),
]
PRIORITIES = [
    Rule("priorities:queue", get=QUEUE_READERS),
    Rule("priorities:queue-filter", get=QUEUE_READERS),
    Rule("priorities:why", get=frozenset({ASSISTANT, EXECUTIVE}), arguments=reference),
    Rule("priorities:replay", get=QUEUE_READERS | ONLY_MANAGER),
    Rule("priorities:move", get=ONLY_ASSISTANT, post=ONLY_ASSISTANT, arguments=reference),
    Rule("priorities:move-back", post=ONLY_ASSISTANT, arguments=reference),
    Rule("priorities:judge", get=ONLY_ASSISTANT, post=ONLY_ASSISTANT, arguments=reference),
    Rule("priorities:support", get=ONLY_ASSISTANT, post=ONLY_ASSISTANT, arguments=reference),
    Rule("priorities:fairness", get=DASHBOARD_READERS),
    Rule("priorities:customers", get=READS_CUSTOMERS),
    Rule("priorities:expiring", get=READS_CUSTOMERS),
    Rule("priorities:customer", get=READS_CUSTOMERS, post=BOTH_ASSISTANTS, arguments=customer),
    Rule("priorities:customer-support", get=READS_CUSTOMERS, post=BOTH_ASSISTANTS, arguments=customer),
    Rule(
        "priorities:customer-department",
        get=READS_CUSTOMERS,
        post=BOTH_ASSISTANTS,
        arguments=lambda house: {"pk": house.other_department.pk},
    ),
    Rule("priorities:agreements", get=QUEUE_READERS | ONLY_MANAGER),
    Rule("priorities:agreement-new", get=BOTH_ASSISTANTS, post=BOTH_ASSISTANTS),
    Rule("priorities:agreement", get=frozenset({ASSISTANT, MANAGER, EXECUTIVE}), arguments=agreement),
    Rule("priorities:agreement-edit", get=ONLY_ASSISTANT, post=ONLY_ASSISTANT, arguments=agreement),
    Rule("priorities:agreement-confirm", post=ONLY_ASSISTANT, arguments=agreement),
    Rule("priorities:agreement-end", get=ONLY_ASSISTANT, post=ONLY_ASSISTANT, arguments=agreement),
    Rule("priorities:rules", get=QUEUE_READERS | ONLY_MANAGER),
    Rule("priorities:standing-looks", get=ONLY_MANAGER),
    Rule("priorities:advice", get=ONLY_MANAGER),
    Rule("priorities:advice-accept", post=ONLY_MANAGER),
    Rule("priorities:rules-begin", post=ONLY_MANAGER),
    Rule("priorities:rules-policy", post=ONLY_MANAGER),
    Rule("priorities:rules-draft", get=ONLY_MANAGER, post=ONLY_MANAGER),
    Rule("priorities:rules-compare", get=ONLY_MANAGER, post=ONLY_MANAGER),
    Rule("priorities:rules-effect", get=ONLY_MANAGER),
    Rule("priorities:rules-publish", post=ONLY_MANAGER),
    Rule("priorities:rules-discard", post=ONLY_MANAGER),
]
FEEDBACK = [
    Rule("feedback:dashboard", get=DASHBOARD_READERS),
    Rule("feedback:dashboard-csv", get=DASHBOARD_READERS, arguments=lambda house: {"table": "waves"}, is_page=False),
    Rule("feedback:surveys", get=ONLY_MANAGER),
    Rule("feedback:wave-open", get=ONLY_MANAGER, post=ONLY_MANAGER),
    Rule("feedback:surveys-pause", post=ONLY_MANAGER),
    Rule("feedback:surveys-plan", post=ONLY_MANAGER),
    Rule("feedback:customer-add", post=ONLY_MANAGER),
    Rule(
        "feedback:customer-remove",
        post=ONLY_MANAGER,
        arguments=lambda house: {"person_id": house.people[DELEGATE].pk},
    ),
    Rule("feedback:question", get=ONLY_MANAGER, post=ONLY_MANAGER, arguments=lambda house: {"pk": house.question.pk}),
    Rule("feedback:thank", get=EVERYBODY),
    signed_link("feedback:answer", lambda house: {"token": house.answer_token}),
    signed_link("feedback:decline", lambda house: {"token": house.decline_token}),
]

RULES = [*FRAME, *SIGNING_IN, *PEOPLE, *ADMINISTRATION, *REQUESTS, *PRIORITIES, *FEEDBACK]
BY_NAME = {rule.name: rule for rule in RULES}
