"""What an office asks and how it draws whom to ask."""

from fractions import Fraction
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Department, Office


class SurveyPlan(models.Model):
    """How an office surveys: which share of its customers a wave asks, how long people rest between surveys."""

    MOST_TIMES_A_YEAR = 4

    office = models.OneToOneField(Office, models.CASCADE, primary_key=True, related_name="survey_plan")
    salt = models.CharField(
        max_length=64, help_text="Shuffles the circles; never changed, so that a draw can be repeated."
    )
    waves_a_year = models.PositiveSmallIntegerField(
        _("waves a year"), default=12, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    rest_days = models.PositiveSmallIntegerField(_("days of rest between surveys"), default=90)
    asks_a_year = models.PositiveSmallIntegerField(
        _("times a year each customer is asked"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TIMES_A_YEAR)],
        help_text=_("Once is enough for a large office; a small one needs more to have figures every month."),
    )
    ratings_percent = models.PositiveSmallIntegerField(
        _("of a hundred finished requests, ask about"), default=100, validators=[MaxValueValidator(100)]
    )
    starts_on = models.DateField(_("first wave not before"), null=True, blank=True)
    is_running = models.BooleanField(_("waves are sent"), default=True)

    class Meta:
        verbose_name = _("survey plan")
        constraints = (
            models.CheckConstraint(condition=Q(waves_a_year__gte=1, waves_a_year__lte=12), name="plan_waves_a_year"),
            models.CheckConstraint(condition=Q(asks_a_year__gte=1, asks_a_year__lte=4), name="plan_asks_a_year"),
        )

    def __str__(self) -> str:
        return f"surveys of {self.office_id}"

    @property
    def fraction(self) -> Fraction:
        """The share of the customers that one wave asks."""
        return min(Fraction(self.asks_a_year, self.waves_a_year), Fraction(1))


class CircleBookmark(models.Model):
    """Where the last draw in a department's circle ended."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.FloatField(default=0.0)

    class Meta:
        verbose_name = _("bookmark")
        constraints = (
            models.UniqueConstraint(fields=["office", "department"], name="bookmark_once", nulls_distinct=False),
        )

    def __str__(self) -> str:
        return f"{self.department_id} at {self.position}"


class QuestionQuerySet(models.QuerySet["Question"]):
    def asked(self) -> Self:
        return self.filter(is_asked=True).order_by("place", "id")


class Question(models.Model):
    """One question of the bank, with five labelled points. Once answered it is never changed, only replaced."""

    OVERALL = "overall"
    PROMISES = "promises"
    POINTS = (1, 2, 3, 4, 5)

    office = models.ForeignKey(Office, models.CASCADE, related_name="questions")
    key = models.SlugField(
        max_length=40, help_text="overall, a strength's name, or promises: joins the versions of one question."
    )
    name = models.CharField(_("name"), max_length=80)
    text = models.CharField(_("question"), max_length=240)
    labels = ArrayField(models.CharField(max_length=60), size=5, verbose_name=_("labels of the five points"))
    place = models.PositiveSmallIntegerField(default=0)
    is_strength = models.BooleanField(default=False)
    is_asked = models.BooleanField(default=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        constraints = (
            models.UniqueConstraint(fields=["office", "key"], condition=Q(is_asked=True), name="question_asked_once"),
            models.CheckConstraint(condition=Q(labels__len=5), name="question_five_labels"),
        )

    def __str__(self) -> str:
        return self.text
