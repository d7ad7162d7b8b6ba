"""Addresses that change lead on, and tell nothing to those who may not see what they lead to."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from home.models import AnnouncementPage
from home.retirement import retire
from tests import factories
from tests.personas import person

NEW = "brand-new-words"


@pytest.fixture
def renamed(django_capture_on_commit_callbacks):
    """Makes a published page whose address was changed by publishing; gives its old address, and the page."""

    def make(**values):
        page = factories.announcement(slug="old-words", **values)
        old = page.url
        page.slug = NEW
        with django_capture_on_commit_callbacks(execute=True):
            page.save_revision().publish()
        return old, AnnouncementPage.objects.get(pk=page.pk)

    return make


def everything(response):
    return response.content.decode() + str(dict(response.headers))


def test_an_old_address_leads_to_the_new_one(as_persona, renamed):
    old, page = renamed(audience="public")
    for address in (old, old.rstrip("/"), f"{old}?utm_source=mail", f"{old}?a=1&b=2"):
        response = as_persona("visitor").get(address)
        assert (response.status_code, response.headers.get("Location")) == (301, page.url)
    assert "no-cache" in as_persona("visitor").get(old).headers["Cache-Control"]


def test_it_leads_on_over_https_and_for_head_requests(as_persona, renamed):
    old, page = renamed(audience="public")
    assert as_persona("visitor").get(old, secure=True).headers["Location"] == page.url
    assert as_persona("visitor").head(old).headers["Location"] == page.url


@pytest.mark.parametrize(("audience", "refused"), [("members", ["pending"]), ("section", ["pending", "texas-member"])])
@pytest.mark.parametrize("suffix", ["", "?utm_source=mail", ";x"])
def test_a_new_address_is_told_only_to_those_who_may_see_the_page(as_persona, audience, refused, suffix, renamed):
    old, page = renamed(audience=audience, title="Hidden words")
    visitor = as_persona("visitor").get(old + suffix)
    assert visitor.status_code in (302, 404)
    assert NEW not in everything(visitor)
    if not suffix:
        assert visitor.headers["Location"].startswith("/accounts/login/?next=" + old)
    for name in refused:
        response = as_persona(name).get(old + suffix)
        assert response.status_code in (403, 404)
        assert NEW not in everything(response)
        assert "Hidden words" not in everything(response)
        if response.status_code == 403:
            assert "no-store" in response.headers["Cache-Control"]
    if suffix != ";x":
        answer = as_persona("ohio-member").get(old + suffix)
        assert (answer.status_code, answer.headers["Location"]) == (301, page.url)
        assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("ending", ["unpublished", "retired", "expired"])
@pytest.mark.parametrize("name", ["visitor", "ohio-member"])
def test_the_old_address_of_a_page_that_is_gone_is_gone(as_persona, ending, name, renamed):
    old, page = renamed(audience="public")
    if ending == "unpublished":
        page.unpublish()
    elif ending == "retired":
        retire(page, person("ohio-editor"))
    else:
        AnnouncementPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - dt.timedelta(seconds=5))
    response = as_persona(name).get(old)
    assert response.status_code == 404
    assert NEW not in everything(response)


def test_a_moved_page_leads_on(as_persona):
    page = factories.announcement("Ohio", audience="public", slug="moving")
    old = page.url
    page.move(factories.index(AnnouncementPage, "Texas"), pos="last-child")
    page = AnnouncementPage.objects.get(pk=page.pk)
    assert as_persona("visitor").get(old).headers["Location"] == page.url


def test_a_page_at_the_old_address_wins(renamed):
    old, _ = renamed(audience="public")
    again = factories.announcement(audience="public", slug="old-words")
    assert again.url == old
    assert Client().get(old).status_code == 200


def test_a_redirect_to_another_site_is_followed():
    Redirect.objects.create(old_path="/elsewhere", redirect_link="https://example.org/there", is_permanent=False)
    response = Client().get("/elsewhere/")
    assert (response.status_code, response.headers["Location"]) == (302, "https://example.org/there")


@pytest.mark.parametrize("name", ["ohio-editor", "community-editor"])
def test_editors_do_not_keep_redirects(as_persona, name):
    Redirect.objects.create(old_path="/secret-old-path", redirect_link="https://example.org/there")
    response = as_persona(name).get(reverse("wagtailredirects:index"), follow=True)
    assert "secret-old-path" not in response.content.decode()
