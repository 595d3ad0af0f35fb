"""Everything on the dashboard of one office, read in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback.models import Question, Wave
from feedback.reading import tables
from feedback.reading.departments import read_departments
from feedback.reading.figure import Reading, published
from feedback.reading.service import ServiceReading, read_service
from feedback.reading.waves import (
    WaveReading,
    comments_of,
    limits_of,
    read_waves,
    strengths_chart,
    strengths_of,
    trend_of,
)
from servicedesk.frame import charts
from servicedesk.people.models import Office


@dataclass(frozen=True)
class Dashboard:
    """What the page prints."""

    office: Office
    latest: WaveReading | None
    is_usual: bool | None
    said_of_promises: Reading
    trend: charts.Trend
    sentence: str
    strengths: charts.Rows
    service: ServiceReading
    tables: dict[str, tables.Table]
    comments: Sequence[str]


def read_dashboard(office: Office, *, last: int, now: datetime) -> Dashboard:
    """Read the office's figures; `last` is how many waves the trend shows."""
    by_kind = read_waves(office)
    waves, ratings = by_kind[Wave.Kind.MONTHLY], by_kind[Wave.Kind.RATINGS]
    strengths = strengths_of(waves, list(Question.objects.filter(office=office).asked()))
    service = read_service(office, now)
    said_of_promises = published(waves.figures.get(Question.PROMISES))
    trend, sentence = trend_of(waves, last)
    limits, signals = limits_of(waves)
    shown = (
        tables.waves_table(waves),
        tables.ratings_table(ratings),
        tables.strengths_table(strengths),
        tables.departments_table(read_departments(waves)),
        tables.service_table(service),
    )
    return Dashboard(
        office=office,
        latest=waves.latest,
        is_usual=None if limits is None else not signals.get(len(waves.readings) - 1, False),
        said_of_promises=said_of_promises,
        trend=trend,
        sentence=sentence,
        strengths=strengths_chart(strengths if waves.readings else []),
        service=service,
        tables={table.slug: table for table in shown},
        comments=comments_of(waves),
    )
