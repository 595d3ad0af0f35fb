"""Articles as everybody reads them."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from requests_app.actions.article_uses import count_offered, count_opened, count_solved
from requests_app.articles.lists import readable_articles, versions_of
from requests_app.articles.suggesting import suggested_for
from requests_app.models import Article, ArticleVersion
from requests_app.models.article import KEEPERS, is_kept_by
from requests_app.paging import read_cursor
from requests_app.searching import cut_sentence, tidy
from servicedesk.frame.addresses import read_id
from servicedesk.markdown import to_html
from servicedesk.people.access import access_of, login_required, person_of
from servicedesk.people.models import User


def find_article(user: User, pk: int) -> Article:
    """The article if the person may see it; for them there is no other."""
    people = Article.objects.visible_to(user).select_related("office", "owner", "newest__by", "published__by")
    return get_object_or_404(people, pk=pk)


@require_safe
@login_required
def article_list(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    typed = request.GET.get("q", "")
    text = tidy(typed)
    place = read_cursor(request.GET.get("after", ""))
    context = {
        "page": readable_articles(user, text, place),
        "text": text,
        "cut": cut_sentence(typed),
        "is_further": place is not None,
        "keeps": access_of(user).has_role(*KEEPERS),
    }
    return render(request, "requests_app/article_list.html", context)


@require_safe
@login_required
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """What is published; its office also sees what it said before, and what it will say."""
    user = person_of(request)
    found = find_article(user, pk)
    keeps = is_kept_by(user, found.office_id)
    shown = found.published if found.is_published else found.newest
    if keeps and "version" in request.GET:
        shown = get_object_or_404(found.versions.select_related("by"), number=read_id(request.GET["version"]))
    if found.is_published and request.method == "GET":
        count_opened(article=found, by=user)
    context = {
        "article": found,
        "shown": shown,
        "text": to_html(cast(ArticleVersion, shown).body),
        "keeps": keeps,
        "needs_review": found.needs_review(timezone.localdate()),
        "versions": versions_of(found) if keeps else [],
    }
    return render(request, "requests_app/article.html", context)


@require_safe
@vary_on_headers("HX-Request")
@login_required
def article_offer(request: HttpRequest) -> HttpResponse:
    """What may spare them the request whose title they type: under the field, or as a page."""
    user = person_of(request)
    text = tidy(request.GET.get("title", ""))
    articles = suggested_for(user, text)
    if request.method == "GET":
        count_offered(articles=articles, by=user)
    name = "_article_offer.html" if request.htmx else "article_offer.html"  # type: ignore[attr-defined]
    return render(request, f"requests_app/{name}", {"articles": articles, "text": text})


@require_POST
@login_required
def article_solved(request: HttpRequest, pk: int) -> HttpResponse:
    user = person_of(request)
    found = get_object_or_404(Article.objects.readable_by(user), pk=pk)
    count_solved(article=found, by=user)
    messages.success(request, _("Good to know. Nothing was sent to the office."))
    return redirect("requests:articles")
