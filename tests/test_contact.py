"""The contact form: kept until answered, read by those whose it is, and shut to programs without a puzzle for people."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from home.contact import inbox
from home.models import CommunitySettings, ContactMessage, HomePage, StandardPage
from tests import factories
from tests.browser import browser_page
from tests.html import problems, text_of, tree_of
from tests.personas import person

TYPED = {
    "name": "Jo Rivera",
    "email": "jo@agency.example",
    "about": "state",
    "section": "ohio",
    "text": "Which screening form do you use in county jails?",
}
LIST = "/admin/home/contactmessage/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def opened(client: Client, clock, *, seconds: float = 20, address: str = "/contact/") -> dict[str, str]:
    """What the form holds when somebody opens it, some seconds ago."""
    body = client.get(address).content.decode()
    values = {
        field.get("name"): field.get("value", "")
        for field in tree_of(body).iter("input")
        if field.get("name") in ("opened", "website", "name", "email")
    }
    clock.shift(dt.timedelta(seconds=seconds))
    return values


def send(client: Client, clock, **typed):
    return client.post("/contact/", opened(client, clock) | TYPED | typed)


def said(response) -> str:
    body = response.content.decode()
    assert problems(body) == []
    return text_of(next(tree_of(body).iter("main")))


def kept(response) -> dict[str, str]:
    """What the fields of an answered form hold."""
    tree = tree_of(response.content.decode())
    found = {field.get("name"): field.get("value", "") for field in tree.iter("input")}
    found |= {field.get("name"): (field.text or "").strip() for field in tree.iter("textarea")}
    for select in tree.iter("select"):
        chosen = [option.get("value") for option in select.iter("option") if option.get("selected") is not None]
        found[select.get("name")] = chosen[0] if chosen else ""
    return found


def message(place: str | None = "Ohio", **values) -> ContactMessage:
    section = factories.section(place) if place else None
    values = {"about": "state", "name": "Jo", "email": "jo@agency.example", "text": "A text"} | values
    return ContactMessage.objects.create(section=section, fingerprint=str(ContactMessage.objects.count()), **values)


def test_every_page_leads_to_the_form(client):
    assert 'href="/contact/"' in client.get("/").content.decode()


def test_a_message_is_kept_and_goes_to_the_sections_own_address_with_a_receipt_to_the_sender(client, clock):
    ohio = factories.section("Ohio")
    ohio.contact_email = "ohio@community.example"
    ohio.save()
    response = send(client, clock)
    assert (response.status_code, response.url) == (302, "/contact/sent/")
    kept = ContactMessage.objects.get()
    assert (kept.section, kept.name, kept.about, kept.answered_at) == (ohio, "Jo Rivera", "state", None)
    to_section, to_sender = mail.outbox
    assert (to_section.to, to_section.reply_to) == (["ohio@community.example"], ["jo@agency.example"])
    assert "> Which screening form do you use in county jails?" in to_section.body
    assert f"{LIST}inspect/{kept.pk}/" in to_section.body
    assert to_sender.to == ["jo@agency.example"]
    assert "We have your message" in said(client.get("/contact/sent/"))


def test_the_receipt_repeats_nothing_that_was_typed_and_names_nobody(client, clock):
    send(client, clock, name="Buy cheap pills at spam.example", text="Unspeakable spam")
    receipt = mail.outbox[-1]
    assert receipt.to == ["jo@agency.example"]
    whole = receipt.message().as_string()
    assert "spam" not in whole.replace("spam folder", "")
    assert "ohio-editor" not in whole
    assert "Ohio" in receipt.body


def test_without_an_address_the_sections_editors_get_it_and_nobody_else(client, clock):
    send(client, clock)
    recipients = [sent.to for sent in mail.outbox[:-1]]
    assert sorted(recipients) == [["ohio-editor@worksite.example"], ["ohio-lead@worksite.example"]]


def test_where_nobody_holds_the_seat_administrators_get_it(client, clock):
    send(client, clock, section="maine")
    assert [sent.to for sent in mail.outbox[:-1]] == [["admin@worksite.example"]]


def test_what_is_for_the_whole_community_goes_to_its_address_or_its_editors(client, clock):
    send(client, clock, section="all")
    assert mail.outbox[0].to == ["community-editor@worksite.example"]
    community = CommunitySettings.for_site(HomePage.objects.get().get_site())
    community.contact_email = "hello@community.example"
    community.save()
    send(client, clock, section="all", text="Another")
    assert mail.outbox[2].to == ["hello@community.example"]


def test_somebody_signed_in_need_not_type_who_they_are(as_persona, clock):
    assert opened(as_persona("ohio-member"), clock)["email"] == "ohio-member@worksite.example"
    assert opened(Client(), clock)["email"] == ""


def test_a_link_chooses_the_section_and_the_matter_beforehand(client):
    values = kept(client.get("/contact/?section=ohio&about=barrier"))
    assert (values["section"], values["about"]) == ("ohio", "barrier")
    assert kept(client.get("/contact/?section=nowhere&about=%00"))["section"] in ("", "all")


def test_what_is_missing_is_said_on_top_and_everything_typed_stays(client, clock):
    response = send(client, clock, name="", email="jo at agency", text="A long text " * 20)
    assert response.status_code == 200
    text = said(response)
    for words in ("Enter your name.", "Enter an e-mail address like name@agency.gov."):
        assert text.count(words) == 2, "once in the summary, once at the field"
    values = kept(response)
    assert (values["email"], values["about"], values["section"]) == ("jo at agency", "state", "ohio")
    assert values["text"] == ("A long text " * 20).strip()
    assert not ContactMessage.objects.exists()
    assert mail.outbox == []


def test_a_filled_trap_sends_nothing_and_a_person_whose_browser_filled_it_sends_again(client, clock):
    response = send(client, clock, website="https://spam.example")
    assert "Send it once more" in said(response)
    assert not ContactMessage.objects.exists()
    again = kept(response)
    assert again["website"] == ""
    assert client.post("/contact/", again).status_code == 302


@pytest.mark.parametrize("seconds", [0, 1, 2])
def test_faster_than_a_person_types_is_refused_and_taken_a_moment_later(client, clock, seconds):
    response = client.post("/contact/", opened(client, clock, seconds=seconds) | TYPED)
    assert "Wait three seconds" in said(response)
    assert not ContactMessage.objects.exists()
    clock.shift(dt.timedelta(seconds=4))
    assert client.post("/contact/", kept(response)).status_code == 302


def test_what_a_person_can_put_right_is_said_before_anything_else(client, clock):
    response = client.post("/contact/", opened(client, clock, seconds=0) | TYPED | {"text": ""})
    assert "Wait three seconds" not in said(response)
    assert "Write your message." in said(response)


@pytest.mark.parametrize("value", ["", "x", "0123456789abcdef:1sXyZ:forged", None])
def test_a_form_that_was_not_opened_here_sends_nothing(client, clock, value):
    values = opened(client, clock) | TYPED | {"opened": value}
    if value is None:
        del values["opened"]
    response = client.post("/contact/", values)
    assert "send it again" in said(response)
    assert not ContactMessage.objects.exists()


def test_a_form_open_since_yesterday_is_opened_anew_with_everything_typed(client, clock):
    response = client.post("/contact/", opened(client, clock, seconds=25 * 60 * 60) | TYPED)
    assert "open for more than a day" in said(response)
    values = kept(response)
    assert values["text"] == TYPED["text"]
    clock.shift(dt.timedelta(seconds=5))
    assert client.post("/contact/", values).status_code == 302
    assert ContactMessage.objects.count() == 1


def test_a_double_click_sends_once(client, clock):
    values = opened(client, clock) | TYPED
    for _ in range(3):
        assert client.post("/contact/", values).url == "/contact/sent/"
    assert ContactMessage.objects.count() == 1
    assert len([sent for sent in mail.outbox if sent.to == ["jo@agency.example"]]) == 1


def test_going_back_and_writing_something_else_sends_that_too(client, clock):
    values = opened(client, clock) | TYPED
    client.post("/contact/", values)
    client.post("/contact/", values | {"text": "One more thing"})
    assert ContactMessage.objects.count() == 2


def test_many_messages_from_one_address_have_to_wait_with_everything_typed(client, clock):
    for number in range(3):
        assert send(client, clock, text=f"Number {number}").status_code == 302
    response = send(client, clock, text="Number 4", email="JO@agency.example")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "3600"
    assert "Wait an hour" in said(response)
    assert kept(response)["text"] == "Number 4"
    assert ContactMessage.objects.count() == 3
    clock.shift(dt.timedelta(hours=1, seconds=1))
    assert client.post("/contact/", kept(response)).status_code == 302


@pytest.mark.slow
def test_many_messages_from_one_network_have_to_wait(client, clock):
    answers = [send(client, clock, email=f"{number}@agency.example").status_code for number in range(21)]
    assert answers == [302] * 20 + [429]


@pytest.mark.parametrize("name", ["name", "email", "about", "section"])
def test_no_header_is_smuggled_in(client, clock, name):
    send(client, clock, **{name: f"{TYPED[name]}\r\nBcc: everyone@agency.example"})
    for sent in mail.outbox:
        parsed = sent.message()
        assert parsed["Bcc"] is None
        assert "everyone@agency.example" not in sent.recipients()
        assert "\n" not in sent.subject


@pytest.mark.parametrize(
    "values", [{"text": "x" * 5001}, {"name": "n" * 101}, {"section": "1 or 1=1"}, {"about": "nothing"}]
)
def test_what_the_form_does_not_offer_is_refused(client, clock, values):
    assert send(client, clock, **values).status_code == 200
    assert not ContactMessage.objects.exists()


def test_a_form_sent_from_elsewhere_is_refused(clock):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/contact/", opened(client, clock) | TYPED).status_code == 403
    assert not ContactMessage.objects.exists()


def test_an_opened_form_is_kept_by_no_shared_cache(client, as_persona):
    assert "private" in client.get("/contact/").headers["Cache-Control"]
    assert "no-store" in as_persona("ohio-member").get("/contact/").headers["Cache-Control"]


def test_the_form_is_there_without_the_page_of_its_text(client, clock):
    StandardPage.objects.get(slug="contact").unpublish()
    assert "Contact" in said(client.get("/contact/"))
    assert send(client, clock).status_code == 302


READS = {
    "ohio-editor": {"Ohio"},
    "ohio-lead": {"Ohio"},
    "texas-editor": {"Texas"},
    "community-editor": {None},
    "admin": {"Ohio", "Texas", None},
}


@pytest.mark.slow
def test_each_reads_and_answers_what_is_theirs_and_nothing_else(persona, as_persona):
    client = as_persona(persona)
    for place in ("Ohio", "Texas", None):
        sent = message(place, name=f"Kanarienvogel {place}", text="Kanarienvogel")
        mine = place in READS.get(persona, set())
        index = client.get(LIST)
        assert (index.status_code == 200) is (persona in READS)
        assert (f"Kanarienvogel {place}" in index.content.decode()) is mine
        found = client.get(f"{LIST}?q=Kanarienvogel").content.decode()
        assert (f"Kanarienvogel {place}" in found) is mine
        for export in ("csv", "xlsx"):
            exported = client.get(f"{LIST}?export={export}")
            body = b"".join(exported.streaming_content) if exported.streaming else exported.content
            if export == "csv" and not mine:
                assert f"Kanarienvogel {place}".encode() not in body
        page = client.get(f"{LIST}inspect/{sent.pk}/")
        assert (page.status_code == 200) is mine
        assert ("Kanarienvogel" in page.content.decode()) is mine
        client.post(f"{LIST}answered/{sent.pk}/")
        sent.refresh_from_db()
        assert (sent.answered_at is not None) is mine
        for action in ("edit", "delete"):
            client.post(f"{LIST}{action}/{sent.pk}/", {"text": "Hijacked"})
        still = ContactMessage.objects.filter(pk=sent.pk).first()
        assert (still is None) is (persona == "admin")
        if still:
            assert still.text == "Kanarienvogel"


def test_open_messages_stand_first_the_longest_waiting_on_top(as_persona, clock):
    first = message(name="First")
    clock.shift(dt.timedelta(hours=1))
    message(name="Second")
    clock.shift(dt.timedelta(hours=1))
    message(name="Third")
    inbox.mark_answered(first, person("ohio-lead"))
    page = as_persona("ohio-editor").get(LIST).content.decode()
    assert (
        re.findall(r"First|Second|Third", re.sub(r"(?s)<title>.*?</title>|title=\"[^\"]*\"", "", page))[0] == "Second"
    )
    order = [page.index(name) for name in ("Second", "Third", "First")]
    assert order == sorted(order)
    assert "Answered by ohio-lead" in page


def test_a_reply_starts_with_the_address_and_the_quoted_message(as_persona):
    sent = message(text="Fifty % & more?\nSecond line, Haleʻiwa", email="jo+x@agency.example")
    page = as_persona("ohio-editor").get(f"{LIST}inspect/{sent.pk}/").content.decode()
    address = next(link.get("href") for link in tree_of(page).iter("a") if link.get("href", "").startswith("mailto:"))
    assert address.startswith("mailto:jo%2Bx@agency.example?subject=Re%3A%20What%20a%20State%20does&body=")
    assert "%3E%20Fifty%20%25%20%26%20more%3F%0D%0A%3E%20Second%20line%2C%20Hale%CA%BBiwa" in address


def test_the_first_to_answer_is_remembered(as_persona):
    sent = message()
    as_persona("ohio-lead").post(f"{LIST}answered/{sent.pk}/")
    as_persona("admin").post(f"{LIST}answered/{sent.pk}/")
    sent.refresh_from_db()
    assert sent.answered_by == person("ohio-lead")
    assert "by ohio-lead" in as_persona("ohio-editor").get(f"{LIST}inspect/{sent.pk}/").content.decode()


def test_asking_does_not_answer(as_persona):
    sent = message()
    assert as_persona("ohio-lead").get(f"{LIST}answered/{sent.pk}/").status_code == 405
    sent.refresh_from_db()
    assert sent.answered_at is None


def test_what_was_answered_is_forgotten_after_half_a_year_and_what_is_open_never(clock):
    answered, still_open = message(), message()
    inbox.mark_answered(answered, person("ohio-lead"))
    clock.shift(dt.timedelta(days=179))
    inbox.forget_answered()
    assert ContactMessage.objects.count() == 2
    clock.shift(dt.timedelta(days=2))
    inbox.forget_answered()
    inbox.forget_answered()
    assert list(ContactMessage.objects.all()) == [still_open]


def test_the_front_page_of_the_admin_shows_what_waits(as_persona):
    waiting, done, theirs = message(name="Waiting one"), message(name="Done one"), message("Texas", name="Texan one")
    inbox.mark_answered(done, person("ohio-lead"))
    page = as_persona("ohio-editor").get("/admin/").content.decode()
    assert f"{LIST}inspect/{waiting.pk}/" in page
    assert "Waiting one" in page
    for absent in (done, theirs):
        assert absent.name not in page
    assert "Messages that wait" not in as_persona("ohio-reviewer").get("/admin/").content.decode()


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_in_a_browser_the_trap_is_not_seen_and_a_message_is_sent(client, clock, script):
    with browser_page(client, width=360, java_script_enabled=script) as page:
        page.goto("/contact/?section=ohio")
        assert page.locator("[name=website]").is_hidden()
        page.get_by_role("button", name="Send the message").click()
        page.get_by_role("link", name="Enter your name").click()
        page.keyboard.type("Jo Rivera")
        page.get_by_label("Your e-mail address").fill("jo@agency.example")
        page.get_by_label("What is it about?").select_option("state")
        page.get_by_label("Message").fill("Which form do you use?")
        clock.shift(dt.timedelta(seconds=10))
        page.get_by_role("button", name="Send the message").click()
        page.get_by_role("heading", name="We have your message").wait_for()
    assert ContactMessage.objects.get().section == factories.section("Ohio")
