"""The one page of the bare project."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from requests_app.models import ServiceRequest

ROWS = 50


@login_required
def rows(request: HttpRequest, office_id: int) -> HttpResponse:
    found = ServiceRequest.objects.filter(office_id=office_id).order_by("-received_at")[:ROWS]
    return render(request, "rows.html", {"rows": found})


urlpatterns = [path("rows/<int:office_id>/", rows, name="rows")]
