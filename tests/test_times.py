"""Times are shown as the clock on the wall says them, with the zone beside."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_app import times
from calendar_app.expansion import span
from home.places import TIME_ZONES

ZONES = st.sampled_from([name for name, _ in TIME_ZONES])
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31))
CLOCKS = st.times().map(lambda time: time.replace(second=0, microsecond=0))


def plain(text: object) -> str:
    return str(text).replace(times.NBSP, " ")


def read_clock(text: str) -> dt.time:
    words = {"noon": dt.time(12), "midnight": dt.time(0)}
    return words.get(text) or dt.datetime.strptime(text.replace(".", ""), "%I:%M %p").time()  # noqa: DTZ007


def test_a_day_is_written_with_its_weekday_and_stays_on_one_line():
    assert times.day(dt.date(2026, 12, 10)) == "Thu, Dec\u00a010, 2026"
    assert plain(times.day(dt.date(2026, 12, 10), weekday=False)) == "Dec 10, 2026"
    assert plain(times.day(dt.date(2026, 12, 10), year=False)) == "Thu, Dec 10"


@given(CLOCKS)
def test_a_clock_reads_back_as_the_same_time(time):
    assert read_clock(plain(times.clock(time))) == time


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (dt.time(14), dt.time(15), "2:00–3:00 p.m."),
        (dt.time(9, 30), dt.time(11), "9:30–11:00 a.m."),
        (dt.time(11), dt.time(13), "11:00 a.m.–1:00 p.m."),
        (dt.time(12), dt.time(13), "noon–1:00 p.m."),
        (dt.time(11), dt.time(12), "11:00 a.m.–noon"),
        (dt.time(22), dt.time(0), "10:00 p.m.–midnight"),
        (dt.time(17), dt.time(17), "5:00 p.m."),
    ],
)
def test_hours_say_am_or_pm_once_where_it_holds_for_both(start, end, said):
    assert plain(times.clock_range(start, end)) == said


def test_a_date_is_shown_in_its_own_zone_whatever_the_servers():
    date = span(dt.date(2026, 12, 10), dt.time(14), dt.timedelta(hours=1), "America/Chicago")
    shown = times.when(date, "America/Chicago")
    assert plain(shown) == "Thu, Dec 10, 2026, 2:00–3:00 p.m. Central"
    assert shown.starts == "2026-12-10T14:00-06:00"


def test_an_evening_that_ends_at_midnight_ends_that_evening():
    date = span(dt.date(2026, 12, 10), dt.time(22), dt.timedelta(hours=2), "America/New_York")
    assert plain(times.when(date, "America/New_York")) == "Thu, Dec 10, 2026, 10:00 p.m.–midnight Eastern"


def test_days_that_follow_each_other_are_both_named():
    date = span(dt.date(2026, 12, 10), dt.time(9), dt.timedelta(days=1, hours=7), "America/New_York")
    said = "Thu, Dec 10, 2026, 9:00 a.m. to Fri, Dec 11, 2026, 4:00 p.m. Eastern"
    assert plain(times.when(date, "America/New_York")) == said


def test_all_day_names_days_and_no_hours():
    date = span(dt.date(2026, 12, 10), None, dt.timedelta(days=2), "Pacific/Guam")
    assert plain(times.when(date, "Pacific/Guam", all_day=True)) == "Thu, Dec 10, 2026 to Fri, Dec 11, 2026"


def test_an_hour_that_the_spring_change_skips_is_shown_as_the_clock_then_reads():
    date = span(dt.date(2026, 3, 8), dt.time(2, 30), dt.timedelta(minutes=30), "America/New_York")
    assert "3:30" in plain(times.when(date, "America/New_York"))


def test_a_date_across_the_autumn_change_names_which_hour_it_ends_at():
    starts = dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)
    date = span(dt.date(2026, 11, 1), dt.time(1, 30), dt.timedelta(hours=1), "America/New_York")
    assert date.starts_at == starts
    assert plain(times.when(date, "America/New_York").hours) == "1:30 a.m. to 2:30 a.m. (EST)"


def test_other_zones_follow_with_the_day_where_it_differs():
    date = span(dt.date(2026, 12, 11), dt.time(8), dt.timedelta(hours=1), "Pacific/Guam")
    rows = times.elsewhere(date, "Pacific/Guam")
    assert [row.zone for row in rows] == ["Chamorro (Guam)", "Eastern", "Central", "Mountain", "Pacific"]
    assert (rows[0].day, plain(rows[1].day), plain(rows[1].hours)) == ("", "Thu, Dec 10", "5:00–6:00 p.m.")


@given(DAYS, CLOCKS, st.integers(0, 14 * 24 * 60), ZONES)
def test_whatever_the_date_the_words_give_back_its_first_hour(date, time, minutes, tz):
    made = span(date, time, dt.timedelta(minutes=minutes), tz)
    shown = times.when(made, tz)
    local = made.starts_at.astimezone(ZoneInfo(tz))
    assert dt.datetime.fromisoformat(shown.starts) == local
    assert plain(shown).startswith(plain(times.day(local.date())))
    assert plain(shown).endswith(times.zone_name(tz)) or "(" in shown.hours


@given(DAYS, CLOCKS, ZONES)
def test_every_zone_is_named_once_and_the_events_own_first(date, time, tz):
    rows = times.everywhere(span(date, time, dt.timedelta(hours=1), tz), tz)
    names = [row.zone for row in rows]
    assert names[0] == times.zone_name(tz)
    assert sorted(names) == sorted({name for _, name in TIME_ZONES})


def test_a_zone_that_is_not_on_our_list_is_called_by_its_city():
    assert times.zone_name("America/Argentina/Buenos_Aires") == "Buenos Aires"
