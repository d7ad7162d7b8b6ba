"""The flat rows follow the pages, whatever happens to them, in the same transaction."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Page

from calendar_app.models import Occurrence
from home import entries
from home.models import AccessRule, AnnouncementPage, ContentPage, Entry, EntryFacet, SectionPage, Topic
from library.models import LibraryPage, ResourcePage
from tests import factories
from tests.personas import person


def titles(name: str = "visitor") -> list[str]:
    return list(Entry.objects.visible_to(person(name)).order_by("title").values_list("title", flat=True))


def facets(page: ContentPage) -> set[tuple[str, str]]:
    return set(EntryFacet.objects.filter(entry=page.pk).values_list("name", "value"))


def test_a_draft_has_no_row_until_it_is_published():
    page = factories.resource(publish=False)
    assert not Entry.objects.filter(pk=page.pk).exists()
    page.save_revision().publish()
    assert Entry.objects.get(pk=page.pk).title == page.title


def test_a_draft_of_a_live_page_changes_nothing_that_visitors_see():
    page = factories.resource(title="Live words", summary="Live", topics=[Topic.objects.get(slug="housing")])
    page.title, page.audience = "Draft words", "section"
    page.topics = [Topic.objects.get(slug="training")]
    page.save_revision()
    assert titles() == ["Live words"]
    assert ("topic", "housing") in facets(page)
    assert ("topic", "training") not in facets(page)


def test_unpublishing_removes_the_row():
    page = factories.resource()
    page.unpublish()
    assert not Entry.objects.filter(pk=page.pk).exists()
    assert not EntryFacet.objects.filter(entry=page.pk).exists()


def test_unpublishing_through_the_plain_page_model_removes_the_row_too():
    page = factories.resource()
    Page.objects.get(pk=page.pk).specific.unpublish()
    assert not Entry.objects.filter(pk=page.pk).exists()


def test_deleting_removes_the_row():
    page = factories.event(audience="public")
    page.delete()
    assert not Entry.objects.filter(pk=page.pk).exists()
    assert not Occurrence.objects.filter(event=page.pk).exists()


def test_a_page_past_its_expiry_is_gone_before_the_clock_has_come_round():
    page = factories.resource(expire_at=timezone.now() + dt.timedelta(hours=1))
    assert titles() == [page.title]
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        assert titles() == []


def test_the_section_follows_the_tree_when_a_page_moves():
    page = factories.resource("Ohio", audience="section")
    page.move(factories.index(ResourcePage, "Texas"), pos="last-child")
    page = ResourcePage.objects.get(pk=page.pk)
    assert page.section == factories.section("Texas")
    assert titles("ohio-member") == []
    assert titles("texas-member") == [page.title]
    assert Entry.objects.get(pk=page.pk).url == "/sections/texas/library/" + page.slug + "/"


def test_an_older_draft_published_after_a_move_stays_in_the_new_section():
    page = factories.resource("Ohio", audience="section")
    page.title = "An older draft"
    draft = page.save_revision()
    page.move(factories.index(ResourcePage, "Texas"), pos="last-child")
    draft.publish()
    page = ResourcePage.objects.get(pk=page.pk)
    assert (page.title, page.section) == ("An older draft", factories.section("Texas"))
    assert titles("ohio-member") == []
    assert titles("texas-member") == ["An older draft"]


def test_a_copy_belongs_to_the_section_it_is_copied_to():
    page = factories.event("Ohio", audience="section", title="Meeting")
    copy = page.copy(to=factories.index(type(page), "Texas"), update_attrs={"slug": "meeting-2"})
    copy = type(page).objects.get(pk=copy.pk)
    assert copy.section == factories.section("Texas")
    assert copy.uid != page.uid
    assert titles("texas-member") == ["Meeting"]


def test_a_new_address_of_the_section_reaches_the_rows_of_all_its_pages():
    page = factories.resource("Ohio")
    section = factories.section("Ohio")
    section.slug = "ohio-state"
    section.save()
    assert Entry.objects.get(pk=page.pk).url == "/sections/ohio-state/library/" + page.slug + "/"
    assert ("state", "ohio-state") in facets(page)


def test_also_in_opens_a_section_only_page_to_the_other_section_and_lists_it_there():
    page = factories.resource("Ohio", audience="section", also_in=[factories.section("Texas")])
    assert titles("texas-member") == [page.title]
    assert titles("community-editor") == []
    assert Entry.objects.in_section(factories.section("Texas")).get().pk == page.pk


def test_shared_content_is_never_for_one_section():
    with pytest.raises(ValidationError, match="belongs to the whole community"):
        factories.announcement(None, audience="section")
    page = factories.announcement("Ohio", audience="section")
    page.move(factories.index(AnnouncementPage, None), pos="last-child")
    assert AnnouncementPage.objects.get(pk=page.pk).access_keys() == {"members"}
    assert titles("texas-member") == [page.title]
    assert titles("pending") == []


def test_an_event_keeps_its_dates_and_the_row_repeats_them():
    page = factories.event(start_date=dt.date(2026, 7, 6), start_time=dt.time(10), tz="America/Phoenix")
    occurrence = Occurrence.objects.get(event=page)
    assert occurrence.starts_at == dt.datetime(2026, 7, 6, 17, tzinfo=dt.UTC)
    assert Entry.objects.get(pk=page.pk).starts_at == occurrence.starts_at
    page.start_time = dt.time(11)
    page.save_revision().publish()
    moved = Occurrence.objects.get(event=page)
    assert moved.starts_at == dt.datetime(2026, 7, 6, 18, tzinfo=dt.UTC)


def test_moving_the_time_raises_the_sequence_and_an_older_revision_never_lowers_it():
    page = factories.event(start_time=dt.time(10))
    first = page.latest_revision
    assert page.sequence == 0
    page.start_time = dt.time(11)
    page.save_revision().publish()
    assert type(page).objects.get(pk=page.pk).sequence == 1
    first.publish()
    again = type(page).objects.get(pk=page.pk)
    assert (again.start_time, again.sequence) == (dt.time(10), 2)


def test_when_what_follows_a_publish_fails_the_publish_has_not_happened(monkeypatch):
    page = factories.announcement(title="Before")
    page.title = "After"
    revision = page.save_revision()

    def fail(pages):
        raise RuntimeError("killed here")

    monkeypatch.setattr(entries, "write", fail)
    with pytest.raises(RuntimeError):
        revision.publish()
    assert AnnouncementPage.objects.get(pk=page.pk).title == "Before"
    assert Entry.objects.get(pk=page.pk).title == "Before"


def test_projecting_twice_gives_the_same_rows():
    page = factories.resource(topics=[Topic.objects.get(slug="housing")], year=2024, source_state="OH")
    before = (Entry.objects.values().get(pk=page.pk), facets(page))
    entries.project([page.pk])
    assert (Entry.objects.values().get(pk=page.pk), facets(page)) == before


def test_projecting_a_page_that_is_gone_does_no_harm():
    entries.project([10**9])
    assert Entry.objects.count() == 0


def test_a_new_section_comes_with_its_four_indexes_a_collection_groups_and_a_workflow():
    from home.models import SectionIndexPage
    from home.setup import add_section

    section = add_section(SectionIndexPage.objects.get(), title="Peer workforce", code="PEER")
    section = SectionPage.objects.get(pk=section.pk)
    assert [page.slug for page in section.get_children()] == ["announcements", "calendar", "library", "webinars"]
    assert section.collection.name == "Peer workforce"
    assert {role.kind for role in section.role_groups.all()} == {"reviewers", "editors"}
    assert LibraryPage.objects.child_of(section).get().get_workflow().name == "Peer workforce review"


def test_every_query_of_the_rule_agrees_with_can_see(persona):
    from home import access

    pages = [
        factories.resource(place, audience=audience, title=f"{place} {audience}")
        for place in ("Ohio", "Texas")
        for audience in ("public", "members", "section")
    ]
    user = person(persona)
    seen = set(Entry.objects.visible_to(user).values_list("pk", flat=True))
    assert {page.pk for page in pages if access.can_see(user, page)} == seen
    assert Entry.objects.visible_to(AnonymousUser()).count() == 2


def test_a_page_may_be_listed_in_every_section_at_once():
    others = list(SectionPage.objects.exclude(title="Ohio"))
    page = factories.resource("Ohio", audience="section", also_in=others)
    rule = Entry.objects.get(pk=page.pk).access.text
    assert all(f"|section:{section.pk}|" in rule for section in SectionPage.objects.all())
    longest = "|" + "|".join(f"section:{10**7 + number}" for number in range(100)) + "|"
    AccessRule(text=longest).full_clean()
