"""Surveys: who is asked what, and answers that carry no person; and the service itself, counted by day."""

from feedback.models.answer import Answer, Comment, Response
from feedback.models.invitation import Invitation, SurveyPreference
from feedback.models.published import PublishedFigure
from feedback.models.service import ServiceDay, ServiceTally
from feedback.models.survey import CircleBookmark, Question, SurveyPlan
from feedback.models.wave import Wave

__all__ = [
    "Answer",
    "CircleBookmark",
    "Comment",
    "Invitation",
    "PublishedFigure",
    "Question",
    "Response",
    "ServiceDay",
    "ServiceTally",
    "SurveyPlan",
    "SurveyPreference",
    "Wave",
]
