"""What people read when something does not work: in plain words, and never what they may not know."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, server_error

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

    monkeypatch.setattr("search.views.listing", fail)
    response = Client(raise_request_exception=False).get("/search/")
    assert response.status_code == 500
    assert "Something broke on our side" in words(response)
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_the_pages_of_last_resort_stand_alone(name):
    source = get_template(name).template.source
    assert "{% extends" not in source
    assert "{% include" not in source
