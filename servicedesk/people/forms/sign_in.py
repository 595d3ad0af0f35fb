"""Signing in and choosing a password, in our words."""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms as library
from django.utils.translation import gettext_lazy as _

from servicedesk.frame.forms import InOurWords

YOUR_ADDRESS = _("E-mail address")
WORDS: Mapping[str, tuple[Any, Any]] = {
    "login": (YOUR_ADDRESS, _("Write your e-mail address.")),
    "email": (YOUR_ADDRESS, _("Write your e-mail address.")),
    "password": (_("Password"), _("Write your password.")),
    "remember": (_("Keep me signed in on this computer"), ""),
    "oldpassword": (_("Your password so far"), _("Write your password so far.")),
    "password1": (_("New password"), _("Choose a password.")),
    "password2": (_("The new password once more"), _("Write the new password once more.")),
}


class SignInWords(InOurWords):
    """A form of the sign-in library with our labels; it has some of its fields only once it is made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.error_messages["required"] = WORDS[name]
            # The label says it already, and stays when something is typed.
            field.widget.attrs.pop("placeholder", None)
        if "password1" in self.fields:
            self.fields["password1"].help_text = _(
                "At least 12 characters; several words you remember are better than one that is hard to type."
            )


class SameTwice(SignInWords):
    """A new password, written twice."""

    def clean(self) -> dict[str, Any]:
        # Before the library, which says the same in its own way.
        typed: dict[str, Any] = getattr(self, "cleaned_data", {})
        first, second = typed.get("password1"), typed.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two are not the same. Write the new password again, twice."))
        return super().clean() or {}


class SignInForm(SignInWords, library.LoginForm):
    pass


class ForgottenPasswordForm(SignInWords, library.ResetPasswordForm):
    pass


class ChangePasswordForm(SameTwice, library.ChangePasswordForm):
    pass


class SetPasswordForm(SameTwice, library.SetPasswordForm):
    pass


class PasswordFromLinkForm(SameTwice, library.ResetPasswordKeyForm):
    pass
