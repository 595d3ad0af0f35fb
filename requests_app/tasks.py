"""What is done for requests by itself, on time."""

from celery import shared_task
from django.utils import timezone

from requests_app.actions import article_uses, tidying
from requests_app.actions.checking_nights import check_nights


@shared_task
def remove_unnamed_files() -> None:
    """Remove files that no request names; a killed worker leaves the rest to the next run."""
    tidying.remove_unnamed_files(now=timezone.now())


@shared_task
def forget_article_uses() -> None:
    """Remove what is too old to be counted; a killed worker leaves it to the next day."""
    article_uses.forget_old(now=timezone.now())


@shared_task
def look_for_unowned() -> None:
    """Look through offices in whose morning nobody has yet; a killed worker leaves the rest to the next hour."""
    check_nights(now=timezone.now())
