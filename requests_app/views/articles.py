"""Articles as everybody reads them."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests_app.articles.lists import readable_articles, versions_of
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
    context = {
        "article": found,
        "shown": shown,
        "text": to_html(cast(ArticleVersion, shown).body),
        "keeps": keeps,
        "needs_review": found.needs_review(timezone.localdate()),
        "versions": versions_of(found) if keeps else [],
    }
    return render(request, "requests_app/article.html", context)
