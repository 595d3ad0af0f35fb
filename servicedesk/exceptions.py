"""The one family of errors a person may see; every message is fit to show."""

from http import HTTPStatus


class ServiceDeskError(Exception):
    """Something a person asked for cannot be done; the message says what to do instead.

    `status` is that of a page which shows it beside the form.
    """

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TransitionNotAllowed(ServiceDeskError):
    """The request's present state does not permit the step."""


class ChangedMeanwhile(ServiceDeskError):
    """Somebody else changed the same thing after the page was shown."""

    status = HTTPStatus.CONFLICT


class RulesBeingPublished(ServiceDeskError):
    """New rules are being put into force: until that is done nobody changes a place or a draft of the office.

    Not a ChangedMeanwhile: who is told of a change is shown the present state and may store over it.
    """

    status = HTTPStatus.LOCKED


class SentTwice(ServiceDeskError):
    """The same was asked for a moment ago; whoever means it says so by asking once more."""


class InvalidInput(ServiceDeskError):
    """A value breaks a rule that only the action can check; `field` names the form field."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.others: tuple[InvalidInput, ...] = ()

    def along_with(self, *others: "InvalidInput") -> "InvalidInput":
        """Tell these too, so that a person mends everything at once."""
        self.others = others
        return self
