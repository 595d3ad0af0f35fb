from django.urls import path

from servicedesk.frame import views

app_name = "frame"
urlpatterns = [path("styleguide/", views.styleguide, name="styleguide")]
