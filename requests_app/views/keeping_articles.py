"""Articles as their office keeps them: its assistants and managers."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.actions import articles as actions
from requests_app.articles import numbers
from requests_app.articles.lists import ALL, TABS, kept_articles
from requests_app.forms.articles import ArticleForm
from requests_app.models import Article
from requests_app.models.article import KEEPERS
from requests_app.paging import read_cursor
from servicedesk.exceptions import ChangedMeanwhile, ServiceDeskError
from servicedesk.frame.addresses import read_id
from servicedesk.markdown import to_html
from servicedesk.people.access import person_of, role_required
from servicedesk.people.choosing import choose_office
from servicedesk.people.models import Office, User
from servicedesk.people.typed_text import keeps_typed_text, restored

PUBLISH, PREVIEW = "publish", "preview"


@require_safe
@role_required(*KEEPERS)
def articles_kept(request: HttpRequest) -> HttpResponse:
    choice = choose_office(request, *KEEPERS)
    tab = request.GET.get("show", ALL)
    tab = tab if tab in TABS else ALL
    today = timezone.localdate()
    place = read_cursor(request.GET.get("after", ""))
    context = {
        "office": choice.office,
        "offices": choice.offices,
        "tabs": TABS,
        "tab": tab,
        "page": kept_articles(choice.office, tab, place, today),
        "is_further": place is not None,
        "today": today,
    }
    return render(request, "requests_app/articles_kept.html", context)


@require_safe
@role_required(*KEEPERS)
def article_numbers(request: HttpRequest) -> HttpResponse:
    choice = choose_office(request, *KEEPERS)
    now = timezone.now()
    shown, done_for = numbers.repeats(choice.office, now)
    context = {
        "office": choice.office,
        "offices": choice.offices,
        "counted_days": numbers.COUNTED_DAYS,
        "again_days": numbers.AGAIN_DAYS,
        "spared": numbers.spared_requests(choice.office, now),
        "shown": shown,
        "done_for": done_for,
        "articles": numbers.used_articles(choice.office, now),
    }
    return render(request, "requests_app/article_numbers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@role_required(*KEEPERS)
def article_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, choose_office(request, *KEEPERS).office, None)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_typed_text
@role_required(*KEEPERS)
def article_edit(request: HttpRequest, pk: int) -> HttpResponse:
    article = _find(person_of(request), pk)
    return _edit(request, article.office, article)


def _find(user: User, pk: int) -> Article:
    """The article, if it is one of the person's offices'; for them there is no other to write on."""
    kept = Article.objects.kept_by(user).select_related("office", "owner", "newest__by")
    return get_object_or_404(kept, pk=pk)


def _edit(request: HttpRequest, office: Office, article: Article | None) -> HttpResponse:
    user, now = person_of(request), timezone.now()
    if request.method != "POST":
        typed = restored(request)
        form = ArticleForm(article=article, by=user, now=now, initial=typed.dict() if typed else None)
        return _show(request, form, office, article)
    form = ArticleForm(request.POST, article=article, by=user, now=now)
    if not form.is_valid():
        return _show(request, form, office, article, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.POST.get("then") == PREVIEW:
        return _show(request, form, office, article, preview=to_html(form.cleaned_data["body"]))
    try:
        saved = _save(form, office, article, user, publishes=request.POST.get("then") == PUBLISH)
    except ChangedMeanwhile as problem:
        return _show_again(request, form, problem, office, article)
    except ServiceDeskError as problem:
        form.show(problem)
        return _show(request, form, office, article, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _sentence_after(request.POST.get("then", "")))
    return redirect(saved)


def _save(form: ArticleForm, office: Office, article: Article | None, user: User, *, publishes: bool) -> Article:
    facts = form.cleaned_data | {"publishes": publishes}
    seen_version = facts.pop("seen_version")
    if article is None:
        return actions.add_article(office=office, by=user, **facts)
    return actions.change_article(article_id=article.pk, by=user, seen_version=seen_version, **facts)


def _sentence_after(then: str) -> str:
    if then == PUBLISH:
        return _("The article is published.")
    return _("The article is saved. Readers see it once it is published.")


def _show_again(
    request: HttpRequest, form: ArticleForm, problem: ServiceDeskError, office: Office, article: Article | None
) -> HttpResponse:
    """With what they typed, and as if they had seen what is there now: saving again puts theirs in its place."""
    typed = request.POST.copy()
    typed["seen_version"] = str(article.revision if article else 0)
    form.data = typed
    form.show(problem)
    return _show(request, form, office, article, status=HTTPStatus.CONFLICT)


def _show(
    request: HttpRequest,
    form: ArticleForm,
    office: Office,
    article: Article | None,
    *,
    preview: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {"form": form, "office": office, "article": article, "preview": preview}
    return render(request, "requests_app/article_form.html", context, status=status)


@require_POST
@role_required(*KEEPERS)
def article_publish(request: HttpRequest, pk: int) -> HttpResponse:
    return _press(request, pk, actions.publish_article, gettext_lazy("The article is published."))


@require_POST
@role_required(*KEEPERS)
def article_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    done = gettext_lazy("The article is withdrawn: no reader finds it any more. You can publish it again.")
    return _press(request, pk, actions.withdraw_article, done)


@require_POST
@role_required(*KEEPERS)
def article_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    done = gettext_lazy("Thank you. It is listed for review again in half a year.")
    return _press(request, pk, actions.confirm_article, done)


def _press(request: HttpRequest, pk: int, act: Callable[..., Any], done: LazyText) -> HttpResponse:
    """One button: what the page showed is said with it; one that says nothing changes what is there now."""
    user = person_of(request)
    article = _find(user, pk)
    try:
        act(article_id=article.pk, by=user, seen_version=read_id(request.POST.get("seen_version", "")))
    except ServiceDeskError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, str(done))
    return redirect(article)
