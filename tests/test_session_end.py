"""How long somebody stays signed in, and that nothing typed is lost when it ends."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from home.models import AnnouncementPage, ContactMessage
from members.models import JoinRequest, Membership, UnsentForm
from members.sessions import times, unsent
from members.sessions.middleware import SessionEndMiddleware
from tests import factories
from tests.admin_forms import edit_address, form_of, values
from tests.browser import browser_page
from tests.personas import person
from tests.test_accessibility import found_by_axe

PAGE = {"accept": "text/html,*/*", "sec-fetch-dest": "document"}
BACKGROUND = [
    {"sec-fetch-dest": "empty", "accept": "*/*"},
    {"accept": "application/json"},
    {"sec-fetch-dest": "iframe"},
]
MINUTE, HOUR = 60, 60 * 60


@pytest.fixture
def clock():
    """A clock that stands at now and moves when told to."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def later(clock, seconds: float) -> None:
    clock.shift(dt.timedelta(seconds=seconds))


def signed_in(client: Client) -> bool:
    return client.get("/accounts/session/", headers=BACKGROUND[0]).json()["left"] > 0


def fields_of(answer, action: str | None = None) -> tuple[str, dict]:
    """The address and the hidden fields of the first form in the middle of a page."""
    middle = BeautifulSoup(answer.content, "html.parser").find("main")
    form = middle.find("form", action=action) if action else middle.find("form", method="post")
    data: dict[str, list[str]] = {}
    for control in form.find_all("input"):
        data.setdefault(control["name"], []).append(control["value"])
    return form["action"], data


@pytest.mark.parametrize("name", ["ohio-reviewer", "ohio-editor", "ohio-lead", "community-editor", "admin"])
def test_whoever_may_enter_the_admin_is_signed_out_after_30_minutes_without_an_act(name, as_persona, clock):
    client = as_persona(name)
    later(clock, 30 * MINUTE - 1)
    assert signed_in(client)
    later(clock, 1)
    assert not signed_in(client)
    answer = client.get("/admin/", headers=PAGE)
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/admin/")


@pytest.mark.parametrize("name", ["ohio-member", "pending"])
def test_members_stay_for_12_hours_and_no_longer(name, as_persona, clock):
    client = as_persona(name)
    later(clock, 12 * HOUR - 1)
    assert client.get("/library/", headers=PAGE).wsgi_request.user.is_authenticated
    later(clock, 1)
    assert client.get("/library/", headers=PAGE).wsgi_request.user.is_anonymous


@pytest.mark.slow
def test_acts_move_the_end_but_never_past_12_hours(as_persona, clock):
    client = as_persona("ohio-editor")
    for _ in range(12 * 3 - 1):
        later(clock, 20 * MINUTE)
        assert client.get("/library/", headers=PAGE).wsgi_request.user.is_authenticated
    later(clock, 20 * MINUTE)
    assert not signed_in(client)


@pytest.mark.slow
@pytest.mark.parametrize("headers", BACKGROUND)
def test_what_an_open_page_asks_for_by_itself_is_no_act(headers, as_persona, clock):
    page = factories.announcement(publish=False)
    client = as_persona("ohio-editor")
    form = values(form_of(client.get(edit_address(page))))
    for _ in range(3):
        later(clock, 9 * MINUTE)
        assert client.get("/library/", headers=headers).wsgi_request.user.is_authenticated
        assert client.post(edit_address(page), form, headers=headers).wsgi_request.user.is_authenticated
    later(clock, 3 * MINUTE)
    assert not signed_in(client)


def test_a_role_that_opens_the_admin_shortens_an_open_session(as_persona, clock):
    client = as_persona("ohio-member")
    later(clock, 2 * MINUTE)
    Membership.objects.create(user=person("ohio-member"), section=factories.section("Texas"), role="editor")
    client.get("/library/", headers=PAGE)
    later(clock, 31 * MINUTE)
    assert not signed_in(client)


def test_the_session_is_written_once_a_minute_and_asked_for_nothing_more(as_persona, clock):
    client = as_persona("ohio-member")
    client.get("/accounts/email/", headers=PAGE)

    def writes() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/about/", headers=PAGE)
        return sum('UPDATE "django_session"' in query["sql"] for query in queries)

    assert writes() == 0
    later(clock, 59)
    assert writes() == 0
    later(clock, 1)
    assert writes() == 1
    assert writes() == 0


def test_a_page_tells_the_end_without_a_query(as_persona, monkeypatch, clock):
    client = as_persona("ohio-member")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get("/about/", headers=PAGE)
        return len(found)

    queries()
    with_end = queries()
    monkeypatch.setattr(SessionEndMiddleware, "__call__", lambda self, request: self.get_response(request))
    assert queries() == with_end


def test_a_visitor_gets_no_session_no_dialog_and_the_same_headers(client):
    answer = client.get("/", headers=PAGE)
    assert "data-session" not in answer.content.decode()
    assert Session.objects.count() == 0
    assert "sessionid" not in client.cookies
    request = RequestFactory().get("/", headers=PAGE)  # has no session at all: to ask for one would fail
    assert SessionEndMiddleware(lambda request: request).__call__(request).session_end is None


def test_the_old_session_is_gone_with_everything_in_it(as_persona, clock):
    client = as_persona("ohio-editor")
    key = client.cookies["sessionid"].value
    later(clock, 31 * MINUTE)
    client.get("/", headers=PAGE)
    assert not Session.objects.filter(session_key=key).exists()
    assert client.cookies["sessionid"].value != key
    old = Client()
    old.cookies["sessionid"] = key
    assert not signed_in(old)


def test_a_press_stays_and_says_until_when(as_persona, clock):
    client = as_persona("ohio-editor")
    later(clock, 29 * MINUTE)
    before = client.get("/accounts/session/", headers=BACKGROUND[0]).json()
    assert (before["left"], before["moves"], before["user"]) == (60, True, person("ohio-editor").pk)
    after = client.post("/accounts/session/", headers=BACKGROUND[0]).json()
    assert after["left"] == 30 * MINUTE
    later(clock, 31 * MINUTE)
    answer = client.post("/accounts/session/", headers=BACKGROUND[0])
    assert answer.json() == {"left": 0}
    assert answer["Cache-Control"] == "private, no-store"


def test_signing_in_again_in_mid_session_begins_another_12_hours(clock):
    user = factories.user("somebody@agency.example", ("Ohio", "member"))
    client = Client()
    client.force_login(user)
    later(clock, 11 * HOUR)
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD}, headers=PAGE)
    later(clock, 2 * HOUR)
    assert signed_in(client)
    later(clock, 10 * HOUR)
    assert not signed_in(client)


# What arrives too late


def test_a_page_of_the_admin_sent_after_the_end_is_kept_and_sent_after_signing_in(as_persona, clock):
    page = factories.announcement(publish=False, title="A note")
    client = as_persona("ohio-editor")
    form = values(form_of(client.get(edit_address(page))))
    later(clock, 31 * MINUTE)
    client.post("/admin/editing-sessions/ping/home/announcementpage/1/1/", headers=BACKGROUND[0])  # an open tab's
    answer = client.post(edit_address(page), form | {"title": "Half an hour's\r\nwork <b>"}, headers=PAGE)
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=%2Fmy%2Funsent%2F")
    assert AnnouncementPage.objects.get(pk=page.pk).get_latest_revision_as_object().title == "A note"
    client.force_login(person("ohio-editor"))
    offered = client.get("/my/unsent/", headers=PAGE)
    assert "Half an hour&#x27;s" in offered.content.decode()
    address, data = fields_of(offered)
    assert address == edit_address(page)
    assert data["title"] == ["Half an hour's\r\nwork <b>"]
    assert client.post(address, data | {"title": "Half an hour's work"}, headers=PAGE).status_code == 302
    assert AnnouncementPage.objects.get(pk=page.pk).get_latest_revision_as_object().title == "Half an hour's work"
    assert not UnsentForm.objects.exists()
    assert "Nothing of yours waits" in client.get("/my/unsent/").content.decode()


def test_a_reason_to_decline_is_kept_whole(as_persona, clock):
    asked = JoinRequest.objects.create(
        user=person("pending"), section=factories.section("Ohio"), sent_at=timezone.now()
    )
    client = as_persona("ohio-lead")
    later(clock, 31 * MINUTE)
    form = {"answer": "decline", "reason": "Several\r\nlines of reasons"}
    assert client.post(asked.get_absolute_url(), form, headers=PAGE).url.startswith("/accounts/login/")
    asked.refresh_from_db()
    assert asked.decided_at is None
    client.force_login(person("ohio-lead"))
    address, data = fields_of(client.get("/my/unsent/", headers=PAGE))
    assert (address, data["reason"]) == (asked.get_absolute_url(), [form["reason"]])
    client.post(address, data, headers=PAGE)
    assert not UnsentForm.objects.exists()


def test_a_question_to_join_sent_after_12_hours_is_kept(as_persona, clock):
    client = as_persona("pending")
    later(clock, 11 * HOUR)
    client.get("/join/", headers=PAGE)
    later(clock, HOUR + 1)
    answer = client.post("/join/", {"section": "1", "motive": "Words that took a while"}, headers=PAGE)
    assert answer.url == "/accounts/login/?next=%2Fmy%2Funsent%2F"
    assert UnsentForm.objects.get().user == person("pending")


def test_a_message_by_the_contact_form_goes_through_as_a_visitors(as_persona, clock):
    client = as_persona("ohio-editor")
    _, _ = client.get("/contact/", headers=PAGE), later(clock, 31 * MINUTE)
    form = {"name": "An editor", "email": "editor@agency.example", "text": "Words that took a while", "about": "site"}
    answer = client.post("/contact/", form, headers=PAGE)
    arrived = ContactMessage.objects.filter(text="Words that took a while").exists()
    assert arrived or (answer.status_code == 200 and "Words that took a while" in answer.content.decode())


def test_files_and_passwords_are_not_kept_and_files_are_named(as_persona, clock):
    client = as_persona("ohio-editor")
    later(clock, 31 * MINUTE)
    form = {
        "title": "Kept",
        "new_password": "secret words",
        "csrfmiddlewaretoken": "x",
        "file": ContentFile(b"1", name="b.pdf"),
    }
    client.post("/admin/documents/add/", form, headers=PAGE)
    kept = UnsentForm.objects.get()
    assert (kept.fields, kept.files) == ([["title", "Kept"]], ["b.pdf"])
    client.force_login(person("ohio-editor"))
    assert "Choose your files again" in client.get("/my/unsent/").content.decode()


def test_a_form_that_fails_when_it_is_sent_again_stays_kept(as_persona, clock):
    client = as_persona("ohio-editor")
    later(clock, 31 * MINUTE)
    client.post("/admin/pages/999999/edit/", {"title": "Gone"}, headers=PAGE)
    client.force_login(person("ohio-editor"))
    address, data = fields_of(client.get("/my/unsent/", headers=PAGE))
    assert client.post(address, data, headers=PAGE).status_code == 404
    assert UnsentForm.objects.count() == 1


def test_what_somebody_typed_is_offered_to_nobody_else(as_persona, clock):
    client = as_persona("ohio-editor")
    later(clock, 31 * MINUTE)
    client.post("/admin/pages/999999/edit/", {"title": "Private words"}, headers=PAGE)
    kept = UnsentForm.objects.get()
    assert client.get("/my/unsent/", headers=PAGE).status_code == 302
    client.force_login(person("texas-editor"))
    assert "Private words" not in client.get("/my/unsent/").content.decode()
    assert client.post("/my/unsent/", {"form": kept.pk}).status_code == 404
    assert client.post("/my/unsent/", {"form": "nonsense"}).status_code == 404
    client.post("/library/", {"unsent": str(kept.pk)}, headers=PAGE)
    assert UnsentForm.objects.count() == 1
    client.force_login(person("ohio-editor"))
    assert client.get("/").content.decode().count("/my/unsent/") == 1
    assert client.post("/my/unsent/", {"form": kept.pk}).status_code == 302
    assert UnsentForm.objects.count() == 0


def test_where_nobody_knows_whose_a_form_was_the_page_holds_it(clock):
    page = factories.announcement(publish=False)
    client = Client()  # signed out in another tab
    answer = client.post(edit_address(page), {"title": "Held <words>", "password": "x"}, headers=PAGE)
    assert answer.status_code == 403
    assert answer["Cache-Control"] == "private, no-store"
    assert fields_of(answer)[1]["title"] == ["Held <words>"]
    assert "password" not in fields_of(answer)[1]
    assert not UnsentForm.objects.exists()


def test_forms_are_kept_for_a_week_and_at_most_twenty(as_persona, clock):
    client = as_persona("ohio-editor")
    later(clock, 31 * MINUTE)
    for number in range(unsent.MOST + 3):
        later(clock, 1)
        client.post("/admin/pages/999999/edit/", {"title": f"Number {number}"}, headers=PAGE)
    assert UnsentForm.objects.count() == unsent.MOST
    assert UnsentForm.objects.first().fields == [["title", f"Number {unsent.MOST + 2}"]]
    later(clock, 6 * 24 * HOUR)
    unsent.forget()
    assert UnsentForm.objects.count() == unsent.MOST
    later(clock, 2 * 24 * HOUR)
    unsent.forget()
    unsent.forget()
    assert UnsentForm.objects.count() == 0


def test_a_form_says_without_a_script_when_the_session_ends(as_persona):
    with time_machine.travel(dt.datetime(2027, 3, 9, 15, 2, tzinfo=dt.UTC), tick=False):
        words = {
            name: re.search(r"<noscript>(.*?)</noscript>", as_persona(name).get("/contact/").content.decode())[1]
            for name in ("ohio-member", "ohio-editor")
        }
    assert "You stay signed in until 10:02 p.m. (EST)." in words["ohio-member"]
    assert "You stay signed in until 10:32 a.m. (EST), or 30 minutes from the next page" in words["ohio-editor"]
    assert "<noscript>" not in Client().get("/contact/").content.decode()


def test_times_are_those_that_are_written_down():
    assert (times.IDLE, times.LONGEST) == (30 * MINUTE, 12 * HOUR)


@pytest.mark.browser
def test_an_open_page_warns_stays_at_one_press_and_keeps_what_was_typed_when_it_is_over(
    as_persona, monkeypatch, tmp_path
):
    client = as_persona("ohio-editor")
    client.handler.enforce_csrf_checks = True
    page = factories.announcement(publish=False, title="A note")
    with browser_page(client, width=1280) as screen:
        for address, field in (("/contact/", "#id_text"), (edit_address(page), "#id_title")):
            monkeypatch.setattr(times, "IDLE", 130)  # seconds to load the page and type, then two minutes
            client.force_login(person("ohio-editor"))
            screen.goto(address)
            screen.locator(field).fill("Words that were typed")
            warning = screen.get_by_role("alertdialog", name="Are you still there?")
            expect(warning).to_be_visible(timeout=15000)
            expect(warning).to_contain_text("You will be signed out in 2 minutes")
            expect(warning.get_by_role("button", name="Stay signed in")).to_be_focused()
            screen.screenshot(path=tmp_path / "warning.png")
            if address == "/contact/":  # the admin's own form is Wagtail's
                assert found_by_axe(screen) == []
            monkeypatch.setattr(times, "IDLE", 126)
            warning.get_by_role("button", name="Stay signed in").press("Enter")
            expect(warning).to_be_hidden()
            expect(screen.locator(field)).to_be_focused()  # where it was
            expect(warning).to_be_visible(timeout=15000)
            screen.keyboard.press("Escape")  # somebody is there
            expect(warning).to_be_hidden()
            monkeypatch.setattr(times, "IDLE", 1)
            over = screen.get_by_role("alertdialog", name="You are signed out")
            expect(over).to_be_visible(timeout=15000)
            expect(over.get_by_role("link", name="Sign in again")).to_be_focused()
            monkeypatch.setattr(times, "IDLE", 30 * MINUTE)
            client.force_login(person("ohio-editor"))  # in another tab
            screen.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            expect(over).to_be_hidden()
            expect(screen.locator(field)).to_have_value("Words that were typed")
        screen.get_by_role("button", name="Save draft").click()
        screen.get_by_text("has been updated").wait_for()
    assert AnnouncementPage.objects.get(pk=page.pk).get_latest_revision_as_object().title == "Words that were typed"
