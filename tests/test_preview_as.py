"""The preview of a draft as another reader gets it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from calendar_app.models import ConferenceCallPage, EventPage, WebinarPage
from home.models import AnnouncementPage, HomePage, SectionIndexPage, StandardPage, Topic
from home.previews import Reader
from library.models import ResourcePage
from tests import factories
from tests.admin_forms import add_address, edit_address, form_of, values
from tests.browser import browser_page
from tests.html import problems

TYPES = [AnnouncementPage, EventPage, ConferenceCallPage, WebinarPage, ResourcePage]
MODES = ["", "visitor", "member", "section"]


def preview(client, address: str, mode: str, **changes):
    """What the preview panel shows: the form is sent as a browser does, then the draft is asked for."""
    data = values(form_of(client.get(address))) | changes
    sent = client.post(f"{address}preview/", data).json()
    assert sent == {"is_valid": True, "is_available": True}
    return client.get(f"{address}preview/?mode={mode}&in_preview_panel=true")


def words(response) -> str:
    middle = BeautifulSoup(response.content, "html.parser").find("main")
    return " ".join(middle.get_text(" ").split())


def account(response) -> str:
    header = BeautifulSoup(response.content, "html.parser").find("header", class_="top")
    return " ".join(header.get_text(" ").split())


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("model", TYPES)
def test_every_type_is_previewed_before_its_first_save_as_everyone(model, mode, as_persona):
    day = {"start_date": "2027-03-09", "start_time": "14:00"} if issubclass(model, EventPage) else {}
    answer = preview(as_persona("ohio-editor"), add_address(model), mode, title="A new thing", audience="public", **day)
    assert answer.status_code == 200
    assert "A new thing" in words(answer)
    assert "Ohio" in words(answer)
    if mode:  # the editor's own has Wagtail's bar in it, with a script
        assert problems(answer.content.decode()) == []
    assert not model.objects.filter(title="A new thing").exists()


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_every_page_that_is_no_content_is_previewed_too(mode, as_persona):
    client = as_persona("admin")
    pages = [HomePage.objects.get(), SectionIndexPage.objects.get(), factories.section("Ohio")]
    pages += [factories.index(model, "Ohio") for model in (ResourcePage, AnnouncementPage, EventPage, WebinarPage)]
    pages += [StandardPage.objects.get(slug="help")]
    for page in pages:
        answer = preview(client, edit_address(page), mode)
        assert answer.status_code == 200, page
        assert page.title in BeautifulSoup(answer.content, "html.parser").title.string
        assert words(answer)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("audience", "mode", "shown", "said"),
    [
        ("public", "visitor", True, "The draft"),
        ("members", "visitor", False, "Sign in to see this page."),
        ("section", "visitor", False, "Sign in to see this page."),
        ("members", "member", True, "The draft"),
        ("section", "member", False, "This page is for members in Ohio."),
        ("section", "member", False, "You are signed in as a member of the whole community."),
        ("section", "section", True, "The draft"),
        ("section", "", True, "The draft"),
        ("section", "no-such-mode", True, "The draft"),
    ],
)
def test_a_draft_is_shown_as_its_audience_says_and_else_what_that_reader_gets(audience, mode, shown, said, as_persona):
    page = factories.announcement(title="The draft", body="<p>Its body</p>", audience=audience, publish=False)
    answer = preview(as_persona("ohio-editor"), edit_address(page), mode)
    assert said in words(answer)
    assert ("The draft" in answer.content.decode()) == ("Its body" in words(answer)) == shown


def test_the_audience_is_the_one_in_the_form_and_not_the_saved_one(as_persona):
    client = as_persona("ohio-editor")
    page = factories.announcement(title="The draft", audience="public")
    assert "Sign in to see this page." in words(preview(client, edit_address(page), "visitor", audience="members"))
    assert "The draft" in words(preview(client, edit_address(page), "visitor", audience="public"))


@pytest.mark.slow
def test_only_members_see_how_to_join_and_the_notes_of_a_public_call(as_persona):
    client = as_persona("ohio-editor")
    call = factories.call(audience="public", passcode="480219", phone="614-555-0142", notes="<p>What was said</p>")
    visitor = words(preview(client, edit_address(call), "visitor"))
    assert "480219" not in visitor
    assert "What was said" not in visitor
    for mode in ("member", "section"):
        member = words(preview(client, edit_address(call), mode))
        assert "614-555-0142" in member
        assert "What was said" in member


@pytest.mark.slow
def test_a_visitor_is_offered_to_sign_in_and_a_member_is_named(as_persona):
    client = as_persona("ohio-editor")
    page = factories.announcement(audience="public")
    assert "Sign in" in account(preview(client, edit_address(page), "visitor"))
    section = account(preview(client, edit_address(page), "section"))
    assert "A member in Ohio" in section
    assert "Admin" not in section
    assert "ohio-editor" in account(preview(client, edit_address(page), ""))


@pytest.mark.slow
def test_what_is_listed_around_a_draft_is_what_both_reader_and_editor_may_see(as_persona):
    topic = Topic.objects.get(slug="housing")
    for place, audience in (("Ohio", "public"), ("Ohio", "members"), ("Ohio", "section"), ("Texas", "section")):
        factories.resource(place, title=f"{place} for {audience}", audience=audience, topics=[topic])
    page = factories.resource("Ohio", title="The draft", audience="public", topics=[topic], publish=False)
    shared = factories.resource(None, title="The draft", audience="public", topics=[topic], publish=False)

    def around(name, page, mode):
        text = words(preview(as_persona(name), edit_address(page), mode))
        return {
            title
            for title in ("Ohio for public", "Ohio for members", "Ohio for section", "Texas for section")
            if title in text
        }

    assert around("ohio-editor", page, "visitor") == {"Ohio for public"}
    assert around("ohio-editor", page, "member") == {"Ohio for public", "Ohio for members"}
    assert around("ohio-editor", page, "section") == {"Ohio for public", "Ohio for members", "Ohio for section"}
    assert around("admin", page, "section") == {"Ohio for public", "Ohio for members", "Ohio for section"}
    assert around("community-editor", shared, "member") == {"Ohio for public", "Ohio for members"}


def test_an_editor_gains_no_key_by_previewing_as_a_member_of_a_section_that_is_not_theirs():
    page = factories.announcement("Texas", audience="section")
    for name, keys in (("ohio-editor", {"public", "members"}), ("pending", {"public"})):
        from tests.personas import person

        reader, _ = page._reader(person(name), "section")
        assert reader.access_keys() == keys, name
        assert reader.is_member == ("members" in keys)


def test_the_reader_has_no_right_in_the_admin():
    reader = Reader(factories.section("Ohio"), frozenset({"public", "members"}))
    assert reader.is_authenticated
    assert not reader.has_perm("wagtailadmin.access_admin")
    page = factories.announcement("Ohio")
    tester = page.permissions_for_user(reader)
    assert (tester.can_edit(), tester.can_publish()) == (False, False)


@pytest.mark.parametrize("mode", MODES)
def test_nobody_previews_another_sections_draft(mode, as_persona):
    page = factories.announcement("Texas", publish=False)
    for name in ("visitor", "ohio-member", "ohio-editor"):
        assert as_persona(name).get(f"{edit_address(page)}preview/?mode={mode}").status_code in (302, 403, 404)


@pytest.mark.slow
def test_a_preview_is_kept_by_no_browser_and_no_proxy(as_persona):
    page = factories.announcement(audience="members")
    for mode in MODES:
        answer = preview(as_persona("ohio-editor"), edit_address(page), mode)
        assert {"private", "no-store"} <= set(answer["Cache-Control"].replace(" ", "").split(",")), mode


def test_the_section_is_offered_only_where_there_is_one():
    assert [name for name, _ in factories.announcement("Ohio").preview_modes] == MODES
    assert [name for name, _ in factories.index(ResourcePage, "Ohio").preview_modes] == MODES
    assert [name for name, _ in factories.announcement(None).preview_modes] == MODES[:3]
    assert [name for name, _ in HomePage.objects.get().preview_modes] == MODES[:3]
    assert dict(factories.announcement("Ohio").preview_modes)["section"] == "A member in Ohio"


@pytest.mark.slow
def test_the_panel_offers_the_readers_and_two_widths_and_shows_what_is_chosen(as_persona):
    page = factories.announcement(title="For us in Ohio", audience="section", publish=False)
    with browser_page(as_persona("ohio-editor"), width=1600) as screen:
        errors: list[str] = []
        screen.on("pageerror", lambda error: errors.append(str(error)))
        screen.goto(edit_address(page))
        screen.get_by_role("button", name="Toggle preview").click()
        frame = screen.frame_locator("iframe#w-preview-iframe")
        frame.get_by_role("heading", name="For us in Ohio").wait_for()
        assert screen.locator("[name=preview-size]").evaluate_all("all => all.map(one => one.dataset.deviceWidth)") == [
            "360",
            "1280",
        ]
        modes = screen.get_by_label("Preview mode")
        modes.select_option(label="Any member")
        frame.get_by_text("This page is for members in Ohio.").wait_for()
        modes.select_option(label="A visitor")
        frame.get_by_text("Sign in to see this page.").wait_for()
        modes.select_option(label="A member in Ohio")
        frame.get_by_role("heading", name="For us in Ohio").wait_for()
        screen.get_by_label("Desktop").check(force=True)
        frame.get_by_role("heading", name="For us in Ohio").wait_for()
        assert errors == []
