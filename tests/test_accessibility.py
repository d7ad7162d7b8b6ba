"""Every kind of page in a real browser, as the people who see it.

axe (WCAG 2.2 A and AA and best practices) finds nothing, and nothing is wider than the screen at 320 and 360 pixels and at
200 % zoom. What a screen reader is given of the main pages is kept word for word in `data/aria/`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe

from home.models import HomePage, StandardPage
from library.models import ResourceFile
from tests import factories
from tests.browser import browser_page
from tests.content import LONG_TITLE, MODELS, body, full
from tests.personas import person

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Every rule that axe knows for these; experimental and AAA rules are left out.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}

STANDING = [
    "/",
    "/?days=30",
    "/sections/",
    "/sections/ohio/",
    "/sections/maine/",
    "/announcements/",
    "/calendar/",
    "/calendar/?when=past",
    f"/calendar/?when={dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=7):%Y-%m}",
    "/library/",
    "/library/?kind=other&topic=housing&q=everything",
    "/library/?q=nothing-matches-this",
    "/webinars/",
    "/sections/ohio/library/",
    "/sections/ohio/calendar/",
    "/search/?q=everything",
    "/search/?q=nothing-matches-this",
    "/people/",
    "/nowhere/",
    "/contact/",
    "/contact/sent/",
    "/accessibility/",
    "/it-desk/",
]
SIGNED_OUT = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-wrong-key/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/wrong/",
    "/accounts/inactive/",
]
SIGNED_IN = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/join/",
    "/my/",
    "/my/settings/",
    "/my/profile/",
    "/my/profile/preview/",
    "/my/messages/",
    "/my/searches/",
    "/my/unsent/",
    "/my/data/",
    "/my/delete/",
]


def everything(bare_for: str = "members") -> list[str]:
    """One page of each kind with everything on it, one with a long title alone; gives their addresses."""
    made = [full(model, audience="public") for model in MODELS]
    made += [factories.page(model, "Ohio", title=LONG_TITLE, audience=bare_for) for model in MODELS]
    standard = StandardPage(title="A page of text", slug="a-page-of-text", introduction="Words.", body=body())
    HomePage.objects.get().add_child(instance=standard)
    standard.add_child(instance=StandardPage(title="A chapter", slug="a-chapter", body=body()))
    return [page.url for page in made] + [standard.url, f"{standard.url}a-chapter/"]


def found_by_axe(page: Page) -> list[str]:
    """What axe finds on the page, a line each: rule, and where."""
    page.wait_for_load_state()  # a heading is there before its style sheets are
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    violations = page.evaluate("options => axe.run(document, options).then(found => found.violations)", AXE)
    return [f"{item['id']}: {node['html'][:160]}" for item in violations for node in item["nodes"][:3]]


def wider_than_the_screen(page: Page) -> list[str]:
    """What sticks out at the right, where the page scrolls sideways; nothing where it does not."""
    page.wait_for_load_state()
    return page.evaluate(
        """() => {
            const wide = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= wide) return [];
            const found = [...document.querySelectorAll("body *")]
                .filter(element => element.getBoundingClientRect().right > wide)
                .slice(0, 4).map(element => element.outerHTML.slice(0, 120));
            return found.length ? found : [`${document.documentElement.scrollWidth} wide, by no element`];
        }"""
    )


@pytest.mark.parametrize("name", ["visitor", "ohio-member", "ohio-editor"])
def test_axe_finds_nothing_on_any_kind_of_page_and_none_scrolls_sideways(as_persona, name):
    """At every width, in colors of the reader's choice too; each page is opened once and then made narrower."""
    visitor = name == "visitor"
    addresses = STANDING + everything("public" if visitor else "members") + (SIGNED_OUT if visitor else SIGNED_IN)
    addresses.append(f"{ResourceFile.objects.first().document.url}text/")
    if not visitor:
        addresses.append(person("ohio-lead").profile.get_absolute_url())
    problems: dict[str, Any] = {}
    with browser_page(as_persona(name)) as page:
        for address in addresses:
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(address)
            found = {"at 1280": found_by_axe(page)}
            page.emulate_media(forced_colors="active", reduced_motion="reduce")
            found["in forced colors"] = found_by_axe(page)
            page.emulate_media(forced_colors="none", reduced_motion="no-preference")
            for width in (768, 640, 360, 320):  # 640 is what 200 % zoom leaves of 1280
                page.set_viewport_size({"width": width, "height": 900})
                found[f"wider than {width}"] = wider_than_the_screen(page)
                if width == 360:
                    found["at 360"] = found_by_axe(page)
            problems |= {f"{address} {where}": what for where, what in found.items() if what}
    assert problems == {}


# What a screen reader is given


KEPT = Path(__file__).parent / "data" / "aria"
NOW = dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC)
MAIN_PAGES = {
    "home": "/",
    "section": "/sections/ohio/",
    "library": "/library/?kind=screening_tool",
    "resource": "/sections/ohio/library/booking-screen/",
    "event": "/sections/ohio/calendar/county-call/",
    "sign-in": "/accounts/login/",
}


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("name", MAIN_PAGES)
def test_the_accessibility_tree_of_a_main_page_is_as_it_was_approved(client, name):
    """To approve a change, delete the file, run the test, and read what it wrote."""
    day = dt.date(2026, 12, 2)
    factories.resource(title="Booking screen", slug="booking-screen", audience="public", kind="screening_tool")
    when = {"start_date": day, "start_time": dt.time(13), "uid": uuid.UUID(int=1)}
    factories.call(title="County call", slug="county-call", audience="public", **when)
    factories.announcement(title="A rule changes", audience="public", summary="From January 1.")
    with browser_page(client, timezone_id="America/Chicago") as page:
        page.goto(MAIN_PAGES[name])
        found = page.locator("body").aria_snapshot() + "\n"
    kept = KEPT / f"{name}.yml"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(found)
        pytest.fail(f"There was no {kept.name}. It is written now: read it, and keep it if it is right.")
    assert found == kept.read_text()
