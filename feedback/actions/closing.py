"""Closing a wave: only now its figures exist, all at once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from feedback.counting import figures_of
from feedback.models import Invitation, PublishedFigure, Wave
from requests_app.models import ServiceRequest

State = Invitation.State


@transaction.atomic
def close_wave(*, wave_id: int, now: datetime | None = None) -> Wave:
    """Take no more answers and publish what was answered; a closed wave stays as it is."""
    wave = Wave.objects.select_for_update().get(pk=wave_id)
    if wave.is_closed:
        return wave
    now = now or timezone.now()
    left = wave.invitations.filter(state=State.ASKED, person__is_active=False)
    left.update(state=State.NOT_ELIGIBLE)
    _count(wave)
    wave.closed_at = now
    wave.save(update_fields=["closed_at", "customers", "asked", "not_eligible", "complete", "partial"])
    PublishedFigure.objects.bulk_create(
        PublishedFigure(
            wave=wave,
            question_key=figure.question_key,
            counts=list(figure.counts),
            n=figure.n,
            share=figure.share,
            low=figure.low,
            high=figure.high,
        )
        for figure in figures_of(wave)
    )
    return wave


def _count(wave: Wave) -> None:
    wave.asked = wave.invitations.count()
    wave.not_eligible = wave.invitations.filter(state=State.NOT_ELIGIBLE).count()
    wave.complete = wave.responses.filter(is_complete=True).count()
    wave.partial = wave.responses.filter(is_complete=False).count()
    if wave.kind == Wave.Kind.RATINGS:
        wave.customers = max(_people_served(wave), wave.asked)


def _people_served(wave: Wave) -> int:
    """Whoever had a request finished in the month of these ratings: the people they stand for."""
    month_ends = wave.closes_at.astimezone(wave.office.zone).replace(day=1, hour=0)
    finished = ServiceRequest.objects.filter(
        office=wave.office_id,
        status=ServiceRequest.Status.RESOLVED,
        closed_at__gte=wave.opens_at,
        closed_at__lt=month_ends,
    )
    return finished.values("requester").distinct().count()
