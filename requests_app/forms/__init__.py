"""What a person may fill in. Rules that need other rows live in the actions."""

from requests_app.forms.logging import RequestForm
from requests_app.forms.steps import (
    AddForm,
    AgreeForm,
    DeferForm,
    NoteForm,
    ReplyForm,
    ResolveForm,
    StepForm,
    WaitForm,
    WithdrawForm,
)

__all__ = [
    "AddForm",
    "AgreeForm",
    "DeferForm",
    "NoteForm",
    "ReplyForm",
    "RequestForm",
    "ResolveForm",
    "StepForm",
    "WaitForm",
    "WithdrawForm",
]
