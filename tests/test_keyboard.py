"""The site with the keyboard alone: the focus is always seen, goes in order, and is never caught."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress

from calendar_app.models import WebinarPage
from home.models import ContactMessage
from tests import factories
from tests.browser import browser_page
from tests.content import MODELS, full

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


# Checkboxes and radio buttons of the design system show their ring on the label.
FOCUS = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const drawn = /usa-(checkbox|radio)__input/.test(element.className) ? element.labels[0] : element;
    const style = getComputedStyle(drawn, drawn === element ? null : "::before"), box = drawn.getBoundingClientRect();
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const label = element.labels?.[0]?.innerText || element.innerText || element.tagName;
    const name = element.getAttribute("aria-label") || label;
    return {
        name: name.trim().split("\\n")[0].slice(0, 60),
        tag: element.tagName,
        seen: (ring || style.boxShadow !== "none") && box.width > 0 && box.height > 0
            && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
        place: [...document.querySelectorAll("*")].indexOf(element),
        where: element.outerHTML.slice(0, 120),
    };
}"""


def walk(page: Page, limit: int = 400) -> list[dict[str, Any]]:
    """Press Tab from the top of the page until the focus leaves it; what was reached on the way."""
    stops: list[dict[str, Any]] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or (stops and stop["place"] == stops[0]["place"]):
            return stops
        stops.append(stop)
    raise AssertionError(f"The focus never left the page; last at {stops[-1]['where']}")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", ["visitor", "ohio-editor"])
def test_the_focus_goes_through_each_page_in_order_and_is_seen_everywhere(as_persona, name, width):
    addresses = ["/", "/sections/ohio/", "/library/", "/accounts/login/" if name == "visitor" else "/accounts/email/"]
    addresses += [full(model, audience="public").url for model in MODELS]
    problems: dict[str, Any] = {}
    with browser_page(as_persona(name), width=width, reduced_motion="reduce") as page:
        for address in addresses:
            page.goto(address)
            stops = walk(page)
            unseen = [stop["where"] for stop in stops if not stop["seen"]]
            places = [stop["place"] for stop in stops]
            if unseen or places != sorted(places) or len(stops) < 8:
                problems[address] = unseen or [stop["name"] for stop in stops]
    assert problems == {}


def test_the_first_stop_skips_to_the_content(client):
    with browser_page(client) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS)["name"] == "Skip to main content"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_map_of_states_can_be_skipped(client):
    with browser_page(client) as page:
        page.goto("/")
        page.get_by_role("link", name="Skip the map of States").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.map') === null")


def test_a_person_searches_with_the_keyboard(client):
    factories.resource(title="Screening form for county jails", audience="public")
    with browser_page(client) as page:
        page.goto("/")
        page.get_by_role("combobox", name="Search all States").focus()
        page.keyboard.type("screening")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/?q=screening*")
        assert page.get_by_role("link", name="Screening form for county jails").count() == 1


def test_a_person_filters_with_the_keyboard_and_lands_on_the_results(client):
    factories.resource(title="A tool", kind="screening_tool", audience="public")
    factories.resource(title="A report", kind="report", audience="public")
    with browser_page(client) as page:
        page.goto("/library/")
        page.get_by_role("checkbox", name="Screening tool").focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="Show results").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**kind=screening_tool*")
        assert page.get_by_role("link", name="A tool").count() == 1
        assert page.get_by_role("link", name="A report").count() == 0
        assert page.evaluate("document.activeElement.id") == "results"


def test_a_person_signs_in_with_the_keyboard(client):
    user = factories.user("new@worksite.example", ("Ohio", "member"))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    with browser_page(client) as page:
        page.goto("/accounts/login/")
        page.get_by_label("E-mail").focus()
        page.keyboard.type("new@worksite.example")
        page.keyboard.press("Tab")
        page.keyboard.type("wrong")
        page.keyboard.press("Enter")
        page.get_by_text("That e-mail address and password do not match").first.wait_for()
        assert page.get_by_label("E-mail").input_value() == "new@worksite.example"
        page.get_by_label("Password", exact=True).focus()
        page.keyboard.type(factories.PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_text("Since").first.wait_for()
        assert client.session.get("_auth_user_id")


def test_the_menu_of_a_phone_opens_is_walked_and_closes(client):
    with browser_page(client, width=360) as page:
        page.goto("/")
        menu = page.locator(".menu summary")
        menu.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS)["name"] == "States"
        page.keyboard.press("Escape")
        assert page.evaluate(FOCUS)["name"] == "Menu"
        assert not page.get_by_role("link", name="Calendar", exact=True).first.is_visible()


def test_a_person_plays_follows_and_leaves_a_recording(client):
    webinar = full(WebinarPage, audience="public", start_date=dt.date(2026, 1, 12))
    with browser_page(client) as page:
        page.goto(webinar.url)
        stops = walk(page)
        assert "VIDEO" in [stop["tag"] for stop in stops]
        assert "Follow" in [stop["name"] for stop in stops]
        page.get_by_role("button", name="Follow").focus()
        page.keyboard.press("Enter")
        assert page.get_by_role("button", name="Follow").get_attribute("aria-pressed") == "true"


def test_a_person_writes_to_a_state_with_the_keyboard(client):
    with browser_page(client) as page:
        page.goto("/contact/?about=share&section=ohio")
        page.get_by_label("Your name").focus()
        page.keyboard.type("A visitor")
        page.keyboard.press("Tab")
        page.keyboard.type("not an address")
        page.get_by_label("Message").focus()
        page.keyboard.type("We have a form for booking officers.")
        page.get_by_role("button", name="Send the message").focus()
        page.wait_for_timeout(3100)  # people take longer than programs
        page.keyboard.press("Enter")
        if page.get_by_label("Your e-mail address").evaluate("field => field.matches(':invalid')"):
            page.get_by_label("Your e-mail address").fill("visitor@agency.example")
            page.get_by_role("button", name="Send the message").focus()
            page.keyboard.press("Enter")
        page.wait_for_url("**/contact/sent/")
    assert ContactMessage.objects.get().section == factories.section("Ohio")
