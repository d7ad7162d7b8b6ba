"""Retire instead of delete: hidden, listed for 30 days, back in one press; only administrators delete for good."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from home.models import AnnouncementPage, ContentPage, Entry, StandardPage
from library.models.resources import ResourceFile
from tests import factories
from tests.personas import person


def retire(client, page, **more):
    return client.post(reverse("retire_page", args=[page.pk]), more, follow=True)


def put_back(client, page):
    return client.post(reverse("put_page_back", args=[page.pk]), follow=True)


def texts(client, address):
    return client.get(address, follow=True).content.decode()


def test_an_editor_retires_a_page_and_puts_it_back_as_it_was(as_persona):
    page = factories.announcement(audience="public", title="Old news")
    before = Entry.objects.values().get(pk=page.pk)
    editor, visitor = as_persona("ohio-editor"), as_persona("visitor")
    assert "Nobody finds it any more" in retire(editor, page).content.decode()
    assert visitor.get(page.url).status_code == 404
    assert not Entry.objects.filter(pk=page.pk).exists()
    assert "Old news" in texts(editor, reverse("retired_pages"))
    put_back(editor, page)
    assert visitor.get(page.url).status_code == 200
    assert Entry.objects.values().get(pk=page.pk) == before
    again = AnnouncementPage.objects.get(pk=page.pk)
    assert (again.live, again.retired_at, again.live_revision_id) == (True, None, page.live_revision_id)
    assert not again.has_unpublished_changes


def test_a_draft_comes_back_as_a_draft(as_persona):
    page = factories.announcement(publish=False)
    retire(as_persona("ohio-editor"), page)
    put_back(as_persona("ohio-editor"), page)
    page.refresh_from_db()
    assert (page.live, page.retired_at) == (False, None)


def test_an_unpublished_edit_survives_and_is_not_published_by_putting_back(as_persona):
    page = factories.announcement(audience="public", title="As published")
    page.title = "As drafted"
    page.save_revision()
    retire(as_persona("ohio-editor"), page)
    put_back(as_persona("ohio-editor"), page)
    page = AnnouncementPage.objects.get(pk=page.pk)
    assert (page.title, page.has_unpublished_changes) == ("As published", True)
    assert page.get_latest_revision_as_object().title == "As drafted"


def test_an_alias_goes_and_comes_with_its_page(as_persona):
    page = factories.announcement(audience="public")
    alias = page.create_alias(parent=factories.index(AnnouncementPage, None))
    retire(as_persona("ohio-editor"), page)
    assert not ContentPage.objects.get(pk=alias.pk).live
    put_back(as_persona("ohio-editor"), page)
    assert ContentPage.objects.get(pk=alias.pk).live


def test_pressing_twice_does_no_harm(as_persona):
    page, editor = factories.announcement(audience="public"), as_persona("ohio-editor")
    retire(editor, page)
    first = ContentPage.objects.get(pk=page.pk).retired_at
    retire(editor, page)
    page = ContentPage.objects.get(pk=page.pk)
    assert (page.retired_at, page.live_when_retired) == (first, True)
    put_back(editor, page)
    put_back(editor, page)
    assert ContentPage.objects.get(pk=page.pk).live


def test_looking_retires_nothing(as_persona):
    page, editor = factories.announcement(), as_persona("ohio-editor")
    assert editor.get(reverse("retire_page", args=[page.pk])).status_code == 200
    assert editor.get(reverse("put_page_back", args=[page.pk])).status_code == 405
    assert ContentPage.objects.get(pk=page.pk).live


@pytest.mark.parametrize("name", ["texas-editor", "community-editor", "ohio-member", "ohio-reviewer", "visitor"])
def test_nobody_else_retires_a_published_page(as_persona, name):
    page = factories.announcement(title="Stays")
    response = retire(as_persona(name), page)
    assert ContentPage.objects.get(pk=page.pk).live
    assert "Stays" not in response.content.decode() or name == "ohio-reviewer"


@pytest.mark.parametrize("name", ["texas-editor", "community-editor", "ohio-member", "visitor"])
def test_nobody_else_finds_or_puts_back_what_is_retired(as_persona, name):
    page = factories.announcement(title="Hidden away")
    retire(as_persona("ohio-editor"), page)
    client = as_persona(name)
    assert "Hidden away" not in texts(client, reverse("retired_pages"))
    put_back(client, page)
    assert ContentPage.objects.get(pk=page.pk).retired_at


def test_the_author_of_a_draft_may_retire_it(as_persona):
    page = factories.announcement(publish=False, owner=person("ohio-reviewer"), title="Never mind")
    retire(as_persona("ohio-reviewer"), page)
    assert ContentPage.objects.get(pk=page.pk).retired_at
    assert "Never mind" in texts(as_persona("ohio-reviewer"), reverse("retired_pages"))


def test_after_30_days_only_administrators_see_it_listed(as_persona):
    page = factories.announcement(title="Long gone")
    retire(as_persona("ohio-editor"), page)
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        assert "Long gone" not in texts(as_persona("ohio-editor"), reverse("retired_pages"))
        assert "Long gone" in texts(as_persona("admin"), reverse("retired_pages"))


def test_the_explorer_lists_no_retired_page(as_persona):
    page, editor = factories.announcement(title="Off the shelf"), as_persona("ohio-editor")
    explorer = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
    assert "Off the shelf" in texts(editor, explorer)
    retire(editor, page)
    editor.get(explorer)  # shows the message once
    assert "Off the shelf" not in texts(editor, explorer)


def test_retiring_ends_a_review_and_a_planned_publication(as_persona):
    page = factories.announcement(publish=False)
    page.get_workflow().start(page, person("ohio-editor"))
    page.go_live_at = timezone.now() + dt.timedelta(hours=1)
    page.save_revision(approved_go_live_at=page.go_live_at)
    retire(as_persona("ohio-editor"), page)
    page = AnnouncementPage.objects.get(pk=page.pk)
    assert page.current_workflow_state is None
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_publishing_a_retired_page_puts_it_back(as_persona):
    page = factories.announcement()
    retire(as_persona("ohio-editor"), page)
    AnnouncementPage.objects.get(pk=page.pk).get_latest_revision().publish()
    page = AnnouncementPage.objects.get(pk=page.pk)
    assert (page.live, page.retired_at) == (True, None)


@pytest.mark.parametrize("name", ["ohio-editor", "ohio-lead", "ohio-reviewer"])
def test_editors_delete_no_content_for_good(as_persona, name):
    page = factories.announcement(publish=False, owner=person(name))
    client = as_persona(name)
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    client.post(f"/admin/bulk/wagtailcore/page/delete/?id={page.pk}")
    assert Page.objects.filter(pk=page.pk).exists()


def test_editors_delete_no_standing_text_for_good_but_move_it(as_persona):
    place = factories.section("Ohio")
    page = place.add_child(instance=StandardPage(title="Our chapters", slug="chapters"))
    client = as_persona("ohio-editor")
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert StandardPage.objects.filter(pk=page.pk).exists()
    assert page.permissions_for_user(person("ohio-editor")).can_move()


def test_an_administrator_sees_what_goes_and_deletes_for_good(as_persona):
    document = factories.document("The guide", place="Ohio")
    page = factories.resource(files=[ResourceFile(document=document)], title="Out of date")
    retire(as_persona("ohio-editor"), page)
    admin = as_persona("admin")
    asked = texts(admin, reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert "What goes with it" in asked
    assert "The guide (file)" in asked
    admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not Page.objects.filter(pk=page.pk).exists()


STRUCTURE = ["section", "announcements", "calendar", "library", "webinars"]


@pytest.mark.parametrize("what", STRUCTURE)
@pytest.mark.parametrize("name", ["ohio-editor", "ohio-lead"])
def test_what_holds_a_section_together_stays(as_persona, what, name):
    place = factories.section("Ohio")
    page = place if what == "section" else place.get_children().get(slug=what)
    client, pk = as_persona(name), page.pk
    texas = factories.section("Texas").pk
    for address, data in [
        (reverse("wagtailadmin_pages:delete", args=[pk]), {}),
        (reverse("wagtailadmin_pages:unpublish", args=[pk]), {"include_descendants": "on"}),
        (reverse("wagtailadmin_pages:move_confirm", args=[pk, texas]), {}),
        (reverse("wagtailadmin_pages:copy", args=[pk]), {"new_title": "x", "new_slug": "x", "new_parent_page": texas}),
        (f"/admin/bulk/wagtailcore/page/delete/?id={pk}", {}),
        (f"/admin/bulk/wagtailcore/page/unpublish/?id={pk}", {"include_descendants": "on"}),
        (f"/admin/bulk/wagtailcore/page/move/?id={pk}", {"chooser": texas}),
        (f"/admin/api/main/pages/{pk}/action/delete/", {}),
        (f"/admin/api/main/pages/{pk}/action/unpublish/", {}),
        (f"/admin/api/main/pages/{pk}/action/move/", {"destination_page_id": texas, "position": "last-child"}),
        (reverse("retire_page", args=[pk]), {}),
    ]:
        client.post(address, data)
    after = Page.objects.get(pk=pk)
    assert (after.path, after.live, after.slug, after.title) == (page.path, True, page.slug, page.title)
