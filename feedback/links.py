"""The links in survey mails: signed, so that nobody can make one; the invitation decides what they may still do."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

ANSWER = "answer"
DECLINE = "decline"
# No colon: mail programs end a link at characters they do not expect.
_signer = signing.Signer(sep=".", salt="feedback.survey-link")


def token(invitation_id: int, purpose: str = ANSWER) -> str:
    return _signer.sign_object({"invitation": invitation_id, "purpose": purpose})


def read(text: str, purpose: str = ANSWER) -> int | None:
    """Return the invitation's id, None for a link that we did not make for this purpose."""
    try:
        payload = _signer.unsign_object(text)
    except (signing.BadSignature, ValueError):
        return None
    is_ours = isinstance(payload, dict) and payload.get("purpose") == purpose
    return payload["invitation"] if is_ours else None


def answer_url(invitation_id: int) -> str:
    return settings.SITE_URL + reverse("feedback:answer", args=[token(invitation_id)])


def decline_url(invitation_id: int) -> str:
    return settings.SITE_URL + reverse("feedback:decline", args=[token(invitation_id, DECLINE)])
