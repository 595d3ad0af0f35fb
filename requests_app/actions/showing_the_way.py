"""Answering with an article: the asker learns how to do it, and gets it by mail."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.actions.answering import already_stored, mark_answered, write
from requests_app.actions.change import askers_of, lock, record, require_open, require_seen
from requests_app.models import Article, Event, Message, ServiceRequest
from servicedesk.exceptions import InvalidInput
from servicedesk.notices import actions as notices
from servicedesk.people.models import User


@transaction.atomic
def show_way(
    *,
    service_request_id: int,
    article_id: int,
    body: str,
    by: User,
    submission_key: UUID | None = None,
    seen_version: int | None = None,
    now: datetime | None = None,
) -> ServiceRequest:
    """Reply with the way to an article; it counts as an answer, and is kept as a way shown.

    Raises InvalidInput for an article that is not published for everybody.
    """
    if stored := already_stored(submission_key, by):
        return stored
    service_request = lock(service_request_id)
    now = now or timezone.now()
    require_seen(service_request, seen_version, by=by)
    require_open(service_request, by=by)
    article = _readable(article_id)
    message = write(service_request, Message.Kind.REPLY, body, by=by, now=now, submission_key=submission_key)
    fields = mark_answered(service_request, by=by, now=now)
    record(
        service_request,
        Event.Kind.SHOWN_WAY,
        by=by,
        now=now,
        fields=fields,
        message=message,
        article=article.pk,
        title=str(article),
    )
    notices.post(
        kind="request_replied",
        about=service_request.about,
        occasion=f"message:{message.pk}",
        to=askers_of(service_request),
        context={"message": message.pk, "article": article.pk},
    )
    return service_request


def _readable(article_id: int) -> Article:
    article = Article.objects.for_everybody().select_related("published").filter(pk=article_id).first()
    if article is None:
        raise InvalidInput(
            _("That article is not published for everybody any more. Choose another one."), field="article_id"
        )
    return article
