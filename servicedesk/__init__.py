"""The frame every part of the service desk stands on."""

from servicedesk.celery import app as celery_app

__all__ = ["celery_app"]
