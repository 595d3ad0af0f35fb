from django.urls import path

from servicedesk.frame.views import styleguide

app_name = "frame"
urlpatterns = [path("styleguide/", styleguide, name="styleguide")]
