from django.urls import path

from feedback.views import dashboard, opening, survey, surveys

app_name = "feedback"
urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/<slug:table>.csv", dashboard.dashboard_csv, name="dashboard-csv"),
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/open/", opening.open_wave, name="wave-open"),
    path("surveys/pause/", surveys.pause, name="surveys-pause"),
    path("surveys/plan/", surveys.change_plan, name="surveys-plan"),
    path("surveys/customers/", surveys.add_customer, name="customer-add"),
    path("surveys/customers/<int:person_id>/remove/", surveys.remove_customer, name="customer-remove"),
    path("surveys/questions/<int:pk>/", surveys.question, name="question"),
    path("survey/thank-you/", survey.thank, name="thank"),
    path("survey/<str:token>/", survey.answer, name="answer"),
    path("survey/<str:token>/decline/", survey.decline, name="decline"),
]
