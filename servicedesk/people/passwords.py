"""What is wrong with a password, in sentences that say what to do; the checks are Django's."""

from django.contrib.auth import password_validation as library
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class UnlikeThePerson(library.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("This is too close to your e-mail address. Choose words that have nothing to do with you.")


class LongEnough(library.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return ngettext(
            "This is too short. Use at least %(length)d character; several words are a good way.",
            "This is too short. Use at least %(length)d characters; several words are a good way.",
            self.min_length,
        ) % {"length": self.min_length}


class NotOnEverybodysList(library.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Many people use this one, so it is tried first. Choose another.")
