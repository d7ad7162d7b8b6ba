"""Finding one's way in a long text, and telling somebody of it: on this page, chapters, copy link, mail this."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from pypdf import PdfReader

from home import outline
from home.models import HomePage, Population, Requirement, Setting, Stage, StandardPage
from library.models import ResourceFile
from tests import factories
from tests.browser import browser_page
from tests.html import problems, text_of, tree_of
from tests.test_accessibility import wider_than_the_screen


def main_of(response):
    body = response.content.decode()
    assert problems(body) == []
    return next(tree_of(body).iter("main"))


def contents(response) -> dict[str, str]:
    """The list "On this page": where each entry leads, and its words; every target is a heading of these words."""
    main = main_of(response)
    lists = [nav for nav in main.iter("nav") if nav.get("aria-labelledby") == "on-this-page"]
    assert len(lists) <= 1
    found = {link.get("href"): text_of(link) for nav in lists for link in nav.iter("a")}
    ids = {f"#{heading.get('id')}": text_of(heading) for heading in main.iter("h2")}
    assert found.items() <= ids.items()
    return found


def body_of(count: int) -> list:
    return [
        part for n in range(count) for part in (("heading", {"text": f"Part {n}", "level": "h2"}), ("text", "<p>A</p>"))
    ]


MAKERS = {
    "announcement": lambda n: factories.announcement(
        audience="public", body="".join(f"<h2>Part {i}</h2><p>A</p>" for i in range(n))
    ),
    "event": lambda n: factories.event(audience="public", body=body_of(n)),
    "call": lambda n: factories.call(audience="public", body=body_of(n)),
    "webinar": lambda n: factories.webinar(audience="public", body=body_of(n)),
    "resource": lambda n: factories.resource(audience="public", body=body_of(n)),
    "standard": lambda n: HomePage.objects.get().add_child(
        instance=StandardPage(title="Long", slug="long", body=body_of(n))
    ),
}


@pytest.mark.parametrize("kind", list(MAKERS))
def test_four_main_headings_make_a_list_of_them(client, kind):
    page = MAKERS[kind](4)
    assert contents(client.get(page.url)) == {f"#part-part-{n}": f"Part {n}" for n in range(4)}


@pytest.mark.parametrize("kind", list(MAKERS))
def test_three_make_none(client, kind):
    assert contents(client.get(MAKERS[kind](3).url)) == {}


def test_headings_of_blocks_and_of_texts_stand_in_one_list_in_order(client):
    body = [
        ("heading", {"text": "One & <two>", "level": "h2"}),
        ("text", "<h2>Three</h2><p>A</p><h3>Below</h3>"),
        ("heading", {"text": "Below too", "level": "h3"}),
        ("text", "<h2>Haleʻiwa</h2>"),
        ("heading", {"text": "Three", "level": "h2"}),
    ]
    page = factories.resource(audience="public", body=body)
    assert list(contents(client.get(page.url)).items()) == [
        ("#part-one-two", "One & <two>"),
        ("#part-three", "Three"),
        ("#part-haleiwa", "Haleʻiwa"),
        ("#part-three-2", "Three"),
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("", []),
        ("<p>No heading</p>", []),
        ("<h2></h2><h2> </h2>", []),
        ("<h2>???</h2>", [("part-x", "???")]),
        ('<h2 data-block-key="a"><b>Bold</b> &amp; plain</h2>', [("part-bold-plain", "Bold & plain")]),
        ("<h2>A</h2><h2>A</h2><h2>A-2</h2>", [("part-a", "A"), ("part-a-2", "A"), ("part-a-2-2", "A-2")]),
    ],
)
def test_ids_are_made_of_words_and_stand_once(body, found):
    anchored, headings = outline.anchored(body)
    assert headings == found
    for name, _ in found:
        assert anchored.count(f'id="{name}"') == 1


@pytest.fixture
def book():
    """A manual with three chapters, the second with one below it, and one that is not published."""
    book = HomePage.objects.get().add_child(instance=StandardPage(title="Manual", slug="manual"))
    for number in (1, 2, 3):
        chapter = book.add_child(instance=StandardPage(title=f"Chapter {number}", slug=f"chapter-{number}"))
        if number == 2:
            chapter.add_child(instance=StandardPage(title="Chapter 2a", slug="chapter-2a"))
    book.add_child(instance=StandardPage(title="Chapter of the future", slug="draft", live=False))
    return book


IN_ORDER = [
    "/manual/",
    "/manual/chapter-1/",
    "/manual/chapter-2/",
    "/manual/chapter-2/chapter-2a/",
    "/manual/chapter-3/",
]


def test_each_chapter_leads_to_the_one_before_and_the_one_after(client, book):
    for index, address in enumerate(IN_ORDER):
        main = main_of(client.get(address))
        around = {link.get("rel"): link.get("href") for link in main.iter("a") if link.get("rel")}
        expected = {"prev": IN_ORDER[index - 1] if index else None, "next": (*IN_ORDER, None)[index + 1]}
        assert around == {rel: target for rel, target in expected.items() if target}


def test_each_chapter_shows_all_and_which_one_it_is(client, book):
    for address in IN_ORDER:
        main = main_of(client.get(address))
        (nav,) = [nav for nav in main.iter("nav") if nav.get("aria-labelledby") == "chapters"]
        assert [link.get("href") for link in nav.iter("a")] == IN_ORDER
        assert [link.get("href") for link in nav.iter("a") if link.get("aria-current") == "page"] == [address]
        assert "future" not in text_of(main)


def test_chapters_follow_the_order_in_which_editors_put_them(client, book):
    StandardPage.objects.get(slug="chapter-3").move(StandardPage.objects.get(slug="chapter-1"), pos="left")
    main = main_of(client.get("/manual/chapter-3/"))
    assert {link.get("rel"): link.get("href") for link in main.iter("a") if link.get("rel")} == {
        "prev": "/manual/",
        "next": "/manual/chapter-1/",
    }


@pytest.mark.parametrize("address", ["/about/", "/help/"])
def test_a_page_that_stands_by_itself_has_no_chapters(client, address):
    main = main_of(client.get(address))
    assert not [link for link in main.iter("a") if link.get("rel")]
    assert "Chapters" not in text_of(main)


TITLE = "“Screening” & brief intervention: 50% more? #1 + Haleʻiwa <form>"


def ways(response) -> tuple[str, dict[str, str]]:
    """What the page copies, and what its mail begins with."""
    main = main_of(response)
    (button,) = [button for button in main.iter("button") if text_of(button) == "Copy link"]
    assert button.get("hidden") is not None, "shown by script alone"
    (link,) = [link for link in main.iter("a") if text_of(link) == "Mail this"]
    parts = urlsplit(link.get("href"))
    assert (parts.scheme, parts.path, parts.fragment) == ("mailto", "", "")
    assert set(link.get("href")) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%:?&=")
    raw = dict(pair.split("=", 1) for pair in parts.query.split("&"))
    assert {name: unquote(value) for name, value in raw.items()} == {
        name: values[0] for name, values in parse_qs(parts.query).items()
    }
    return button.get("data-copy"), {name: unquote(value) for name, value in raw.items()}


@pytest.mark.parametrize("kind", ["announcement", "event", "call", "webinar", "resource"])
def test_every_content_page_is_copied_and_mailed_by_its_whole_address(client, kind):
    page = getattr(factories, kind)(title=TITLE, audience="public")
    address, mail = ways(client.get(page.url))
    assert address == f"http://localhost:8000{page.url}"
    assert mail["subject"] == f"Ohio: {TITLE}"
    lines = mail["body"].split("\r\n")
    assert (lines[0], lines[-1]) == (TITLE, address)
    assert lines[1].endswith(", Ohio")


def test_a_mail_says_that_one_has_to_sign_in_where_that_is_so(as_persona):
    page = factories.announcement(title="Inside", audience="section")
    _, mail = ways(as_persona("ohio-member").get(page.url))
    assert mail["body"].endswith("\r\nOhio only: sign in to read it.")


def test_what_is_shared_by_all_says_so(client):
    _, mail = ways(client.get(factories.resource(None, title="A guide", audience="public").url))
    assert mail["subject"] == "For all States: A guide"


def test_a_forged_host_is_not_passed_on(client):
    page = factories.resource(audience="public")
    assert ways(client.get(page.url, HTTP_HOST="evil.example"))[0] == f"http://localhost:8000{page.url}"


# In a browser


@pytest.mark.browser
def test_the_link_is_copied_and_without_script_there_is_no_button(client):
    page = factories.resource(audience="public")
    with browser_page(client, permissions=["clipboard-read", "clipboard-write"]) as screen:
        screen.goto(page.url)
        screen.get_by_role("button", name="Copy link").click()
        screen.get_by_role("status").filter(has_text="Copied").wait_for(state="attached")
        assert screen.evaluate("navigator.clipboard.readText()") == f"http://localhost:8000{page.url}"
    with browser_page(client, java_script_enabled=False) as screen:
        screen.goto(page.url)
        assert screen.get_by_role("button", name="Copy link").count() == 0
        assert screen.get_by_role("link", name="Mail this").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_a_book_is_read_with_the_keyboard_alone(client, book, width):
    with browser_page(client, width=width) as screen:
        screen.goto("/manual/")
        for chapter in ("Chapter 1", "Chapter 2", "Chapter 2a", "Chapter 3"):
            screen.get_by_role("link", name=f"Next {chapter}").focus()
            screen.keyboard.press("Enter")
            screen.get_by_role("heading", level=1, name=chapter, exact=True).wait_for()
            assert wider_than_the_screen(screen) == []


@pytest.mark.browser
def test_on_paper_there_is_the_text_and_no_list_of_links(client, book):
    with browser_page(client) as screen:
        screen.goto("/manual/chapter-1/")
        assert screen.get_by_role("navigation", name="Chapters", exact=True).is_visible()
        screen.emulate_media(media="print")
        assert not screen.get_by_role("navigation", name="Chapters", exact=True).is_visible()
        assert screen.get_by_role("heading", level=1).is_visible()


@pytest.mark.browser
def test_a_resource_with_all_its_facts_prints_on_one_page(client):
    text = "<p>" + "A nurse reads each form within eight hours. " * 2 + "</p>"
    made = factories.resource(
        title="Booking screen: eight questions for both conditions",
        summary="The form that six Ohio county jails use at booking, with the script for the officer.",
        audience="public",
        authors="Marcus Bellweather; Dana Whitfield",
        publisher="Ohio integration office",
        year=2026,
        source_state="OH",
        licence="public_domain",
        version="3",
        change_note="Question 4 no longer asks for the name of a drug.",
        body=[("text", f"<h2>How it is used</h2>{text}<h2>How it went</h2>{text}")],
        settings=Setting.objects.all()[:2],
        populations=Population.objects.all()[:2],
        stages=Stage.objects.all()[:2],
        requirements=Requirement.objects.all()[:2],
        files=[ResourceFile(document=factories.document(f"File {n}", place="Ohio")) for n in range(2)],
    )
    with browser_page(client) as screen:
        screen.goto(made.url)
        pages = PdfReader(BytesIO(screen.pdf(format="Letter"))).pages
    assert len(pages) == 1
    assert "Ohio integration office" in pages[0].extract_text()
