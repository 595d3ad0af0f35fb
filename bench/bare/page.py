"""The one page of the bare project, and Django's own way to sign in."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from bench.bare.models import Row

ROWS = 50


@login_required
def rows(request: HttpRequest, office_id: int) -> HttpResponse:
    found = Row.objects.filter(office_id=office_id).order_by("-received_at")[:ROWS]
    return render(request, "rows.html", {"rows": found})


urlpatterns = [
    path("rows/<int:office_id>/", rows, name="rows"),
    path("accounts/login/", LoginView.as_view(template_name="sign_in.html"), name="sign-in"),
]
