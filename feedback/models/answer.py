"""Answers. They carry no person, no time, no token, and their order says nothing: keys are random."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models.survey import Question
from feedback.models.wave import Wave
from servicedesk.people.models import Department


class Response(models.Model):
    """One person's set of answers, known only by wave and department."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="responses")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    is_complete = models.BooleanField()

    class Meta:
        verbose_name = _("response")

    def __str__(self) -> str:
        return f"response in {self.wave_id}"


class Answer(models.Model):
    """One of five points on one question."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    points = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("answer")
        constraints = (
            models.UniqueConstraint(fields=["response", "question"], name="answer_once"),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=5), name="answer_one_to_five"),
        )

    def __str__(self) -> str:
        return str(self.points)


class Comment(models.Model):
    """An open answer, kept apart from the points so that it cannot be joined to them."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="comments")
    text = models.TextField(max_length=4000)

    class Meta:
        verbose_name = _("comment")

    def __str__(self) -> str:
        return self.text[:40]
