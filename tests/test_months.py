"""A calendar's month as a table, with the same dates as its list and the same rights."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from calendar_app import months
from calendar_app.models import EventPage
from home import bulk
from tests import factories
from tests.browser import browser_page
from tests.html import text_of
from tests.reading import links_of, main_of, words

NOW = dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC)
MONTHS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 1)).map(lambda day: day.replace(day=1))


def squares(response) -> dict[str, str]:
    """What stands in each square that holds something besides its number."""
    texts = [text_of(cell) for cell in main_of(response).iter("td")]
    return {number: rest for number, _, rest in (text.partition(" ") for text in texts) if rest}


def december(**values):
    """A few dates in December and one in January."""
    factories.call(title="Ohio call", audience="section", start_date=dt.date(2026, 12, 2), start_time=dt.time(13))
    factories.event(None, title="Open hour", audience="public", start_date=dt.date(2026, 12, 2), start_time=dt.time(9))
    three = {"all_day": True, "start_time": None, "duration": dt.timedelta(days=3)}
    factories.event("Texas", title="Institute", audience="public", start_date=dt.date(2026, 12, 9), **three)
    factories.event("Texas", title="January", audience="public", start_date=dt.date(2027, 1, 6))


@time_machine.travel(NOW, tick=False)
def test_a_month_holds_each_date_on_its_days_for_those_who_may_see_it(as_persona):
    december()
    member = squares(as_persona("ohio-member").get("/calendar/?when=2026-12"))
    assert list(member) == ["2", "9", "10", "11"]
    assert member["2"].replace("\u00a0", " ").index("Open hour 9:00") < member["2"].index("Ohio call")
    visitor = as_persona("visitor").get("/calendar/?when=2026-12")
    assert "Ohio call" not in words(visitor)
    assert "3 items" not in words(as_persona("ohio-member").get("/sections/ohio/calendar/?when=2026-12"))
    assert {"?when=2026-11", "?when=2027-01"} <= set(links_of(visitor))
    assert "January" in squares(as_persona("visitor").get("/calendar/?when=2027-01"))["6"]


@time_machine.travel(NOW, tick=False)
def test_a_months_filters_stay_in_the_month(client):
    december()
    page = client.get("/calendar/?when=2026-12&kind=event&state=texas")
    assert list(squares(page)) == ["9", "10", "11"]
    assert 'name="when" value="2026-12"' in page.content.decode()
    assert "?state=texas&when=2027-01" in links_of(client.get("/calendar/?when=2026-12&state=texas"))


@time_machine.travel(NOW, tick=False)
def test_an_empty_month_says_so_and_what_is_no_month_is_what_comes(client):
    december()
    assert "No dates in July 2027." in words(client.get("/calendar/?when=2027-07"))
    for nonsense in ("2026-13", "2026-1", "1999-12", "0000-00", "-", "２０２６-12"):
        page = client.get("/calendar/", {"when": nonsense})
        assert "January" in words(page)
        assert not list(main_of(page).iter("td"))


def test_a_month_costs_the_same_queries_for_one_date_as_for_fifty(client, django_assert_max_num_queries):
    start = dt.date(2027, 3, 1)
    factories.event(None, audience="public", start_date=start)
    client.get("/calendar/?when=2027-03")
    values = {"audience": "public", "start_time": dt.time(14)}
    days = [start + dt.timedelta(days=number % 28) for number in range(50)]
    bulk.create(
        factories.index(EventPage, None), [EventPage(title=f"Of {day}", start_date=day, **values) for day in days]
    )
    with django_assert_max_num_queries(14):
        assert len(squares(client.get("/calendar/?when=2027-03"))) == 28


@pytest.mark.browser
def test_a_phone_shows_the_months_dates_as_a_list(client):
    factories.event(None, title="Open hour", audience="public", start_date=dt.date(2027, 3, 4))
    for width, table in ((1280, True), (360, False)):
        with browser_page(client, width=width) as page:
            page.goto("/calendar/?when=2027-03")
            assert page.get_by_role("table").is_visible() is table
            assert page.get_by_role("heading", name="Open hour").is_visible() is not table


@given(MONTHS)
def test_each_day_of_a_month_has_one_square_in_weeks_from_sunday(first):
    weeks = months.weeks(first, [], first)
    days = [day for week in weeks for day in week]
    assert [week[0].date.weekday() for week in weeks] == [6] * len(weeks)
    inside = [day.date for day in days if not day.outside]
    assert inside == [first + dt.timedelta(days=number) for number in range(months.last_day(first).day)]
    assert [day.date for day in days if day.today] == [first]


@given(MONTHS)
def test_the_month_after_the_month_before_is_the_month_itself(first):
    assert months.beside(months.beside(first, -1), 1) == first
    assert months.beside(first, 1) == months.last_day(first) + dt.timedelta(days=1)
