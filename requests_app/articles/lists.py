"""Lists of articles: what a person may read, and what an office keeps."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

from django.db.models import F, Q
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from requests_app.models import Article, ArticleVersion
from requests_app.models.article import ArticleQuerySet
from requests_app.paging import Place, after
from requests_app.searching import query_for
from servicedesk.paging import PAGE_SIZE, Page, page_of
from servicedesk.people.models import Office, User

ALL = "all"
TABS: Mapping[str, LazyText] = {
    ALL: _("All"),
    "drafts": _("Drafts"),
    "review": _("To be reviewed"),
    "withdrawn": _("Withdrawn"),
}
# The texts are long, and no list prints them.
UNREAD = ("published__body", "published__search", "newest__body", "newest__search")


def readable_articles(user: User, text: str, place: Place | None) -> Page[Article]:
    """A page of what the person may read and that holds the words, the last published first."""
    rows = Article.objects.readable_by(user).select_related("office", "published").defer(*UNREAD[:2])
    if text:
        rows = rows.filter(published__search=query_for(text))
    rows = rows.filter(after(place, "published_at")).order_by("-published_at", "-pk")
    return page_of(list(rows[: PAGE_SIZE + 1]), _published_last)


def kept_articles(office: Office, tab: str, place: Place | None, today: date) -> Page[Article]:
    """A page of what the office writes, the last changed first."""
    rows = _of_tab(Article.objects.filter(office=office), tab, today)
    rows = rows.select_related("owner", "published", "newest").defer(*UNREAD)
    rows = rows.filter(after(place, "changed_at")).order_by("-changed_at", "-pk")
    return page_of(list(rows[: PAGE_SIZE + 1]), lambda row: Place(row.changed_at, row.pk).cursor)


def versions_of(article: Article) -> list[ArticleVersion]:
    """All there were, the newest first, without their texts."""
    return list(article.versions.select_related("by").defer("body", "search").order_by("-number"))


def _of_tab(rows: ArticleQuerySet, tab: str, today: date) -> ArticleQuerySet:
    if tab == "drafts":
        written_on = Q(state=Article.State.PUBLISHED) & ~Q(newest=F("published"))
        return rows.filter(Q(state=Article.State.DRAFT) | written_on)
    if tab == "review":
        return rows.to_review(today)
    return rows.filter(state=Article.State.WITHDRAWN) if tab == "withdrawn" else rows


def _published_last(article: Article) -> str:
    return Place(cast(datetime, article.published_at), article.pk).cursor
