"""The small modules of static/js in a real browser, and the same pages without script."""

import datetime as dt

import pytest
from django.utils import timezone

from calendar_app.models import Chapter
from library import demo
from tests import factories
from tests.browser import browser_page
from tests.test_accessibility import wider_than_the_screen

pytestmark = pytest.mark.browser

SOON = timezone.localdate() + dt.timedelta(days=7)
HELD = dt.date(2026, 1, 15)


@pytest.fixture
def errors():
    """What a page complained about; none at the end of any test."""
    found: list[str] = []
    yield found
    assert found == []


def opened(page, address, errors):
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)


# Times


def event(**values):
    return factories.event(
        audience="public", start_date=dt.date(2027, 7, 8), start_time=dt.time(15), tz="America/New_York", **values
    )


@pytest.mark.parametrize(
    ("zone", "own"),
    [
        ("America/Chicago", "3:00–4:00 p.m. Eastern · 2:00–3:00 p.m. for you (Central)"),
        ("America/Phoenix", "3:00–4:00 p.m. Eastern · noon–1:00 p.m. for you (Arizona)"),
        ("Pacific/Honolulu", "3:00–4:00 p.m. Eastern · 9:00–10:00 a.m. for you (Hawaii)"),
        ("Pacific/Guam", "3:00–4:00 p.m. Eastern · Fri, Jul 9, 5:00–6:00 a.m. for you (Chamorro)"),
        ("America/New_York", "3:00–4:00 p.m. Eastern"),
        ("America/Detroit", "3:00–4:00 p.m. Eastern"),
    ],
)
def test_a_date_is_told_in_the_readers_zone_where_their_clock_differs(client, errors, zone, own):
    address = event().url
    with browser_page(client, timezone_id=zone) as page:
        opened(page, address, errors)
        hours = page.locator(".when-hours").inner_text().replace("\u00a0", " ")
        assert hours.replace("12:00 p.m.", "noon") == own
        first = page.locator("table.times tr").first.inner_text()
        assert "(you)" in first
        assert page.locator("table.times tr.you").count() == 1


def test_a_list_of_dates_is_told_in_the_readers_zone_too(client, errors):
    event(title="A meeting")
    with browser_page(client, timezone_id="America/Denver") as page:
        opened(page, "/sections/ohio/calendar/", errors)
        assert "1:00–2:00 p.m. for you (Mountain)" in page.locator(".rows").inner_text().replace("\u00a0", " ")


def test_without_script_a_date_is_told_in_the_events_zone_and_the_others(client):
    address = event().url
    with browser_page(client, timezone_id="America/Chicago", java_script_enabled=False) as page:
        page.goto(address)
        assert page.locator(".when-hours").inner_text().replace("\u00a0", " ") == "3:00–4:00 p.m. Eastern"
        assert "2:00–3:00 p.m." in page.locator("table.times").first.inner_text().replace("\u00a0", " ")
        assert "for you" not in page.locator("main").inner_text()


# Copying


def call():
    return factories.call(
        audience="members", start_date=SOON, join_url="https://calls.example/1", phone="614-555-0142", passcode="480219"
    )


def test_a_pin_is_copied_without_its_spaces_and_the_page_says_so(as_persona, errors):
    address = call().url
    member = as_persona("ohio-member")
    with browser_page(member, permissions=["clipboard-read", "clipboard-write"]) as page:
        opened(page, address, errors)
        assert "480 219" in page.locator(".join").inner_text().replace("\u00a0", " ")
        page.get_by_role("button", name="Copy the PIN").click()
        page.get_by_role("status").filter(has_text="Copied").wait_for(state="attached")
        assert page.evaluate("navigator.clipboard.readText()") == "480219"


def test_without_script_there_is_no_button_that_copies(as_persona):
    address = call().url
    member = as_persona("ohio-member")
    with browser_page(member, java_script_enabled=False) as page:
        page.goto(address)
        assert "480 219" in page.locator(".join").inner_text().replace("\u00a0", " ")
        assert page.get_by_role("button", name="Copy").count() == 0


# Menus


def test_a_menu_closes_by_escape_with_the_focus_on_its_button_and_by_a_press_elsewhere(as_persona, errors):
    with browser_page(as_persona("ohio-member"), width=360, height=800) as page:
        opened(page, "/", errors)
        menu = page.locator("details.account")
        menu.locator("summary").click()
        assert menu.evaluate("menu => menu.open")
        menu.get_by_role("link").first.focus()
        page.keyboard.press("Escape")
        assert not menu.evaluate("menu => menu.open")
        assert menu.locator("summary").evaluate("one => one === document.activeElement")
        page.keyboard.press("Enter")
        assert menu.evaluate("menu => menu.open")
        page.mouse.click(20, 790)
        assert not menu.evaluate("menu => menu.open")


# Filters


def test_filters_stay_open_and_the_focus_goes_to_the_count_but_not_on_the_way_back(client, errors):
    for number in range(30):
        factories.resource(title=f"Thing {number}", audience="public", kind="guide" if number % 2 else "policy")
    with browser_page(client, width=360) as page:
        opened(page, "/library/", errors)
        panel = page.locator("details.filters")
        panel.locator("> summary").click()
        box = panel.locator("input[type=checkbox]").first
        box.check()
        assert page.url.endswith("/library/"), "nothing is sent on change"
        panel.get_by_role("button", name="Show results").click()
        page.wait_for_url("**#results")
        heading = page.locator("#results")
        assert heading.evaluate("one => one === document.activeElement")
        assert page.locator("#chosen").text_content().startswith("Filters: ")
        assert panel.evaluate("one => one.open")
        page.evaluate("scrollTo(0, 500)")
        page.locator(".row-title a").nth(5).click()
        page.wait_for_url("**/thing-*/")
        page.go_back()
        page.wait_for_url("**#results")
        assert page.evaluate("scrollY") > 100
        assert not heading.evaluate("one => one === document.activeElement")
        page.go_back()
        page.wait_for_url("**/library/")
        assert not box.is_checked(), "ticks say what is listed"


# Transcripts


CAPTIONS = "WEBVTT\n\n" + "\n\n".join(
    f"{second // 60:02}:{second % 60:02}.000 --> {(second + 20) // 60:02}:{(second + 20) % 60:02}.000\n"
    f"<v {'Ana' if second < 600 else 'Ben'}>This was said at second {second}."
    for second in range(0, 1200, 20)
)


@pytest.fixture
def webinar():
    return factories.webinar(
        audience="public",
        start_date=HELD,
        recording=factories.document("Talk", (demo.MEDIA / "clip-25.mp4").read_bytes(), "talk.mp4", "Ohio"),
        captions=factories.document("Captions", CAPTIONS.encode(), "talk.vtt", "Ohio"),
        chapters=[
            Chapter(start=dt.timedelta(), title="Opening"),
            Chapter(start=dt.timedelta(minutes=10), title="Money"),
        ],
    )


def wait(page, condition: str) -> None:
    """Wait until an expression holds; the driver's own way needs `eval`, which the site's policy forbids."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never: {condition}")


def test_a_time_of_the_transcript_plays_from_there_and_follow_marks_the_paragraph(client, errors, webinar):
    with browser_page(client) as page:
        opened(page, webinar.url, errors)
        assert page.locator("video").evaluate("video => video.networkState") == 1, "nothing is fetched before play"
        page.locator(".transcript").get_by_role("link", name="Play from 10:00").click()
        wait(page, "document.querySelector('video').currentTime >= 600")
        assert page.url.endswith(webinar.url)
        assert page.locator(".transcript [aria-current]").count() == 0, "nothing follows before it is asked to"
        follow = page.get_by_role("button", name="Follow")
        follow.click()
        marked = page.locator(".transcript [aria-current]")
        assert "second 600" in marked.inner_text()
        box = page.locator(".transcript .scroll")
        assert box.evaluate("one => one.scrollTop") > 100
        page.get_by_role("link", name="0:00 Opening").click()
        wait(page, "document.querySelector('.transcript [aria-current]').dataset.from === '0'")
        box.hover()
        page.mouse.wheel(0, 300)
        wait(page, "!document.querySelector('.transcript [aria-current]')")
        assert follow.get_attribute("aria-pressed") == "false"


def test_a_link_to_a_second_opens_the_recording_there_with_its_paragraph_in_view(client, errors, webinar):
    with browser_page(client) as page:
        opened(page, f"{webinar.url}?t=754", errors)
        assert "second 740" in page.locator(".transcript [aria-current]").inner_text()
        assert page.locator("video source").get_attribute("src").endswith("#t=754")


@pytest.mark.parametrize("asked", ["-1", "x", "1e3", "9" * 40, "٣"])
def test_a_second_that_is_none_is_passed_over(client, webinar, asked):
    answer = client.get(webinar.url, {"t": asked})
    assert answer.status_code == 200
    assert "#t=" not in answer.content.decode()


def test_without_script_a_time_opens_the_page_with_the_recording_set_to_it(client, webinar):
    with browser_page(client, java_script_enabled=False) as page:
        page.goto(webinar.url)
        assert page.get_by_role("button", name="Follow").count() == 0
        page.locator(".transcript").get_by_role("link", name="Play from 10:00").click()
        page.wait_for_url("**?t=600#recording")
        assert page.locator("video source").get_attribute("src").endswith("#t=600")


def test_the_transcript_has_one_stop_a_paragraph_and_a_heading_a_chapter(client, webinar):
    with browser_page(client, java_script_enabled=False) as page:
        page.goto(webinar.url)
        transcript = page.locator(".transcript")
        paragraphs = transcript.locator("[data-from]").count()
        assert 15 <= paragraphs <= 40, "30 to 60 seconds each"
        assert transcript.get_by_role("link").count() == paragraphs
        assert transcript.locator("h3").all_inner_texts() == ["Opening", "Money"]
        assert page.locator("[aria-live], .transcript [role=status], .transcript [role=log]").count() == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_of_a_recording_ends_with_its_footer(client, webinar, width):
    with browser_page(client, width=width) as page:
        page.goto(webinar.url)
        below = (
            "document.documentElement.scrollHeight - document.querySelector('footer').getBoundingClientRect().bottom"
        )
        assert page.evaluate(f"{below} - scrollY") < 2
        assert wider_than_the_screen(page) == []
