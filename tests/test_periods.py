"""Month ends never drift, and periods stand side by side, whatever the calendar does."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kutego.periods import DAY, Period, add_months, months_touched, period_from, weeks_touched

days = st.dates(date(2020, 1, 1), date(2060, 12, 31))
anchors = st.integers(1, 31)


def test_the_31st_stays_the_31st_after_a_february():
    ends = [add_months(date(2027, 1, 31), months, 31) for months in range(4)]

    assert ends == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_a_leap_day_comes_back_every_four_years():
    assert add_months(date(2028, 2, 29), 12, 29) == date(2029, 2, 28)
    assert add_months(date(2029, 2, 28), 36, 29) == date(2032, 2, 29)


def test_a_period_ends_the_day_before_the_next_begins():
    assert period_from(date(2027, 1, 31), 1, 31) == Period(date(2027, 1, 31), date(2027, 2, 27))
    assert period_from(date(2026, 12, 1), 1, 1) == Period(date(2026, 12, 1), date(2026, 12, 31))


@given(days, st.integers(1, 24), st.integers(1, 60))
def test_sixty_periods_in_a_row_leave_no_day_out_and_none_double(first, interval, count):
    anchor = first.day
    periods = [period_from(first, interval, anchor)]
    for _each in range(count):
        periods.append(period_from(periods[-1].last + DAY, interval, anchor))

    assert all(b.first == a.last + DAY for a, b in pairwise(periods))
    assert periods[-1].first == add_months(first, interval * count, anchor)


@given(days, anchors, st.integers(-24, 24))
def test_there_and_back_is_where_we_were(day, anchor, months):
    start = add_months(day, 0, anchor)

    assert add_months(add_months(start, months, anchor), -months, anchor) == start


def test_every_month_that_a_day_lies_in_is_counted():
    assert months_touched(date(2026, 11, 23), date(2026, 11, 1)) == 1
    assert months_touched(date(2026, 11, 23), date(2026, 11, 30)) == 1
    assert months_touched(date(2027, 1, 31), date(2027, 2, 28)) == 2
    assert weeks_touched(date(2026, 11, 23), date(2026, 11, 1), 2) == 1
    assert weeks_touched(date(2026, 11, 23), date(2026, 12, 6), 2) == 1
    assert weeks_touched(date(2026, 11, 23), date(2026, 12, 7), 2) == 2


def test_a_period_reads_as_people_say_it():
    assert str(Period(date(2026, 12, 1), date(2026, 12, 31))) == "01.12.2026 bis 31.12.2026"
