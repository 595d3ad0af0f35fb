from django.urls import path, register_converter

from requests_app import views
from requests_app.request_page import steps


class ReferenceConverter:
    """A request's number such as EO-1042, typed in whatever case."""

    regex = "[A-Za-z]{2,5}-[0-9]{1,10}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(ReferenceConverter, "reference")

app_name = "requests"
urlpatterns = [
    path("requests/", views.request_list, name="mine"),
    path("requests/new/", views.request_new, name="new"),
    path("requests/unowned/", views.unowned_list, name="unowned"),
    path("requests/search/", views.request_search, name="search"),
    path("promises/", views.promise_list, name="promises"),
    path("promises/ledger/", views.promise_ledger, name="promise-ledger"),
    path("promises/ledger/<slug:table>.csv", views.promise_ledger_csv, name="promise-ledger-csv"),
    path("goals/", views.goal_list, name="goals"),
    path("goals/new/", views.goal_new, name="goal-new"),
    path("goals/<int:pk>/", views.goal_edit, name="goal-edit"),
    path("goals/<int:pk>/end/", views.goal_end, name="goal-end"),
    path("goals/<int:pk>/delete/", views.goal_delete, name="goal-delete"),
    path("articles/", views.article_list, name="articles"),
    path("articles/kept/", views.articles_kept, name="articles-kept"),
    path("articles/numbers/", views.article_numbers, name="article-numbers"),
    path("articles/new/", views.article_new, name="article-new"),
    path("articles/offer/", views.article_offer, name="article-offer"),
    path("articles/<int:pk>/", views.article, name="article"),
    path("articles/<int:pk>/edit/", views.article_edit, name="article-edit"),
    path("articles/<int:pk>/solved/", views.article_solved, name="article-solved"),
    path("articles/<int:pk>/publish/", views.article_publish, name="article-publish"),
    path("articles/<int:pk>/withdraw/", views.article_withdraw, name="article-withdraw"),
    path("articles/<int:pk>/confirm/", views.article_confirm, name="article-confirm"),
    path("notes/", views.conversation_list, name="conversations"),
    path("notes/new/", views.conversation_new, name="conversation-new"),
    path("notes/<int:pk>/", views.conversation, name="conversation"),
    path("notes/<int:pk>/correct/", views.conversation_correct, name="conversation-correct"),
    path("notes/<int:pk>/understanding/", views.understanding_send, name="understanding-send"),
    path("understandings/<int:pk>/", views.understanding, name="understanding"),
    path("requests/<reference:reference>/", views.request_detail, name="detail"),
    path("requests/<reference:reference>/files/<int:pk>/", views.attachment, name="attachment"),
    *(
        path(f"requests/<reference:reference>/{step.name}/", views.request_step, {"step": step}, name=step.name)
        for step in steps.EVERY_STEP
    ),
]
