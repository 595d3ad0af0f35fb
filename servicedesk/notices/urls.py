from django.conf import settings
from django.urls import path

from servicedesk.notices import views

app_name = "notices"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("administration/undelivered/", views.undelivered, name="undelivered"),
    path("administration/undelivered/again/", views.undelivered_all_again, name="undelivered-all-again"),
    path("administration/undelivered/<int:pk>/again/", views.undelivered_again, name="undelivered-again"),
    path("administration/undelivered/<int:pk>/close/", views.undelivered_close, name="undelivered-close"),
]

if settings.DEMO and settings.MAIL_FOLDER:
    urlpatterns.append(path("demo/letters/", views.letters, name="letters"))
