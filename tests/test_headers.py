"""Every answer carries the security headers: a walk as each persona, and whatever else the site can answer."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

from home.models import SiteImage
from tests import factories
from tests.matrix import MODELS
from tests.outside import faults
from tests.personas import PERSONAS, person

MOST = 60  # answers a persona; one for each kind of address, so that a hundred resources are one
_LINK = re.compile(r'(?:href|src|action)="([^"#]+)"')


@pytest.fixture
def tls(settings):
    """The headers of production, without its database."""
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31536000, True


def kind_of(address: str) -> str:
    """What addresses have in common that one view answers: its name, or for pages how deep they stand."""
    path = urlsplit(address).path
    try:
        match = resolve(path)
    except Resolver404:
        return path.split("/")[1]
    if match.url_name == "wagtail_serve":
        return "page " + "/".join(re.sub(r"^(?:ohio|texas|maine)$", "*", part) for part in path.split("/")[:4])
    return f"{match.view_name} {sorted(match.kwargs)} {match.kwargs.get('action_name', '')}"


def named() -> list[str]:
    """The address of every name that takes no argument."""
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    found = []
    for name in names:
        found += [f"/{form}" for form, parameters in get_resolver().reverse_dict.getlist(name)[0][0] if not parameters]
    return [address for address in found if "logout" not in address]


def walk(client: Client, starts: list[str]) -> dict[str, list[str]]:
    """Follow links from some addresses, one of each kind; gives what is wrong with which address."""
    waiting, seen, wrong, asked = list(starts), set(), {}, 0
    while waiting and asked < MOST:
        address = waiting.pop(0)
        if kind_of(address) in seen:
            continue
        seen.add(kind_of(address))
        asked += 1
        answer = client.get(address, secure=True)
        if faults(answer, secure=True):
            wrong[f"{answer.status_code} {address}"] = faults(answer, secure=True)
        if answer.status_code in (301, 302):
            waiting.append(urljoin(address, answer["Location"]).removeprefix("https://testserver"))
        elif not answer.streaming and answer.get("Content-Type", "").startswith("text/html"):
            links = [
                urldefrag(urljoin(address, link.replace("&amp;", "&")))[0]
                for link in _LINK.findall(answer.content.decode())
            ]
            waiting += [link for link in links if link.startswith("/") and "logout" not in link]
    assert asked > 8
    return wrong


@pytest.fixture(scope="module")
def note(django_db_setup, django_db_blocker) -> str:
    """The address of an announcement with a file; beside it a page of each type. Made once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        for model in MODELS.values():
            factories.page(model, "Ohio", audience="public")
        body = f'<p><a linktype="document" id="{factories.document().pk}">file</a></p>'
        yield factories.announcement(audience="public", body=body).url
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(PERSONAS))
def test_whatever_somebody_comes_to_by_links_or_by_name_carries_every_header(name, note, tls, as_persona):
    starts = ["/", "/sections/ohio/", note, *named(), "/no-such-page/"]
    user = person(name)
    if user.is_authenticated and user.enters_admin:
        starts = ["/admin/", *starts]
    client = as_persona(name)
    client.raise_request_exception = False  # Wagtail has an address that fails on purpose
    assert walk(client, starts) == {}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/static/css/site.css", 200),
        ("/static/admin/start.js", 200),
        ("/static/nothing.css", 404),
        ("/media/nothing.png", 404),
        ("/livez", 200),
        ("/readyz", 503),
        ("/robots.txt", 200),
        ("/sections", 301),
        ("/admin/", 302),
        ("/%00/", 404),
        ("/styleguide/", 200),
        ("/feeds/all.atom", 200),
        ("/calendars/all.ics", 200),
    ],
)
def test_other_answers_carry_every_header(address, status, tls, settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    answer = Client().get(address, secure=True)
    assert (answer.status_code, faults(answer, secure=True)) == (status, [])


def test_refusals_carry_every_header(tls, settings, monkeypatch, as_persona, tmp_path):
    page = factories.announcement(audience="section")
    client = Client(raise_request_exception=False)
    answers = {403: as_persona("texas-member").get(page.url, secure=True)}
    answers["csrf"] = Client(enforce_csrf_checks=True).post("/contact/", {}, secure=True)
    settings.ALLOWED_HOSTS = ["testserver"]
    answers[400] = client.get("/", headers={"host": "evil.test"}, secure=True)
    settings.SECURE_SSL_REDIRECT = True
    answers["400 before TLS"] = Client().get("/", headers={"host": "evil.test"})
    answers["301 to TLS"] = Client().get("/")
    settings.SECURE_SSL_REDIRECT = False
    settings.LARGEST_UPLOAD = 10
    answers[413] = client.post("/contact/", {"file": ContentFile(b"x" * 100, name="x.txt")}, secure=True)
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/h/ip"}
    client.post("/accounts/signup/", {}, secure=True)
    answers[429] = client.post("/accounts/signup/", {}, secure=True)
    answers[405] = client.trace("/", secure=True)

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("search.views.context_of", fail)
    answers[500] = client.get("/search/", secure=True)
    settings.MAINTENANCE_FILE = str(tmp_path / "maintenance")
    Path(settings.MAINTENANCE_FILE).write_text("noon")
    answers[503] = client.get("/", secure=True)
    expected = {name: int(re.search(r"\d+", f"{name} 403").group()) for name in answers}
    assert {name: answer.status_code for name, answer in answers.items()} == expected
    assert {name: faults(answer, secure="TLS" not in str(name)) for name, answer in answers.items()} == {
        name: [] for name in answers
    }


def test_a_restricted_picture_and_a_file_carry_every_header(tls, as_persona):
    image = factories.image("Ours", restricted=True, place="Ohio")
    client = as_persona("ohio-editor")
    for address in (SiteImage.objects.get(pk=image.pk).file.url, factories.document(place="Ohio").url):
        answer = client.get(address, secure=True)
        assert answer.status_code == 200
        assert faults(answer, secure=True) == []


def test_each_kind_of_fault_would_be_found(tls):
    answer = Client().get("/", secure=True)
    assert faults(answer, secure=True) == []
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Strict-Transport-Security"):
        kept = answer.headers.pop(name)[1]
        assert len(faults(answer, secure=True)) >= 1
        answer[name] = kept
    answer["Content-Security-Policy"] += "; script-src 'unsafe-inline'"
    assert len(faults(answer, secure=True)) == 1
