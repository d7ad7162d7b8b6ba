"""Every form that takes an e-mail address answers the same, and works as much, whether or not it has an account."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operations.models import OutgoingMail
from tests import factories, joining

THERE, NOT_THERE = "there@agency.example", "nobody@agency.example"
# The dialog that warns before a session ends says whose page it is, and how to send its press.
TOKEN = re.compile(r'name="(?:csrfmiddlewaretoken|opened)" value="[^"]*"|action_id=\S+|data-(?:user|csrf)="[^"]*"')


@pytest.fixture(autouse=True)
def there(settings):
    """Somebody with a confirmed address; mail goes to the outbox, as on a server."""
    settings.EMAIL_BACKEND = "operations.mail.OutboxBackend"
    user = factories.user(THERE, ("Texas", "member"))
    EmailAddress.objects.create(user=user, email=THERE, verified=True, primary=True)
    return user


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed."""
    count = Counter()
    encode = MD5PasswordHasher.encode

    def counted(*args, **kwargs):
        count["hashed"] += 1
        return encode(*args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return count


def adding(email: str) -> tuple[Client, str, dict]:
    """The form for a further address of one's own, a moment after the password was entered once more."""
    client = Client()
    own = factories.user()
    EmailAddress.objects.create(user=own, email=own.email, verified=True, primary=True)
    client.post("/accounts/login/", {"login": own.email, "password": factories.PASSWORD})
    return client, "/accounts/email/", {"action_add": "", "email": email}


FORMS = {
    "sign-in": lambda email: (Client(), "/accounts/login/", {"login": email, "password": "not the right one"}),
    "reset": lambda email: (Client(), "/accounts/password/reset/", {"email": email}),
    "code": lambda email: (Client(), "/accounts/login/code/", {"email": email}),
    "joining": lambda email: (
        Client(),
        "/accounts/signup/",
        joining.TYPED | {"opened": joining.opened(), "email": email},
    ),
    "further address": adding,
}


def answer(form: str, email: str) -> tuple[str, list[str]]:
    """What somebody reads, with the address taken out, and the kinds of writes that it took."""
    client, address, typed = FORMS[form](email)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        got = client.post(address, typed)
    shown = [f"{got.status_code} {got.headers.get('Location', '')}", got.content.decode()]
    if got.status_code == 302:
        shown.append(client.get(got.url).content.decode())
    text = TOKEN.sub("", "\n".join(shown)).replace(email, "ADDRESS")
    return re.sub(r"person-\d+@worksite\.example", "OWN", text), [query["sql"] for query in queries]


def writes(queries: list[str]) -> Counter:
    """How many rows of which table were written."""
    return Counter(re.findall(r'INSERT INTO "(\w+)"', "\n".join(queries)))


@pytest.mark.parametrize("form", FORMS)
def test_a_form_answers_the_same_whether_or_not_there_is_an_account(form):
    assert answer(form, THERE)[0] == answer(form, NOT_THERE)[0]


@pytest.mark.parametrize("form", ["sign-in", "reset", "code", "joining"])
def test_a_form_does_as_much_work_whether_or_not_there_is_an_account(form, hashed):
    answer(form, THERE)  # what is loaded once
    hashed.clear()
    _, with_account = answer(form, THERE)
    with_account_hashed = hashed.pop("hashed", 0)
    _, without = answer(form, NOT_THERE)
    assert with_account_hashed == hashed["hashed"]
    assert writes(with_account)["operations_outgoingmail"] == writes(without)["operations_outgoingmail"]
    if form != "joining":  # a new account is written down; beside the hash of its password that is little
        assert abs(len(with_account) - len(without)) <= 6


@pytest.mark.parametrize("form", ["reset", "code"])
def test_nobody_is_written_to_who_has_no_account(form):
    answer(form, NOT_THERE)
    assert not OutgoingMail.objects.exists()
    answer(form, THERE)
    assert OutgoingMail.objects.get().recipient == THERE


def test_a_code_for_an_address_without_an_account_is_refused_like_a_wrong_one():
    pages = []
    for email in (THERE, NOT_THERE):
        client = Client()
        client.post("/accounts/login/code/", {"email": email})
        tries = [client.post("/accounts/login/code/confirm/", {"code": "0000-0000"}) for _ in range(3)]
        pages.append([TOKEN.sub("", page.content.decode()).replace(email, "ADDRESS") for page in tries])
        assert tries[-1].status_code == 302
    assert pages[0] == pages[1]


def test_a_lead_who_invites_learns_nothing_of_accounts_elsewhere(as_persona):
    pages = []
    for email in (THERE, NOT_THERE):
        page = as_persona("ohio-lead").post("/my/invitations/ohio/", {"people": f"Jo, {email}"}).content.decode()
        assert email in page
        pages.append(re.sub(r'name="people" value="[^"]*"', "", TOKEN.sub("", page)).replace(email, "ADDRESS"))
    assert pages[0] == pages[1]
