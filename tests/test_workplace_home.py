"""The admin's home page: what there is to do, and one press to begin."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from home.models import AnnouncementPage, CommunitySettings, ContentPage
from tests import factories
from tests.admin_forms import edit_address, send

HOME = "/admin/"


def panel(response, name: str) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser").find(id=f"{name}-section")


def rows(response, name: str) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in panel(response, name).select("tbody tr")]


def test_the_admin_carries_the_community_s_name_and_mark(as_persona):
    CommunitySettings.objects.update_or_create(site=Site.objects.get(), defaults={"name": "Learning together"})
    page = BeautifulSoup(as_persona("ohio-editor").get(HOME).content, "html.parser")
    assert page.find("h1").get_text(strip=True) == "Learning together"
    assert "Wagtail" not in page.find("title").get_text()
    assert page.find("link", rel="icon")["href"].endswith("images/mark.svg")
    logo = page.find("template", attrs={"data-wagtail-sidebar-branding-logo": True})
    assert logo.find("svg")["aria-label"] == "Learning together"


@pytest.mark.slow
def test_an_editor_adds_each_kind_of_thing_to_their_section_in_one_press(as_persona):
    client = as_persona("ohio-editor")
    add = panel(client.get(HOME), "add")
    assert [heading.get_text() for heading in add.select("h3")] == ["Add to Ohio"]
    links = {link.get_text(strip=True): link["href"] for link in add.select("a.button")}
    assert list(links) == ["Announcement", "Event", "Conference call", "Webinar", "Recording", "Resource"]
    for address in links.values():
        answer = client.get(address.split("#")[0])
        assert answer.status_code == 200
        form = BeautifulSoup(answer.content, "html.parser").find(id="page-edit-form")
        if "#" in address:
            assert form.find(id=address.split("#")[1])


def test_a_community_editor_adds_to_the_whole_community(as_persona):
    add = panel(as_persona("community-editor").get(HOME), "add")
    assert [heading.get_text() for heading in add.select("h3")] == ["Add to the whole community"]


def test_an_administrator_finds_every_place(as_persona):
    add = panel(as_persona("admin").get(HOME), "add")
    assert len(add.select("h3")) == 4


@pytest.mark.parametrize("place", ["section", "announcements", "library", "calendar", "webinars"])
def test_public_pages_of_a_section_offer_adding_to_its_editors_alone(as_persona, place):
    ohio = factories.section("Ohio")
    address = ohio.url if place == "section" else f"{ohio.url}{place}/"
    assert "Add to Ohio" in as_persona("ohio-editor").get(address).content.decode()
    for name in ("visitor", "ohio-member", "texas-editor", "community-editor"):
        assert "Add to Ohio" not in as_persona(name).get(address).content.decode(), name


def test_drafts_of_one_s_sections_lead_to_their_forms(as_persona):
    mine = factories.announcement(publish=False, title="Half written")
    changed = factories.announcement(title="Published")
    send(as_persona("ohio-lead"), edit_address(changed), title="Changed since")
    factories.announcement("Texas", publish=False, title="Not ours")
    answer = as_persona("ohio-editor").get(HOME)
    found = rows(answer, "drafts")
    assert len(found) == 2
    assert found[0].startswith("Changed since Announcement, Ohio Published, with changes that are not, saved")
    assert found[1].startswith("Half written Announcement, Ohio Draft, saved")
    assert panel(answer, "drafts").find("a", string="Half written")["href"] == edit_address(mine)


def test_a_reviewer_s_drafts_are_their_own(as_persona):
    factories.announcement(publish=False, title="Somebody else's")
    client = as_persona("ohio-reviewer")
    from tests.admin_forms import add_address

    send(client, add_address(AnnouncementPage), title="My own")
    assert [row.split(" Announcement")[0] for row in rows(client.get(HOME), "drafts")] == ["My own"]


@pytest.mark.slow
def test_what_was_submitted_awaits_the_section_s_approval_and_nobody_else_s(as_persona):
    from tests.admin_forms import add_address

    send(as_persona("ohio-reviewer"), add_address(AnnouncementPage), "action-submit", title="Please approve")
    found = rows(as_persona("ohio-editor").get(HOME), "approval")
    assert found[0].startswith("Please approve Announcement, Ohio ohio-reviewer asked on")
    assert "Awaits approval" in rows(as_persona("ohio-editor").get(HOME), "drafts")[0]
    assert rows(as_persona("texas-editor").get(HOME), "approval") == []
    assert len(rows(as_persona("admin").get(HOME), "approval")) == 1


@pytest.mark.slow
def test_the_approval_link_opens_a_form_that_offers_to_approve(as_persona):
    from tests.admin_forms import add_address

    send(as_persona("ohio-reviewer"), add_address(AnnouncementPage), "action-submit", title="Please approve")
    client = as_persona("ohio-editor")
    address = panel(client.get(HOME), "approval").select_one("tbody a")["href"]
    assert 'data-workflow-action-name="approve"' in client.get(address).content.decode()


def test_what_expires_or_needs_review_within_thirty_days_is_listed_soonest_first(as_persona):
    today, now = timezone.localdate(), timezone.now()
    factories.announcement(title="Review soon", review_by=today + dt.timedelta(days=20))
    factories.announcement(title="Review late", review_by=today - dt.timedelta(days=3))
    factories.announcement(title="Expires soon", expire_at=now + dt.timedelta(days=5))
    factories.announcement(title="Later", review_by=today + dt.timedelta(days=60))
    factories.announcement(title="Expires much later", expire_at=now + dt.timedelta(days=90))
    factories.announcement("Texas", title="Theirs", review_by=today)
    found = rows(as_persona("ohio-editor").get(HOME), "due")
    assert [row.split(" Announcement")[0] for row in found] == ["Review late", "Expires soon", "Review soon"]
    assert "Review was due" in found[0]


def test_empty_panels_say_so_in_a_sentence(as_persona):
    answer = as_persona("ohio-editor").get(HOME)
    assert "There are no drafts." in panel(answer, "drafts").get_text()
    assert "Nothing awaits your approval." in panel(answer, "approval").get_text()
    assert "Nothing expires" in panel(answer, "due").get_text()


def test_retired_pages_are_no_drafts(as_persona):
    page = factories.announcement(publish=False, title="Gone")
    ContentPage.objects.filter(pk=page.pk).update(retired_at=timezone.now())
    assert rows(as_persona("ohio-editor").get(HOME), "drafts") == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ohio-editor", "admin"])
def test_the_home_page_asks_the_database_as_often_for_many_rows_as_for_few(as_persona, name):
    def fill(count):
        for _ in range(count):
            factories.announcement(publish=False)
            factories.resource(review_by=timezone.localdate())
            page = factories.event(publish=False)
            page.get_workflow().start(page, None)

    def asked():
        client = as_persona(name)
        client.get(HOME)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HOME).status_code == 200
        return len(queries)

    fill(1)
    few = asked()
    fill(5)
    assert asked() == few
    assert few <= 60
