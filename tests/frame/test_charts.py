import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.frame import charts
from servicedesk.frame.charts import Change, Row, Rows, Trend, TrendPoint

SHARES = st.floats(0, 1)


def trend_of(*values: float | None, **options: object) -> Trend:
    points = [TrendPoint(f"M{number}", value) for number, value in enumerate(values)]
    return Trend("Satisfaction", "By month", points, **options)


@given(st.lists(st.one_of(st.none(), SHARES), min_size=1, max_size=36))
@pytest.mark.parametrize("sheet", [charts.TREND_WIDE, charts.TREND_NARROW])
def test_draw_trend_of_any_length_stays_between_the_edges(sheet, values):
    drawing = charts.draw_trend(trend_of(*values), sheet)

    shown = [mark for mark in drawing.marks if mark.is_shown]
    assert len(drawing.marks) == len(values)
    assert all(sheet.left < mark.x < sheet.right for mark in drawing.marks)
    assert all(sheet.top <= mark.y <= sheet.bottom for mark in shown)


def test_draw_trend_of_nothing_has_no_marks():
    drawing = charts.draw_trend(trend_of())

    assert (drawing.marks, drawing.lines, drawing.labels) == ([], [], [])


def test_draw_trend_of_one_point_stands_in_the_middle_without_a_line():
    drawing = charts.draw_trend(trend_of(0.8))

    assert drawing.marks[0].x == 460
    assert drawing.lines == []


def test_draw_trend_with_a_gap_draws_two_lines():
    drawing = charts.draw_trend(trend_of(0.8, 0.7, None, 0.9, 0.8))

    assert len(drawing.lines) == 2


def test_draw_trend_of_shares_begins_the_axis_below_the_smallest():
    drawing = charts.draw_trend(trend_of(0.57, 0.82))

    assert [words for _, words in drawing.axis.ticks] == ["40 %", "60 %", "80 %", "100 %"]


def test_draw_trend_of_counts_begins_at_nought_with_round_ticks():
    drawing = charts.draw_trend(trend_of(3, 41, is_share=False))

    assert [words for _, words in drawing.axis.ticks] == ["0", "20", "40", "60"]


def test_draw_trend_of_three_years_keeps_labels_apart_and_the_newest():
    drawing = charts.draw_trend(trend_of(*[0.8] * 36))

    assert len(drawing.labels) == 12
    assert drawing.labels[-1][1] == "M35"


def test_draw_trend_on_a_narrow_sheet_names_fewer_periods_and_shortens_changes():
    change = Change(1, "The call-back hour began in every office")

    drawing = charts.draw_trend(trend_of(*[0.8] * 12, changes=[change]), charts.TREND_NARROW)

    assert [words for _, words in drawing.labels] == ["M2", "M5", "M8", "M11"]
    assert drawing.changes[0][2] == "The call-back hour bega…"


def test_draw_trend_with_limits_places_higher_shares_higher():
    drawing = charts.draw_trend(trend_of(0.8, 0.7, lower=0.6, upper=0.9, mean=0.75))

    (lower, lower_words), (upper, upper_words) = drawing.limits
    assert upper < drawing.mean < lower
    assert (lower_words, upper_words) == ("60 %", "90 %")


def test_draw_trend_with_a_change_marks_it_before_its_first_period():
    drawing = charts.draw_trend(trend_of(0.8, 0.7, 0.9, changes=[Change(1, "Call-back hour"), Change(9, "Late")]))

    first, last = drawing.changes
    assert drawing.marks[0].x < first[0] < drawing.marks[1].x
    assert (first[3], last[3]) == (False, True)


def test_draw_intervals_of_a_hidden_row_shows_its_words_and_no_figure():
    rows = Rows("Strengths", "Shares", [Row("Empathy", None, text="hidden, too few answers"), Row("Patience", 0.9)])

    drawing = charts.draw_intervals(rows)

    assert [mark.is_shown for mark in drawing.marks] == [False, True]
    assert drawing.table[0].note == "hidden, too few answers"


def test_draw_intervals_of_a_long_name_shortens_the_drawing_not_the_table():
    name = "Real Estate and Terminal Development"

    drawing = charts.draw_intervals(Rows("Departments", "Shares", [Row(name, 0.9, 0.8, 1.0)]))

    assert drawing.marks[0].label == "Real Estate and Terminal…"
    assert drawing.table[0].label == name


def test_draw_intervals_on_a_narrow_sheet_puts_each_label_between_two_bars():
    rows = Rows("Strengths", "Shares", [Row("Empathy", 0.8), Row("Patience", 0.9)])

    first, second = charts.draw_intervals(rows, charts.ROWS_NARROW).marks

    assert first.label_y < first.y < second.label_y < second.y


def test_draw_intervals_on_a_wide_sheet_puts_each_label_beside_its_bar():
    drawing = charts.draw_intervals(Rows("Strengths", "Shares", [Row("Empathy", 0.8)]))

    assert drawing.marks[0].label_y == drawing.marks[0].y


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
@pytest.mark.parametrize("sheet", [charts.ROWS_WIDE, charts.ROWS_NARROW])
def test_draw_bars_lengths_are_in_proportion(sheet, values):
    drawing = charts.draw_bars(Rows("Load", "Counts", [Row("x", value) for value in values], is_share=False), sheet)

    lengths = [mark.bar_length for mark in drawing.marks]
    width = sheet.right - sheet.left
    assert lengths == pytest.approx([value / drawing.axis.last * width for value in values], abs=0.2)


@pytest.mark.parametrize(
    ("value", "is_share", "words"), [(0.824, True, "82 %"), (12.5, False, "12.5"), (None, True, "–")]
)
def test_figure_writes_as_the_pages_do(value, is_share, words):
    assert charts.figure(value, is_share=is_share) == words


def test_interval_without_both_ends_is_empty():
    assert charts.interval(0.7, None, is_share=True) == ""
    assert charts.interval(0.72, 0.89, is_share=True) == "72–89"
    assert charts.interval(1.5, 3, is_share=False) == "1.5–3"
