"""What people read when something does not work: in plain words, and never what they may not know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.template.loader import get_template
from django.test import Client, RequestFactory

from home.models import SiteDocument
from operations.errors import bad_request, server_error
from tests import factories
from tests.html import problems, text_of, tree_of

SECRET = "Unspeakable plans"


def words(response) -> str:
    """What an answer says, once its HTML is found to be right."""
    body = response.content.decode()
    assert problems(body) == []
    return text_of(next(tree_of(body).iter("main")))


def test_a_member_of_another_section_reads_whose_page_it_is_and_who_lets_them_in(as_persona):
    page = factories.announcement(title=SECRET, audience="section")
    response = as_persona("texas-member").get(page.url)
    assert response.status_code == 403
    assert (
        "This page is for members in Ohio. You are signed in as a member in Texas. Ohio’s lead can let you in."
        in words(response)
    )
    assert SECRET not in response.content.decode()
    assert response.headers["Cache-Control"] == "private, no-store"


def test_somebody_who_waits_for_approval_reads_that_a_lead_lets_them_in(as_persona):
    page = factories.announcement(title=SECRET, audience="members")
    response = as_persona("pending").get(page.url)
    assert response.status_code == 403
    assert "You are signed in, but not yet a member. A State’s lead can let you in." in words(response)
    assert SECRET not in response.content.decode()


def test_somebody_with_several_sections_reads_all_of_them(client):
    page = factories.announcement(title=SECRET, audience="section")
    client.force_login(factories.user("", ("Texas", "member"), ("Maine", "member")))
    assert "You are signed in as a member in Maine and Texas." in words(client.get(page.url))


def test_a_visitor_is_led_to_the_sign_in_page_and_back(client):
    page = factories.announcement(title=SECRET, audience="members")
    response = client.get(f"{page.url}?a=1&b=2")
    assert response.status_code == 302
    assert response.url == f"/accounts/login/?next={page.url}%3Fa%3D1%26b%3D2"
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["visitor", "pending", "ohio-member", "admin"])
@pytest.mark.parametrize(
    "address",
    [
        "/nothing/",
        "/sections/ohio/library/nothing/",
        "/files/00000000-0000-0000-0000-000000000000/",
        "/feeds/none.atom",
    ],
)
def test_a_missing_page_offers_a_search(name, address, as_persona):
    response = as_persona(name).get(address)
    assert response.status_code == 404
    text = words(response)
    assert "There is no page at this address" in text
    assert "It may have moved or been retired." in text
    forms = next(tree_of(response.content.decode()).iter("main")).iter("form")
    assert [form.get("action") for form in forms] == ["/search/"]


@pytest.mark.parametrize(
    "address",
    ["/%00/", "/sections/%00/", "/%ff%fe/", "/" + "a" * 3000 + "/", "/sections/ohio/library/%F0%9F%98%80/"],
)
def test_an_address_that_makes_no_sense_is_a_missing_page(address, as_persona):
    for name in ("visitor", "ohio-member"):
        client = as_persona(name)
        client.raise_request_exception = False
        assert client.get(address).status_code in (400, 404)


def test_a_request_that_the_site_cannot_read_is_answered_in_words(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = bad_request(RequestFactory().get("/"), ValueError(SECRET))
    assert response.status_code == 400
    assert "The site could not read this request" in words(response)
    assert SECRET not in response.content.decode()


def test_a_form_from_elsewhere_changes_nothing_and_says_what_to_do():
    client = Client(enforce_csrf_checks=True)
    response = client.post(
        "/accounts/login/", {"login": "ohio-member@worksite.example", "password": factories.PASSWORD}
    )
    assert response.status_code == 403
    text = words(response)
    assert "The form was not sent" in text
    assert "Nothing was changed." in text
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_when_something_breaks_the_answer_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    text = words(response)
    assert "Something broke on our side" in text
    assert "look whether it arrived before you send it again" in text


def test_an_error_inside_a_page_becomes_that_answer_and_tells_nothing(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError(SECRET)

    monkeypatch.setattr("search.views.context_of", fail)
    response = Client(raise_request_exception=False).get("/search/")
    assert response.status_code == 500
    assert "Something broke on our side" in words(response)
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize("name", ["400", "403_csrf", "413", "429", "500", "503"])
def test_the_pages_of_last_resort_stand_on_one_frame_that_includes_nothing(name):
    source = get_template(f"{name}.html").template.source
    assert source.startswith('{% extends "alone.html" %}')
    for part in (source, get_template("alone.html").template.source):
        assert "{% include" not in part
        assert "request" not in re.sub(r"(?s){% comment %}.*?{% endcomment %}|read this request", "", part)
    assert "{% extends" not in get_template("alone.html").template.source


def test_the_reference_on_the_page_leads_to_the_lines_of_the_log(monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError(SECRET)

    monkeypatch.setattr("search.views.context_of", fail)
    response = Client(raise_request_exception=False).get("/search/")
    reference = re.search(r"Reference (\w{8})\.", words(response))[1]
    failed = [str(record.msg) for record in caplog.records if SECRET in str(record.msg)]
    assert failed
    assert all(f"'request_id': '{reference}-" in line for line in failed)


@pytest.fixture
def tiny_limit(settings):
    settings.LARGEST_UPLOAD, settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 2_500_000, 2 * 1024 * 1024
    return settings


@pytest.mark.parametrize("address", ["/contact/", "/accounts/password/reset/", "/admin/documents/add/"])
def test_a_file_that_is_too_large_is_named_with_its_size_and_the_limit(tiny_limit, as_persona, address):
    client = as_persona("admin")
    small, large = ContentFile(b"x", name="small.txt"), ContentFile(b"x" * 3 * 1024 * 1024, name="<b>budget.xlsx")
    response = client.post(address, {"a": small, "file": large})
    assert response.status_code == 413
    assert "<b>budget.xlsx is 3 MB. The limit is 2 MB. Add a link instead." in words(response).replace("\u00a0", " ")
    assert response.headers["Cache-Control"] == "no-store"


def test_a_file_within_the_limit_passes(tiny_limit, as_persona):
    file = ContentFile(b"%PDF-1.4 " + b"x" * 2_000_000, name="budget.pdf")
    values = {"title": "Budget", "file": file, "collection": factories.section("Ohio").collection_id}
    assert as_persona("admin").post("/admin/documents/add/", values).status_code == 302
    assert SiteDocument.objects.get(title="Budget").file.size == 2_000_009


def test_several_files_may_be_large_together(tiny_limit, client):
    files = {name: ContentFile(b"x" * 2_000_000, name=f"{name}.txt") for name in "abc"}
    assert client.post("/contact/", files).status_code == 200


def test_text_that_is_too_large_is_refused_with_the_limit(settings, client):
    response = client.post("/contact/", {"text": "x" * 3 * 1024 * 1024})
    assert response.status_code == 413
    assert "larger than 2.5 MB" in words(response).replace("\u00a0", " ")


def test_too_many_tries_are_told_how_long_to_wait(settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/h/ip", "login": "1/m/ip"}
    client = Client()
    for address, times, minutes in (("/accounts/signup/", 2, "60 minutes"), ("/accounts/login/", 1, "1 minute")):
        for _ in range(times):
            assert client.post(address, {}).status_code == 200
        response = client.post(address, {})
        assert response.status_code == 429
        assert f"Try again in {minutes}." in words(response)
        assert response.headers["Retry-After"] == str(int(minutes.split()[0]) * 60)


@pytest.fixture
def maintenance(settings, tmp_path):
    """A function that writes the file of maintenance."""
    settings.MAINTENANCE_FILE = str(tmp_path / "maintenance")
    return (tmp_path / "maintenance").write_text


@pytest.mark.parametrize("name", ["visitor", "admin"])
def test_during_maintenance_everybody_reads_until_when_and_programs_when_to_ask_again(
    name, maintenance, as_persona, django_assert_num_queries
):
    client = as_persona(name)
    maintenance("3:00 p.m. Eastern\n")
    for address in ("/", "/admin/", "/nothing/"):
        with django_assert_num_queries(0):
            response = client.get(address)
        assert response.status_code == 503
        assert "We are updating the site until about 3:00 p.m. Eastern. Calls go on" in words(response)
        assert (response.headers["Retry-After"], response.headers["Cache-Control"]) == ("600", "no-store")
        assert "Content-Security-Policy" in response.headers


def test_maintenance_without_a_time_promises_none_and_what_stands_in_the_file_is_text(maintenance, client):
    maintenance("")
    assert "We are updating the site. It will not take long." in words(client.get("/"))
    maintenance("<script>alert(1)</script>")
    assert "<script>" not in client.get("/").content.decode()


def test_health_is_told_during_maintenance(maintenance, client):
    maintenance("noon")
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").headers["Content-Type"] == "application/json"


def test_maintenance_ends_with_its_file(maintenance, settings, client):
    maintenance("noon")
    assert client.get("/").status_code == 503
    Path(settings.MAINTENANCE_FILE).unlink()
    assert client.get("/").status_code == 200
