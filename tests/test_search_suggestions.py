"""Suggestions while somebody types: within their rights, and by the keyboard alone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from calendar_app.models import WebinarPage
from home.models import Topic
from search import spelling
from search.models import SearchDocument
from tests import content, factories
from tests.browser import browser_page
from tests.test_accessibility import found_by_axe, wider_than_the_screen

if TYPE_CHECKING:
    from django.test import Client


def offered(client: Client, typed: str) -> list[str]:
    answer = client.get("/search/suggest/", {"q": typed})
    assert answer.status_code == 200
    return [one["label"] for one in answer.json()["suggestions"]]


def test_sections_topics_and_titles_that_begin_like_what_was_typed_are_offered(client):
    factories.resource(title="Housing first", audience="public")
    factories.resource(title="A guide to housing", audience="public")
    factories.resource(title="Warehousing", audience="public")
    assert offered(client, "hous") == ["Housing", "Housing first", "A guide to housing"]
    assert offered(client, "oh") == ["Ohio"]
    assert offered(client, "guide hou") == ["A guide to housing"]
    assert "Privacy" in offered(client, "priv")
    assert offered(client, "h") == []
    assert offered(client, "") == []


def test_what_is_hidden_is_offered_to_nobody_else_and_no_cache_keeps_what_members_get(as_persona):
    factories.resource(title="Zebra crossing", audience="section")
    factories.resource(title="Zebra draft", audience="public", publish=False)
    assert offered(as_persona("ohio-member"), "zeb") == ["Zebra crossing"]
    for name in ("visitor", "pending", "texas-member"):
        for typed in ("z", "ze", "zeb", "zebra cro"):
            assert offered(as_persona(name), typed) == []
    assert "no-store" in as_persona("ohio-member").get("/search/suggest/?q=zeb").headers["Cache-Control"]


def test_suggestions_cost_as_many_queries_for_many_as_for_one(client, django_assert_max_num_queries):
    for number in range(10):
        factories.resource(title=f"Zebra {number}", audience="public")
    with django_assert_max_num_queries(8):
        assert len(offered(client, "zebra")) == 6


@pytest.mark.browser
def test_a_person_searches_with_the_keyboard_and_every_state_of_the_page_is_accessible(client):
    for number in range(3):
        factories.resource(
            title=f"Screening form {number}",
            summary="Ask twice.",
            topics=[Topic.objects.get(slug="housing")],
            audience="public",
        )
    webinar = content.full(WebinarPage, audience="public", start_date=dt.date(2026, 1, 5))
    passage = SearchDocument.objects.get(key=f"page:{webinar.pk}").passages.filter(source="").last()
    spelling.learn()
    with browser_page(client, width=360) as page:
        problems = {}
        page.goto("/sections/ohio/")
        box = page.get_by_role("combobox", name="Search Ohio first")
        box.focus()
        page.keyboard.type("screening fo")
        page.get_by_role("option").first.wait_for()
        assert box.get_attribute("aria-expanded") == "true"
        assert page.get_by_role("status").filter(has_text="3 suggestions").count() == 1
        page.keyboard.press("ArrowDown")
        assert page.get_by_role("option", selected=True).inner_text().startswith("Screening form")
        assert box.get_attribute("aria-activedescendant")
        problems["suggestions"] = found_by_axe(page)
        problems["suggestions, wide"] = wider_than_the_screen(page)
        page.keyboard.press("Escape")
        assert box.get_attribute("aria-expanded") == "false"
        assert box.input_value() == "screening fo"
        page.keyboard.press("ArrowDown")
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/library/screening-form*/")
        for address in (
            "/search/?q=scrrening",
            "/search/?q=zzz&type=event",
            "/search/?q=screening&section=ohio&kind=other",
        ):
            page.goto(address)
            problems[address] = found_by_axe(page)
            problems[f"{address}, wide"] = wider_than_the_screen(page)
        page.goto(f"{passage.url}#recording")
        second = passage.url.split("t=")[1]
        assert page.locator(".player source").get_attribute("src").endswith(f"#t={second}" if int(second) else "")
        assert page.locator(".transcript [aria-current]").count() == int(int(second) > 0)
    assert {where: what for where, what in problems.items() if what} == {}
