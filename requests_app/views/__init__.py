from requests_app.views.articles import article, article_list, article_offer, article_solved
from requests_app.views.conversing import (
    conversation,
    conversation_correct,
    conversation_list,
    conversation_new,
    understanding,
    understanding_send,
)
from requests_app.views.detail import attachment, request_detail, request_step
from requests_app.views.goals import goal_delete, goal_edit, goal_end, goal_list, goal_new
from requests_app.views.keeping_articles import (
    article_confirm,
    article_edit,
    article_new,
    article_numbers,
    article_publish,
    article_withdraw,
    articles_kept,
)
from requests_app.views.lists import request_list, request_search
from requests_app.views.new import request_new
from requests_app.views.promises import promise_ledger, promise_ledger_csv, promise_list
from requests_app.views.unowned import unowned_list

__all__ = [
    "article",
    "article_confirm",
    "article_edit",
    "article_list",
    "article_new",
    "article_numbers",
    "article_offer",
    "article_publish",
    "article_solved",
    "article_withdraw",
    "articles_kept",
    "attachment",
    "conversation",
    "conversation_correct",
    "conversation_list",
    "conversation_new",
    "goal_delete",
    "goal_edit",
    "goal_end",
    "goal_list",
    "goal_new",
    "promise_ledger",
    "promise_ledger_csv",
    "promise_list",
    "request_detail",
    "request_list",
    "request_new",
    "request_search",
    "request_step",
    "understanding",
    "understanding_send",
    "unowned_list",
]
