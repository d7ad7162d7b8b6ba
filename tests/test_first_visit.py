"""What a person who has never seen the site finds, without being told where to look."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from home.models import Topic
from tests import factories
from tests.browser import browser_page

pytestmark = pytest.mark.browser

WIDTHS = [(1280, 900), (360, 800)]


@pytest.mark.parametrize(("width", "height"), WIDTHS)
@pytest.mark.parametrize("name", ["visitor", "ohio-member"])
def test_the_next_date_and_its_time_where_one_is_are_seen_without_a_click(as_persona, name, width, height):
    start = timezone.localdate() + dt.timedelta(days=20)
    factories.event(
        title="All States call",
        audience="public",
        start_date=start,
        start_time=dt.time(15),
        tz="America/New_York",
    )
    with browser_page(as_persona(name), width=width, height=height, timezone_id="America/Denver") as page:
        page.goto("/")
        date = page.get_by_role("link", name="All States call").first
        time = page.get_by_text("1:00").first
        assert date.is_visible()
        assert time.is_visible()
        if width == 1280:
            assert date.bounding_box()["y"] + date.bounding_box()["height"] < 900
            assert time.bounding_box()["y"] + time.bounding_box()["height"] < 900


def test_on_a_members_phone_the_next_date_stands_before_the_news(as_persona):
    for number in range(6):
        factories.announcement(title=f"News {number}", summary="What is new, in a sentence or two. " * 4)
    factories.event(title="All States call", start_date=timezone.localdate() + dt.timedelta(days=20))
    with browser_page(as_persona("ohio-member"), width=360, height=800) as page:
        page.goto("/")
        date = page.get_by_role("link", name="All States call").first.bounding_box()
        assert date["y"] + date["height"] < 800


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_ohios_screening_tools_are_three_clicks_away(client, width, height):
    topic = Topic.objects.get(slug="screening-and-assessment")
    for kind, title in {"screening_tool": "Booking screen", "report": "A report on screening"}.items():
        factories.resource(title=title, kind=kind, topics=[topic], audience="public")
    factories.resource("Texas", title="A form of Texas", kind="screening_tool", topics=[topic], audience="public")
    with browser_page(client, width=width, height=height) as page:
        page.goto("/")
        page.locator(".map").get_by_role("link", name="Ohio").click()
        page.get_by_role("link", name=topic.name).click()
        page.get_by_role("link", name="Booking screen").wait_for()
        assert page.get_by_role("link", name="A form of Texas").count() == 0
        page.get_by_role("link", name="Booking screen").click()
        page.get_by_role("heading", name="Booking screen", level=1).wait_for()


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_front_page_says_at_once_what_this_is_for_and_how_to_take_part(client, width, height):
    with browser_page(client, width=width, height=height) as page:
        page.goto("/")
        for shown in (page.get_by_role("heading", level=1), page.get_by_role("link", name="Ask to join").first):
            assert shown.is_visible()
            assert shown.bounding_box()["y"] < height
        assert "States learn from States" in page.get_by_role("heading", level=1).inner_text().replace("\n", " ")
