"""A request and everything that happens to it."""

from requests_app.models.article import Article, ArticleUse, ArticleVersion
from requests_app.models.attachment import Attachment
from requests_app.models.conversation import ConversationNote, Understanding
from requests_app.models.event import Event, Message
from requests_app.models.goal import Goal
from requests_app.models.night_check import NightCheck
from requests_app.models.promise import Promise
from requests_app.models.service_request import ServiceRequest

__all__ = [
    "Article",
    "ArticleUse",
    "ArticleVersion",
    "Attachment",
    "ConversationNote",
    "Event",
    "Goal",
    "Message",
    "NightCheck",
    "Promise",
    "ServiceRequest",
    "Understanding",
]
