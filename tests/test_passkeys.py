"""Passkeys in a real browser, with a device that the browser makes up; and every page of signing in as it is seen."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from tests import factories
from tests.browser import ORIGIN, browser_page
from tests.personas import person
from tests.test_accessibility import found_by_axe, wider_than_the_screen
from tests.test_path_of_a_member import sign_in

pytestmark = pytest.mark.browser

HOME = f"{ORIGIN}/"
EDITOR = "ohio-editor@worksite.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",  # the computer's own
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def opened():
    """A page of a fresh browser, and a function that sets whether its device knows who holds it."""
    with browser_page(Client()) as page:
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        device = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

        def recognizes(somebody: bool) -> None:
            session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": somebody})

        yield page, recognizes


def looks_right(page, name: str) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert found_by_axe(page) == [], name
        assert wider_than_the_screen(page) == [], name


def sign_out(page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(HOME)


def confirm(page) -> None:
    """The password once more, before something that guards the account changes."""
    page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    page.locator("main").get_by_role("button", name="Go on").click()


@pytest.fixture
def editor(settings, commits_at_once):
    """Somebody who may enter the admin and has no second step."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # the browser is told to trust the test's address too
    user = person("ohio-editor")
    EmailAddress.objects.create(user=user, email=EDITOR, verified=True, primary=True)
    return user


def test_an_editor_sets_up_a_passkey_on_the_way_to_the_admin_and_signs_in_with_it(editor):
    with opened() as (page, recognizes):
        sign_in(page, EDITOR, factories.PASSWORD)
        page.wait_for_url(HOME)
        page.goto("/admin/account/")
        page.get_by_role("heading", name="One more step before the admin").wait_for()
        looks_right(page, "set-up")
        page.get_by_role("button", name="Set up a passkey").click()
        page.get_by_role("heading", name="Confirm that it is you").wait_for()
        looks_right(page, "confirm-password")
        confirm(page)
        page.get_by_role("heading", name="Add a passkey").wait_for()
        looks_right(page, "add")

        recognizes(False)  # a stranger's finger
        page.get_by_role("button", name="Add the passkey").click()
        page.get_by_role("alert").filter(has_text="The browser got no passkey.").wait_for()
        looks_right(page, "add-failed")
        recognizes(True)
        page.get_by_label("Name").fill("My desk")
        page.get_by_role("button", name="Add the passkey").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        looks_right(page, "codes-before")
        page.get_by_role("button", name="Show the codes").click()
        page.locator("ul.codes").wait_for()
        looks_right(page, "codes")
        page.emulate_media(media="print")
        assert page.locator("ul.codes code").first.is_visible()
        assert not page.get_by_role("link", name="Save as a text file").is_visible()
        page.emulate_media(media="screen")
        with page.expect_download() as download:
            page.get_by_role("link", name="Save as a text file").click()
        saved = download.value.path().read_text()
        assert re.findall(r"^\d{8}$", saved, re.MULTILINE) == page.locator("ul.codes code").all_inner_texts()
        page.get_by_role("link", name="I have them: go on").click()
        page.wait_for_url("**/admin/account/")

        page.goto("/accounts/2fa/webauthn/")
        page.get_by_text("Signs you in without a password").wait_for()
        looks_right(page, "passkeys")
        page.goto("/accounts/2fa/")
        looks_right(page, "two-step")
        page.goto("/accounts/2fa/webauthn/add/")
        page.get_by_role("button", name="Add the passkey").click()
        page.get_by_text("This device has a passkey for your account already.").wait_for()

        sign_out(page)
        page.goto("/accounts/login/?next=/library/")
        looks_right(page, "sign-in")
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{ORIGIN}/library/")  # a pattern would match the address of the form, too
        assert page.goto("/admin/").status == 200

        sign_out(page)
        sign_in(page, EDITOR, factories.PASSWORD)
        page.get_by_role("heading", name="Confirm that it is you").wait_for()
        looks_right(page, "second-step")
        page.get_by_role("button", name="Use your passkey").click()
        page.get_by_role("heading", name="Trust this browser?").wait_for()
        looks_right(page, "trust")
        page.get_by_role("button", name="Trust it for 30 days").click()
        page.wait_for_url(HOME)
        sign_out(page)
        sign_in(page, EDITOR, factories.PASSWORD)  # is not asked again
        page.wait_for_url(HOME)
        assert page.goto("/admin/").status == 200

        page.goto("/accounts/sessions/")
        page.get_by_role("heading", name="Where you are signed in").wait_for()
        looks_right(page, "sessions")
        page.goto("/accounts/2fa/webauthn/")
        page.get_by_role("link", name="Rename My desk").click()
        page.get_by_role("link", name="Use a passkey").click()  # it is asked who one is, as this session has not said
        looks_right(page, "confirm-passkey")
        page.get_by_role("button", name="Use your passkey").click()
        page.get_by_role("heading", name="Rename a passkey").wait_for()
        looks_right(page, "rename")
        page.get_by_label("Name").fill("Desk at home")
        page.get_by_role("button", name="Save the name").click()
        page.get_by_role("link", name="Remove Desk at home").click()
        looks_right(page, "remove")
        page.get_by_role("button", name="Remove it").click()
        page.get_by_text("You have no passkeys.").wait_for()
        looks_right(page, "no-passkeys")
    assert not Authenticator.objects.filter(user=editor).exists()


def test_somebody_signs_in_with_a_code_by_mail_and_a_passkey_that_is_not_known_is_refused(editor):
    with opened() as (page, _):
        page.goto("/accounts/login/")
        page.get_by_role("link", name="Get a code by e-mail").click()
        looks_right(page, "ask-for-code")
        page.get_by_label("E-mail address").fill(EDITOR)
        page.get_by_role("button", name="Send the code").click()
        page.get_by_role("heading", name="Enter the code").wait_for()
        looks_right(page, "enter-code")
        link = re.search(r"http://localhost:8000(/\S+code=\S+)", mail.outbox[-1].body)[1]
        with browser_page(Client()) as elsewhere:
            elsewhere.goto(link)
            elsewhere.get_by_role("heading", name="Enter the code where you asked for it").wait_for()
            looks_right(elsewhere, "code-elsewhere")
        page.goto(link)
        page.locator("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url(HOME)
        page.goto("/accounts/2fa/totp/activate/")
        confirm(page)
        page.get_by_role("heading", name="Turn on two-step sign-in").wait_for()
        looks_right(page, "app")
        page.goto("/accounts/2fa/webauthn/add/")
        page.get_by_role("button", name="Add the passkey").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        sign_out(page)

        Authenticator.objects.filter(user=editor).delete()  # the device still has it
        page.goto("/accounts/login/")
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_text("This passkey is not known here. Use another one, or another way.").wait_for()
        looks_right(page, "sign-in-refused")

        page.get_by_role("link", name="Forgot your password?").click()
        page.get_by_label("E-mail address").fill(EDITOR)
        page.get_by_role("button", name="Send the link").click()
        page.get_by_role("heading", name="Look into your mail").wait_for()
        page.goto(re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1])
        page.get_by_role("button", name="Set this password").wait_for()
        page.locator("#id_password1").fill("ohio in spring")
        page.locator("#id_password2").fill("ohio in spring")
        page.get_by_role("button", name="Set this password").click()
        page.get_by_text("This has 14 characters.").first.wait_for()
        looks_right(page, "new-password-refused")
