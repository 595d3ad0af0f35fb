from priorities.views.advice import advice, advice_accept
from priorities.views.agreements import (
    agreement,
    agreement_confirm,
    agreement_edit,
    agreement_end,
    agreement_new,
    agreements,
)
from priorities.views.customers import customer, customer_department, customer_support, customers, expiring
from priorities.views.fairness import fairness
from priorities.views.judging import judge, support
from priorities.views.looks import standing_looks
from priorities.views.moving import move, move_back
from priorities.views.queue import queue, queue_filter, why
from priorities.views.replay import replay
from priorities.views.rules import (
    rules,
    rules_begin,
    rules_compare,
    rules_discard,
    rules_draft,
    rules_effect,
    rules_policy,
    rules_publish,
)

__all__ = [
    "advice",
    "advice_accept",
    "agreement",
    "agreement_confirm",
    "agreement_edit",
    "agreement_end",
    "agreement_new",
    "agreements",
    "customer",
    "customer_department",
    "customer_support",
    "customers",
    "expiring",
    "fairness",
    "judge",
    "move",
    "move_back",
    "queue",
    "queue_filter",
    "replay",
    "rules",
    "rules_begin",
    "rules_compare",
    "rules_discard",
    "rules_draft",
    "rules_effect",
    "rules_policy",
    "rules_publish",
    "standing_looks",
    "support",
    "why",
]
