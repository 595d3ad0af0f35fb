"""Every address of the product. Apps are named as strings, so that the frame imports none of them."""

from django.conf import settings
from django.urls import include, path

from servicedesk.people.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("servicedesk.frame.urls")),
    path("", include("servicedesk.notices.urls")),
    path("accounts/", include("servicedesk.people.account_urls")),
    path("", include("servicedesk.people.urls")),
    path("", include("requests_app.urls")),
    path("", include("priorities.urls")),
    path("", include("feedback.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("servicedesk.people.demo_urls")))

handler400 = "servicedesk.frame.errors.bad_request"
handler403 = "servicedesk.frame.errors.forbidden"
handler404 = "servicedesk.frame.errors.not_found"
handler429 = "servicedesk.frame.errors.too_many"  # asked for by allauth's rate limits
handler500 = "servicedesk.frame.errors.server_error"
