"""What somebody outside may try: forms without a token, ways to lead people elsewhere, names and addresses made up.

Cookies, the host and what proxies say are tried on the settings of production in test_settings.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from home.models import SiteDocument
from members.joining import answering
from members.models import JoinRequest
from operations.mail import send_due
from tests import factories
from tests.html import problems
from tests.personas import person
from tests.test_contact import TYPED as CONTACT
from tests.test_contact import opened

ELSEWHERE = [
    "//evil.example",
    "https:evil.example",
    "https://evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "javascript:x",
]
TYPED = {"name": "Somebody", "text": "Several\r\nlines <b>", "password": "secret words"}
FORMS = [
    "/contact/",
    "/join/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/logout/",
    "/accounts/session/",
    "/my/unsent/",
    "/my/profile/",
    "/my/settings/",
    "/admin/documents/add/",
    "/admin/account/",
]


@pytest.mark.parametrize("address", FORMS)
def test_no_form_is_taken_without_its_token_and_what_was_typed_is_held(address, as_persona):
    client = as_persona("admin")
    client.handler.enforce_csrf_checks = True
    answer = client.post(address, TYPED, headers={"origin": "http://testserver"})
    body = answer.content.decode()
    assert answer.status_code == 403
    assert "The form was not sent" in body
    assert problems(body) == []
    held = {
        field["name"]: field["value"] for field in BeautifulSoup(body, "html.parser").find("form").find_all("input")
    }
    assert {name: held.get(name) for name in TYPED} == TYPED | {"password": None}
    assert answer["Cache-Control"] == "no-store"


def test_what_was_held_can_be_sent_again(client):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/contact/", TYPED, headers={"origin": "http://testserver"})
    form = BeautifulSoup(answer.content, "html.parser").find("form")
    again = client.post(form["action"], {field["name"]: field["value"] for field in form.find_all("input")})
    assert again.status_code == 200
    assert "Several\r\nlines &lt;b&gt;" in again.content.decode()


@pytest.mark.parametrize("origin", [{}, {"origin": "https://evil.example"}, {"origin": "null"}])
def test_a_form_from_elsewhere_is_not_offered_to_be_sent(origin):
    answer = Client(enforce_csrf_checks=True).post("/contact/", TYPED, headers=origin)
    assert answer.status_code == 403
    assert "Somebody" not in answer.content.decode()
    assert BeautifulSoup(answer.content, "html.parser").find("form") is None


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_sign_in_or_sign_out_leads_elsewhere(target, as_persona):
    user = factories.user("jo@agency.example", ("Ohio", "member"))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    form = {"login": user.email, "password": factories.PASSWORD, "next": target}
    signing_in, member = Client(), as_persona("ohio-member")
    answers = [
        signing_in.post("/accounts/login/", form),
        member.get("/accounts/login/", {"next": target}),
        member.post("/accounts/reauthenticate/", {"password": factories.PASSWORD, "next": target}),
        member.post("/accounts/logout/", {"next": target}),
    ]
    for answer in answers:
        assert answer.status_code in (200, 302)
        assert urlsplit(answer.get("Location", "/")).netloc in ("", "testserver")
        assert "evil" not in answer.get("Location", "")
        assert "javascript" not in answer.get("Location", "")
    assert answers[0].status_code == 302


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.pdf",
        "CON.pdf",
        "a\x00b.pdf",
        "\u202efdp.exe.pdf",
        "x" * 300 + ".pdf",
        'q"uo\r\nte.pdf',
        "....pdf",
        "  .pdf",
    ],
)
def test_a_file_of_whatever_name_is_stored_under_a_tame_one(name, as_persona):
    client = as_persona("admin")
    place = factories.section("Ohio")
    file = SimpleUploadedFile("x.pdf", b"%PDF-1.4 words")
    file._name = name  # as a program may send it; a browser would not
    answer = client.post("/admin/documents/add/", {"title": "Odd", "file": file, "collection": place.collection_id})
    document = SiteDocument.objects.filter(title="Odd").first()
    if document is None:  # refused, in the form
        assert answer.status_code in (200, 400)
        return
    stored = document.file.name
    assert re.fullmatch(r"[\w./-]+", stored)
    assert ".." not in stored.split("/")
    assert len(stored) <= 200
    said = client.get(document.url)
    assert said.status_code == 200
    assert not set("\r\n\x00\u202e") & set(said["Content-Disposition"])


@pytest.mark.parametrize("field", ["name", "email", "text"])
def test_no_line_break_makes_a_header_of_a_mail(field, client):
    more = "\r\nBcc: victim@evil.example\r\nSubject: Hijacked"
    with time_machine.travel(timezone.now(), tick=False) as clock:
        form = opened(client, clock) | CONTACT
        client.post("/contact/", form | {field: form[field] + more})
    client.post("/accounts/signup/", {"email": f"a@agency.example{more}", "first_name": more, "name": more})
    send_due()
    assert mail.outbox or field == "email"  # which is refused, in the form
    for message in mail.outbox:
        assert "victim@evil.example" not in message.recipients()
        assert "\n" not in message.subject
        assert message.message()["Bcc"] is None


@pytest.mark.parametrize("part", ["first_name", "organization"])
def test_a_name_with_a_line_break_makes_no_header_of_the_mail_that_names_it(part):
    asking = factories.user("asks@agency.example", **{part: "Jo\r\nBcc: victim@evil.example"})
    asked = JoinRequest.objects.create(user=asking, section=factories.section("Ohio"), sent_at=timezone.now())
    answering.tell(asked, person("ohio-lead"), f"{asking} asks to join {asked.section}")
    send_due()
    assert len(mail.outbox) == 1
    assert mail.outbox[0].recipients() == ["ohio-lead@worksite.example"]
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].message()["Bcc"] is None


@pytest.mark.parametrize("address", ["/.git/HEAD", "/.env", "/metrics/", "/api/v2/pages/", "/api/v3/docs/", "/debug/"])
def test_what_is_not_for_outside_is_not_there(address, client):
    assert client.get(address, follow=True).status_code == 404


def test_trace_tells_nothing(client):
    answer = client.trace("/", headers={"x-secret": "canary"})
    assert (answer.status_code, answer.content) == (405, b"")


def test_a_host_that_is_not_ours_is_refused_and_a_forwarded_one_not_believed(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400
    answer = Client().get("/", headers={"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"})
    assert answer.status_code == 200
    assert b"evil.example" not in answer.content
    assert not answer.wsgi_request.is_secure()


def test_limits_do_not_believe_a_made_up_sender(settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/h/ip"}
    codes = [
        Client().post("/accounts/signup/", {}, headers={"x-forwarded-for": f"203.0.113.{number}"}).status_code
        for number in range(3)
    ]
    assert codes == [200, 200, 429]
