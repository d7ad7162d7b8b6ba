"""No script that stands in a page runs, on the site or in the admin; and the admin works all the same."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from pathlib import Path

import pytest
import wagtail.admin
from bs4 import BeautifulSoup
from django import forms
from django.urls import reverse
from playwright.sync_api import expect
from wagtail.admin import widgets as wagtail_widgets
from wagtail.admin.widgets import chooser
from wagtail.admin.widgets.workflows import AdminTaskChooser
from wagtail.documents.widgets import AdminDocumentChooser
from wagtail.images.widgets import AdminImageChooser
from wagtail.models import Page, get_page_models

from calendar_app.models import ConferenceCallPage, EventPage, WebinarPage
from home import widgets
from home.models import AnnouncementPage, ContentPage, SectionIndexPage
from library.models import ResourcePage
from tests import factories
from tests.admin_forms import add_address, edit_address
from tests.browser import browser_page
from tests.outside import faults, inline_parts

STARTS = (Path("static/admin/start.js")).read_text(encoding="utf-8")
CONTENT = [AnnouncementPage, EventPage, ConferenceCallPage, WebinarPage, ResourcePage]

# What of Wagtail's is overridden (docs/decisions/0013-policy.md), as it is in the version that we have. Where one of these
# has changed, compare it with ours in home/templates/wagtailadmin/ or home/widgets.py, then write the new sum here.
OVERRIDDEN = {
    "wagtailadmin/widgets/date_input.html": "2557f7a4fd543d7c",
    "wagtailadmin/widgets/datetime_input.html": "479d8ddeaa73d2fd",
    "wagtailadmin/widgets/time_input.html": "536917c544a13563",
    "wagtailadmin/panels/inline_panel.html": "195bb0b199edb062",
    "wagtailadmin/panels/multiple_chooser_panel.html": "673bc9b26ca95c03",
    "BaseChooser.render": "d8ea923b50c18780",
}


def test_what_we_override_of_wagtail_is_what_we_have_seen():
    templates = Path(wagtail.admin.__file__).parent / "templates"
    tree = inspect.getsource(chooser)
    render = tree[tree.index("    def render(self, name") : tree.index("    @property\n    def base_js_init_options")]
    seen = {name: (templates / name).read_text(encoding="utf-8") for name in OVERRIDDEN if "/" in name}
    seen["BaseChooser.render"] = render
    assert {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in seen.items()} == OVERRIDDEN


@pytest.mark.parametrize(
    ("widget", "name"),
    [
        (wagtail_widgets.AdminDateInput(), "initDateChooser"),
        (wagtail_widgets.AdminDateTimeInput(), "initDateTimeChooser"),
        (wagtail_widgets.AdminTimeInput(), "initTimeChooser"),
        (wagtail_widgets.AdminPageChooser(), "PageChooser"),
        (AdminTaskChooser(), "createTaskChooser"),
        (AdminDocumentChooser(), "DocumentChooser"),
        (AdminImageChooser(), "ImageChooser"),
    ],
)
def test_a_widget_says_what_to_start_in_words_that_the_script_knows(widget, name):
    field = forms.Field(widget=widget)
    form = type("Form", (forms.Form,), {"field": field})(prefix='a"b')
    drawn = str(form["field"])
    start = BeautifulSoup(drawn, "html.parser").find("template", attrs={"data-start": True})
    assert start["data-start"] == name
    assert json.loads(start["data-arguments"])[0] == 'id_a"b-field'
    assert f'"{name}"' in STARTS
    assert inline_parts(drawn) == []


@pytest.mark.parametrize("call", ["alert(1); alert(2);", "new Chooser(window);", "x", 'new Chooser("a")'])
def test_what_is_not_one_call_with_plain_values_is_not_passed_on(call):
    with pytest.raises(ValueError):  # noqa: PT011
        widgets.start(call)


def test_a_script_that_stands_in_a_page_is_found_also_where_it_is_packed():
    for text in (
        "<p><script>x()</script>",
        '{"html": "<script type=\\"text/javascript\\">x()</script>"}',
        '<div data-block="&lt;script&gt;x()&lt;/script&gt;">',
        '<script type="application/json">"\\u003Cscript\\u003Ex()"</script>',
        '<button type="button" onclick="x()">',
    ):
        assert len(inline_parts(text)) == 1, text
    assert inline_parts('<script src="/a.js"></script><script id="x" type="application/json">1</script>') == []


@pytest.mark.slow
def test_no_page_form_holds_a_script(as_persona):
    client = as_persona("admin")
    made = [factories.page(model, title=f"A {model.__name__}") for model in CONTENT]
    pages = [*made, *Page.objects.filter(depth__gt=1).exclude(pk__in=[page.pk for page in made]).specific()]
    by_type = {type(page): page for page in pages}
    assert set(by_type) >= {model for model in get_page_models() if model not in (Page, ContentPage)}
    found = {}
    for model, page in by_type.items():
        found[f"edit {model.__name__}"] = faults(client.get(edit_address(page)))
    for model in CONTENT:
        found[f"add {model.__name__}"] = faults(client.get(add_address(model)))
    add_section = reverse("wagtailadmin_pages:add", args=["home", "sectionpage", SectionIndexPage.objects.get().pk])
    found["add section"] = faults(client.get(add_section))
    # Settings, vocabularies and the like: every link of the menu.
    menu = json.loads(
        BeautifulSoup(client.get("/admin/").content, "html.parser").find(id="wagtail-sidebar-props").string
    )
    addresses = {word for word in json.dumps(menu).split('"') if word.startswith("/admin/") and "logout" not in word}
    assert len(addresses) > 15
    found |= {address: faults(client.get(address, follow=True)) for address in sorted(addresses)}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.browser
def test_an_editor_works_in_the_admin_and_the_policy_stops_nothing(as_persona):
    event = factories.page(EventPage, title="Regional meeting", publish=False)
    note = factories.announcement(title="A note", publish=False)
    client = as_persona("admin")
    stopped: list[str] = []
    with browser_page(client, width=1600) as screen:
        screen.on("console", lambda line: stopped.append(line.text) if "CSP " in line.text else None)
        screen.on("pageerror", lambda error: stopped.append(str(error)))
        screen.add_init_script(
            "document.addEventListener('securitypolicyviolation',"
            " event => console.error('CSP', event.violatedDirective, event.blockedURI, event.sourceFile))"
        )
        # A section: a row is added, and what is written into it is there.
        screen.goto(edit_address(factories.section("Ohio")))
        rows = screen.locator("#id_wishes-FORMS > *")
        before = rows.count()
        screen.locator("#id_wishes-ADD").click()
        assert rows.count() == before + 1
        screen.locator(f"#id_wishes-{before}-since").click()  # its date opens a calendar, although the row came later
        screen.locator(".xdsoft_datetimepicker:visible").wait_for()
        # A redirect: a page from the chooser.
        screen.goto(reverse("wagtailredirects:add"))
        screen.get_by_role("button", name="Choose a page").click()
        screen.locator(".modal-body").get_by_role("link", name="Learning Community").click()
        screen.locator("[data-chooser-title]", has_text="Learning Community").wait_for()
        # An event: a day from the calendar, the preview in its frame.
        screen.goto(edit_address(event))
        screen.locator("#id_start_date").click()
        screen.locator(".xdsoft_datetimepicker:visible .xdsoft_date:not(.xdsoft_disabled)").nth(10).click()
        assert screen.locator("#id_start_date").input_value()
        screen.get_by_role("button", name="Toggle preview").click()
        screen.frame_locator("iframe#w-preview-iframe").get_by_role("heading", name="Regional meeting").wait_for()
        # An announcement: words in rich text, a file from the chooser, a draft saved.
        screen.goto(edit_address(note))
        screen.locator(".public-DraftEditor-content").first.click()
        screen.keyboard.type("Words that were typed")
        expect(screen.locator("[name=body]")).to_have_value(re.compile("typed"))
        screen.get_by_role("button", name="Save draft").click()
        screen.get_by_text("has been updated").wait_for()
        assert stopped == []
        # And this is how it would be if something were stopped.
        screen.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/nothing.png onerror=alert(1)>')")
        screen.wait_for_timeout(200)
        assert "script-src" in "".join(stopped), stopped
    assert "Words that were typed" in AnnouncementPage.objects.get(pk=note.pk).get_latest_revision_as_object().body
