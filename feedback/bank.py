"""What a new office asks: overall satisfaction, the seven strengths of service, and whether promises are kept."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class BankQuestion:
    """A question with its five labelled points, from the worst to the best."""

    key: str
    name: Promise
    text: Promise
    labels: tuple[Promise, Promise, Promise, Promise, Promise]
    is_strength: bool = True


BANK = (
    BankQuestion(
        "overall",
        _("Overall satisfaction"),
        _("All in all, how satisfied are you with our office?"),
        (_("Very dissatisfied"), _("Dissatisfied"), _("Neither"), _("Satisfied"), _("Very satisfied")),
        is_strength=False,
    ),
    BankQuestion(
        "empathy",
        _("Empathy"),
        _("How well did we understand what the request meant for your work?"),
        (_("Not at all"), _("A little"), _("Partly"), _("Well"), _("Very well")),
    ),
    BankQuestion(
        "problem-solving",
        _("Problem solving"),
        _("How far was your problem solved?"),
        (_("Not at all"), _("A little"), _("Half"), _("Mostly"), _("Completely")),
    ),
    BankQuestion(
        "communication",
        _("Communication"),
        _("How well did we keep you informed along the way?"),
        (_("Not at all"), _("Poorly"), _("Fairly"), _("Well"), _("Very well")),
    ),
    BankQuestion(
        "patience",
        _("Patience"),
        _("How much room did we give you to explain?"),
        (_("None"), _("Too little"), _("Some"), _("Enough"), _("All I needed")),
    ),
    BankQuestion(
        "active-listening",
        _("Active listening"),
        _("How carefully did we listen to what you really needed?"),
        (_("Not at all"), _("Hardly"), _("Somewhat"), _("Carefully"), _("Very carefully")),
    ),
    BankQuestion(
        "positive-attitude",
        _("Positive attitude"),
        _("How pleasant were we to deal with?"),
        (_("Very unpleasant"), _("Unpleasant"), _("Neither"), _("Pleasant"), _("Very pleasant")),
    ),
    BankQuestion(
        "response-time",
        _("Response time"),
        _("How well did the speed of our reply fit your need?"),
        (_("Not at all"), _("Poorly"), _("Fairly"), _("Well"), _("Very well")),
    ),
    BankQuestion(
        "promises",
        _("Promises kept"),
        _("How often did we do what we promised, when we promised it?"),
        (_("Never"), _("Rarely"), _("Sometimes"), _("Mostly"), _("Always")),
        is_strength=False,
    ),
)
