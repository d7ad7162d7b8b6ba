"""From stranger to member and back in without the phone: by hand in a browser, the mail read from a real SMTP server."""

from __future__ import annotations

import email
import email.policy
import re
import socket
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from members.models import JoinRequest
from operations import mail
from tests import factories
from tests.browser import ORIGIN, browser_page
from tests.joining import TYPED
from tests.test_accessibility import found_by_axe, wider_than_the_screen

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

JO, PASSWORD = TYPED["email"], TYPED["password1"]
LEAD = "ohio-lead@worksite.example"


class Mailbox:
    """Keeps what an SMTP server was given, by recipient."""

    def __init__(self) -> None:
        self.letters: dict[str, list[str]] = {}

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  aiosmtpd's name
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        for recipient in envelope.rcpt_tos:
            self.letters.setdefault(recipient, []).append(f"{message['Subject']}\n{message.get_content()}")
        return "250 OK"

    def newest(self, recipient: str) -> str:
        """Send what waits, and give the newest letter."""
        mail.send_due()
        return self.letters[recipient][-1]

    def link(self, recipient: str, part: str) -> str:
        """The address in the newest letter that holds this part, without the site's."""
        return next(link for link in re.findall(r"https?://[^/\s]+(/\S+)", self.newest(recipient)) if part in link)


@pytest.fixture
def mailbox(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = Mailbox()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "operations.mail.OutboxBackend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield kept
    controller.stop()


def sign_in(page: Page, address: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).last.click()


def looks_right(page: Page) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert found_by_axe(page) == []
        assert wider_than_the_screen(page) == []


def test_a_stranger_joins_ohio_sets_up_a_second_step_loses_the_phone_and_comes_back(mailbox, as_persona):
    ohio = factories.announcement("Ohio", audience="section", title="For Ohio alone")
    texas = factories.announcement("Texas", audience="section", title="For Texas alone")
    texan = factories.user("texas-lead@worksite.example", ("Texas", "lead"))

    with browser_page(Client()) as page:
        page.goto("/accounts/signup/?section=ohio")
        looks_right(page)
        page.get_by_label("Your name").fill("Jo Rivera")
        page.get_by_label("Work e-mail address").fill(JO)
        page.get_by_label("Organization").fill("County board")
        page.get_by_label("Role title").fill("Jail liaison")
        page.get_by_label("What do you work on?").fill("Screening at booking")
        page.locator("#id_password1").fill(PASSWORD)
        page.locator("#id_password2").fill(PASSWORD)
        page.wait_for_timeout(3100)
        page.get_by_role("button", name="Ask to join").click()
        page.get_by_role("heading", name="Confirm your address").wait_for()
        page.goto(mailbox.link(JO, "confirm-email"))
        page.get_by_role("button", name="Yes, confirm it").click()
        page.get_by_role("heading", name="Sign in").wait_for()
        sign_in(page, JO, PASSWORD)
        page.get_by_text("Your request is with Ohio’s lead.").wait_for()
        looks_right(page)

    address = mailbox.link(LEAD, "/my/requests/")
    theirs = Client()
    theirs.force_login(texan)
    with browser_page(theirs) as page:
        page.goto(address)
        assert "Jo Rivera" not in page.content()
        page.get_by_role("heading", name="This page is not open to you").wait_for()
        page.goto("/my/requests/")
        assert "Jo Rivera" not in page.content()

    with browser_page(as_persona("ohio-lead")) as page:
        page.goto("/my/requests/")
        looks_right(page)
        page.goto(address)
        looks_right(page)
        page.get_by_role("button", name="Approve").click()
        page.get_by_text("Jo Rivera is now a member in Ohio.").wait_for()
    assert JoinRequest.objects.get().approved
    assert mailbox.newest(JO).startswith("You can now use the Ohio section")

    with browser_page(Client()) as page:
        sign_in(page, JO, PASSWORD)
        page.wait_for_url(f"{ORIGIN}/")
        page.goto(ohio.url)
        page.get_by_role("heading", name="For Ohio alone").wait_for()
        page.goto(texas.url)
        page.get_by_role("heading", name="This page is not open to you").wait_for()
        page.goto("/accounts/2fa/totp/activate/")
        if page.get_by_role("heading", name="Confirm that it is you").count():
            page.locator("#id_password").fill(PASSWORD)
            page.locator("main form button").first.click()
            page.get_by_role("heading", name="Turn on two-step sign-in").wait_for()
        secret = page.locator("main code").inner_text()
        page.locator("#id_code").fill(
            totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
        )
        page.get_by_role("button", name="Turn it on").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        page.get_by_role("button", name="Show the codes").click()
        page.locator("ul.codes").wait_for()
        looks_right(page)
        recovery = page.locator("ul.codes code").first.inner_text()
        for address, heading in (
            ("/accounts/2fa/recovery-codes/", "Your recovery codes"),  # shown once
            ("/accounts/2fa/recovery-codes/generate/", "Make new recovery codes"),
            ("/accounts/2fa/totp/deactivate/", "Turn off two-step sign-in"),
        ):
            page.goto(address)
            page.get_by_role("heading", name=heading).wait_for()
            looks_right(page)
            assert recovery not in page.content()

    with browser_page(Client()) as page:  # the phone is lost
        sign_in(page, JO, PASSWORD)
        page.get_by_role("heading", name="Enter your code").wait_for()
        page.goto(ohio.url)  # the password alone opens nothing
        page.get_by_role("heading", name="Enter your code").wait_for()
        page.locator("#id_code").fill(recovery)
        page.locator("main form button").first.click()
        page.get_by_role("button", name="No, ask each time").click()
        page.wait_for_url(f"{ORIGIN}/")
        page.goto(ohio.url)
        page.get_by_role("heading", name="For Ohio alone").wait_for()
