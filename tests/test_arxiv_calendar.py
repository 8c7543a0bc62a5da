"""arXiv's announcement calendar: what can be there at which hour, and papers that know better."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.model import Interval
from scout.sources._arxiv_calendar import EASTERN, HOLIDAYS, last_cut_off, readable_until

HOUR = timedelta(hours=1)


def eastern(text: str) -> datetime:
    """Return an instant of New York's clock, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "cut_off"),
    [
        ("2026-05-19 19:59", "2026-05-18 14:00"),  # Tuesday, before the announcement
        ("2026-05-19 20:00", "2026-05-19 14:00"),
        ("2026-05-22 23:00", "2026-05-21 14:00"),  # Friday evening brings nothing
        ("2026-05-24 19:59", "2026-05-21 14:00"),
        ("2026-05-24 20:00", "2026-05-22 14:00"),  # Sunday evening: Friday's
        ("2026-05-25 02:15", "2026-05-22 14:00"),  # Monday 06:15 UTC
        ("2026-05-25 20:00", "2026-05-25 14:00"),  # Monday evening: the weekend's
        ("2026-03-08 20:00", "2026-03-06 14:00"),  # the clocks went forward that morning
        ("2026-11-01 20:00", "2026-10-30 14:00"),  # the clocks went back that morning
        ("2026-11-26 23:00", "2026-11-25 14:00"),  # Thanksgiving: nothing closes …
        ("2026-11-29 20:00", "2026-11-27 14:00"),  # … and its papers come with Friday's
        ("2026-06-21 23:00", "2026-06-18 14:00"),  # a Friday that is a holiday
        ("2026-06-22 20:00", "2026-06-22 14:00"),
    ],
)
def test_the_schedule_is_that_of_the_manual(now: str, cut_off: str) -> None:
    """Weekdays at 14:00 close, Sunday to Thursday at 20:00 announce, by New York's clock in summer and in winter."""
    assert last_cut_off(eastern(now)) == eastern(cut_off)


def test_the_cut_off_is_the_same_hour_in_new_york_and_two_in_utc() -> None:
    """14:00 Eastern is 18:00 UTC in summer and 19:00 in winter."""
    assert last_cut_off(datetime(2026, 7, 15, 12, tzinfo=UTC)) == datetime(2026, 7, 14, 18, tzinfo=UTC)
    assert last_cut_off(datetime(2026, 2, 11, 12, tzinfo=UTC)) == datetime(2026, 2, 10, 19, tzinfo=UTC)


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
def test_every_hour_of_a_year_has_a_cut_off_that_never_goes_back(year: int) -> None:
    """Monotone, six hours old at least, and at most eighty outside of holidays, whatever the clocks do."""
    now, before = datetime(year, 1, 1, tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    while now.year == year:
        found = last_cut_off(now)
        assert before <= found <= now - 6 * HOUR
        if not any(found.date() <= day + timedelta(days=1) and day <= now.date() for day in HOLIDAYS):
            assert now - found <= 80 * HOUR, now
        now, before = now + HOUR, found


INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- zoned by the strategy


@given(now=INSTANTS, ages=st.lists(st.timedeltas(timedelta(hours=-30), timedelta(days=20)), max_size=30))
def test_it_is_never_ahead_of_now(now: datetime, ages: list[timedelta]) -> None:
    """Whatever papers came, even with dates still to come, nothing is read before it happens."""
    papers = [now - age for age in ages]
    until = readable_until(now, papers, [Interval(start=now - timedelta(days=17), end=now)])
    assert until <= now
    assert not papers or until >= min(*papers, last_cut_off(now))


TUESDAY = datetime(2026, 5, 26, 6, 15, tzinfo=UTC)
WEEKS = Interval(start=datetime(2026, 5, 8, tzinfo=UTC), end=datetime(2026, 5, 25, tzinfo=UTC))


def papers_until(last: datetime, hours: float) -> list[datetime]:
    """Return submissions at this distance up to an instant."""
    return [WEEKS.start + hours * HOUR * n for n in range(int((last - WEEKS.start) / (hours * HOUR)) + 1)]


def test_a_missing_batch_is_not_called_read() -> None:
    """On a Tuesday whose Monday batch did not come, a busy category ends with its newest paper."""
    friday = datetime(2026, 5, 22, 18, tzinfo=UTC)
    assert readable_until(TUESDAY, papers_until(friday, 1), [WEEKS]) == friday
    assert readable_until(TUESDAY, papers_until(WEEKS.end, 1), [WEEKS]) == datetime(2026, 5, 25, 18, tzinfo=UTC)


def test_a_quiet_category_is_not_suspected() -> None:
    """Where two papers a day come, a weekend without one is no missing batch."""
    assert readable_until(TUESDAY, papers_until(datetime(2026, 5, 22, 18, tzinfo=UTC), 12), [WEEKS]) == last_cut_off(TUESDAY)


def test_an_interface_that_is_days_behind_is_not_called_read() -> None:
    """The API stood still for days in 2025: what it lacks is not read, whatever the calendar says."""
    monday = datetime(2026, 5, 18, 18, tzinfo=UTC)
    assert readable_until(TUESDAY, papers_until(monday, 2), [WEEKS]) == monday


def test_papers_newer_than_the_calendar_allows_are_believed() -> None:
    """A deferral that did not happen: the batch's own cut-off counts; of a service that shows all at once, the newest paper."""
    thanksgiving = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert date(2026, 11, 26) in HOLIDAYS
    assert last_cut_off(thanksgiving) == eastern("2026-11-25 14:00")
    assert readable_until(thanksgiving, [eastern("2026-11-26 13:00")]) == eastern("2026-11-26 14:00")
    assert readable_until(TUESDAY, [TUESDAY - HOUR]) == TUESDAY - HOUR


def test_time_that_was_not_asked_about_raises_no_suspicion() -> None:
    """A window of the past that was answered in full ends where it was asked, not where papers stop."""
    past = Interval(start=WEEKS.start, end=datetime(2026, 5, 15, tzinfo=UTC))
    assert readable_until(TUESDAY, papers_until(past.end, 1), [past]) == last_cut_off(TUESDAY)
