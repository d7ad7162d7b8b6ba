"""What an editor pastes from Word arrives: headings, lists, links and tables; and nothing harmful does."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.rich_text import expand_db_html

from home.blocks import NOTE_FEATURES
from home.models import AnnouncementPage
from home.rich_text import clean_rows
from tests import factories
from tests.admin_forms import add_address, edit_address, send
from tests.browser import browser_page

WORD = (Path(__file__).parent / "data" / "word_paste.html").read_text(encoding="utf-8")

PASTE = """(element, html) => {
  const clipboard = new DataTransfer();
  clipboard.setData("text/html", html);
  clipboard.setData("text/plain", "plain");
  element.focus();
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }));
}"""


def saved(page, words: str) -> str:
    """What the editor wrote into its field, once these words are in it."""
    page.wait_for_function("words => document.querySelector('#id_body').value.includes(words)", arg=words)
    return page.locator("#id_body").input_value()


def contentstate(rows, *, heading=True) -> str:
    blocks = [
        {"key": "aaaaa", "type": "unstyled", "text": "Rates", "depth": 0, "inlineStyleRanges": [], "entityRanges": []},
        {
            "key": "bbbbb",
            "type": "atomic",
            "text": " ",
            "depth": 0,
            "inlineStyleRanges": [],
            "entityRanges": [{"offset": 0, "length": 1, "key": 0}],
        },
    ]
    table = {"type": "TABLE", "mutability": "IMMUTABLE", "data": {"rows": rows, "heading": heading}}
    return json.dumps({"blocks": blocks, "entityMap": {"0": table}})


def test_a_table_goes_to_the_database_and_back_unchanged():
    link = '<a href="https://example.org/?a=1&amp;b=2">H0038</a>'
    rows = [["Code", "Rate &amp; unit"], [link, 'it\'s "<strong>15</strong>" &lt; 16']]
    converter = ContentstateConverter(NOTE_FEATURES)
    stored = converter.to_database_format(contentstate(rows))
    again = json.loads(converter.from_database_format(stored))
    (entity,) = again["entityMap"].values()
    assert entity["data"] == {"rows": clean_rows(rows), "heading": True}
    assert stored in converter.to_database_format(json.dumps(again))
    shown = BeautifulSoup(expand_db_html(stored), "html.parser")
    assert [cell.get_text() for cell in shown.select("thead th[scope=col]")] == ["Code", "Rate & unit"]
    assert [cell.get_text() for cell in shown.select("tbody td")] == ["H0038", 'it\'s "15" < 16']
    assert shown.select_one("td a")["href"] == "https://example.org/?a=1&b=2"


@pytest.mark.parametrize(
    "cell",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="https://example.org" onclick="alert(1)" style="color:red">x</a>',
        "<svg/onload=alert(1)>",
        '"/><script>alert(1)</script>',
    ],
)
def test_nothing_harmful_passes_through_a_cell(cell):
    stored = ContentstateConverter(NOTE_FEATURES).to_database_format(contentstate([[cell, "x"]], heading=False))
    attribute = html.escape(json.dumps([[cell]]), quote=True)
    smuggled = f'<embed embedtype="table" heading="0" rows="{attribute}"/>'
    for shown in (expand_db_html(stored), expand_db_html(smuggled)):
        page = BeautifulSoup(shown, "html.parser")
        assert page.find("table") or not page.find(True)
        assert not page.find(["script", "img", "svg"])
        for tag in page.select("td *"):
            assert set(tag.attrs) <= {"href"}
            assert not tag.get("href", "https:").startswith("javascript")


@pytest.mark.parametrize("rows", [None, "text", [], [[]], [1, 2], {"a": 1}, [[1, None]]])
def test_what_is_no_table_is_shown_as_nothing(rows):
    assert clean_rows(rows) == []


def test_rows_of_unequal_length_are_filled_up():
    assert clean_rows([["a"], ["b", "c"]]) == [["a", ""], ["b", "c"]]


def test_a_table_in_an_announcement_stands_on_the_public_page(as_persona):
    body = '<p>Before</p><embed embedtype="table" heading="1" rows="[[&quot;Code&quot;], [&quot;H0038&quot;]]"/>'
    page = factories.announcement(audience="public", body=body)
    shown = BeautifulSoup(as_persona("visitor").get(page.url).content, "html.parser")
    assert shown.select_one("main th").get_text() == "Code"
    assert as_persona("ohio-editor").get(edit_address(page)).status_code == 200


def test_wagtail_asks_for_the_words_of_a_picture_in_a_text_or_that_it_is_decoration(as_persona):
    picture = factories.image(place="Ohio")
    client = as_persona("ohio-editor")
    address = f"/admin/images/chooser/{picture.pk}/select_format/"
    prefix = "image-chooser-insertion"
    values = {f"{prefix}-format": "fullwidth"}
    refused = client.post(address, values | {f"{prefix}-alt_text": ""}).json()
    assert refused["step"] == "select_format"
    assert "mark it as decorative" in refused["html"]
    accepted = client.post(address, values | {f"{prefix}-alt_text": "", f"{prefix}-image_is_decorative": "on"}).json()
    assert accepted["step"] == "chosen"


@pytest.mark.browser
def test_what_word_puts_on_the_clipboard_is_kept_in_an_announcement(as_persona):
    client = as_persona("ohio-editor")
    with browser_page(client) as page:
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(add_address(AnnouncementPage))
        page.fill("#id_title", "Pasted from Word")
        editor = page.locator("#panel-child-content-body-section [contenteditable=true]").first
        editor.evaluate(PASTE, WORD)
        page.wait_for_selector(".table-block")
        assert page.locator(".table-block th").count() == 2
        state = saved(page, "help desk")
        assert errors == []
    stored = ContentstateConverter([*NOTE_FEATURES, "image"]).to_database_format(state)
    response = client.post(
        add_address(AnnouncementPage),
        {"title": "Pasted from Word", "body": state, "kind": "news", "audience": "public", "action-publish": "1"}
        | {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0},
    )
    assert response.status_code == 302, stored
    announcement = AnnouncementPage.objects.get(title="Pasted from Word")
    shown = BeautifulSoup(expand_db_html(announcement.body), "html.parser")
    assert [heading.get_text() for heading in shown.find_all("h2")] == ["New rules for peer support"]
    assert [heading.get_text() for heading in shown.find_all("h3")] == ["What to do", "Rates"]
    assert [item.find(string=True) for item in shown.select("ul li")] == [
        "Name one lead in each agency",
        "And a deputy",
        "Sign the data agreement",
    ]
    assert shown.select_one("ul ul li").get_text() == "And a deputy"
    assert [item.get_text() for item in shown.select("ol li")] == ["Call the county", "Send the form"]
    assert shown.find("b").get_text() == "peer support"
    assert shown.find("i").get_text() == "detox units"
    assert shown.find("a", string="full rule")["href"] == "https://example.org/rules?year=2026&part=2"
    assert shown.find("a", string="help desk")["href"] == "mailto:help@example.org"
    assert [cell.get_text() for cell in shown.select("th")] == ["Code", "Rate & unit"]
    assert [cell.get_text() for cell in shown.select("td")] == ["H0038", "$15.51 a quarter hour, it’s < last year"]
    assert "mso" not in announcement.body.lower()


@pytest.mark.browser
def test_a_table_is_edited_in_a_dialog(as_persona):
    body = '<p>Before</p><embed embedtype="table" heading="1" rows="[[&quot;Code&quot;], [&quot;H0038&quot;]]"/><p>After</p>'
    written = factories.announcement(body=body)
    with browser_page(as_persona("ohio-editor")) as page:
        page.goto(edit_address(written))
        page.get_by_role("button", name="Edit table").click()
        dialog = page.get_by_role("dialog", name="Table")
        dialog.locator("td").nth(1).fill("H0039")
        dialog.get_by_role("button", name="Add column").click()
        dialog.locator("td").nth(1).fill("Rate")
        dialog.get_by_role("button", name="Done").click()
        state = saved(page, "H0039")
    stored = ContentstateConverter([*NOTE_FEATURES, "image"]).to_database_format(state)
    shown = BeautifulSoup(expand_db_html(stored), "html.parser")
    assert [cell.get_text() for cell in shown.select("th, td")] == ["Code", "Rate", "H0039", ""]


@pytest.mark.browser
def test_the_sentence_beside_publish_follows_the_chosen_audience(as_persona):
    written = factories.announcement(audience="public")
    with browser_page(as_persona("ohio-editor")) as page:
        page.goto(edit_address(written))
        page.get_by_label("Only members in Ohio").check()
        page.wait_for_selector("text=4 members in Ohio will after you publish, nobody else.")
        assert page.get_by_role("button", name="Close it now").is_visible()
        page.get_by_label("Anyone").first.check()
        page.wait_for_selector("text=Anyone sees this, now and after you publish.")
        assert not page.get_by_role("button", name="Close it now").is_visible()


@pytest.mark.browser
def test_the_form_of_a_conflict_does_not_save_itself_in_the_browser(as_persona):
    written = factories.announcement(title="Before")
    theirs = as_persona("ohio-lead")
    with browser_page(as_persona("ohio-editor")) as page:
        page.goto(edit_address(written))
        page.evaluate("window.stop()")
        send(theirs, edit_address(written), title="Theirs")
        page.evaluate("document.querySelector('#id_title').value = 'Mine'")
        page.evaluate("document.querySelector('#page-edit-form').submit()")
        page.wait_for_selector("text=after you opened it")
        page.wait_for_timeout(2500)
        assert page.input_value("#id_title") == "Mine"
    latest = AnnouncementPage.objects.get(pk=written.pk).get_latest_revision_as_object()
    assert latest.title == "Theirs"
