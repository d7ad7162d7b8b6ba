"""Pages made in bulk are the pages that the admin would have made, and they are made fast."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from modelcluster.models import get_all_child_m2m_relations
from wagtail.models import Page, PageLogEntry, PageSubscription, ReferenceIndex, Revision
from wagtail.search.models import IndexEntry
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from calendar_app.models import EventPage, Occurrence
from home import bulk
from home.models import AnnouncementPage, Entry, Setting, Topic
from library.models import ResourceFile, ResourceLink, ResourcePage
from tests import factories
from tests.personas import person
from tests.planning import rows_known

# What two pages cannot have in common: numbers, addresses and the time of day.
OWN = {
    "id",
    "pk",
    "page_ptr",
    "contentpage_ptr",
    "path",
    "slug",
    "url_path",
    "translation_key",
    "latest_revision",
    "live_revision",
    "latest_revision_created_at",
    "first_published_at",
    "last_published_at",
}
TITLE = "Screening form for county jails"


def columns(instance, *, without=frozenset()):
    """Every column of a row that can be compared."""
    names = [field for field in instance._meta.concrete_fields if field.name not in OWN | without]
    return {field.name: str(field.value_from_object(instance)) for field in names}


def masked(value):
    """A JSON text without what is the page's own."""
    if isinstance(value, dict):
        own = OWN | {"id", "resource"}
        return {key: masked(item) for key, item in value.items() if key not in own}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return re.sub(r' data-block-key="\w+"', "", value) if isinstance(value, str) else value


def portrait(page):
    """Everything that the database holds of a page."""
    page = type(page).objects.get(pk=page.pk)
    revisions = list(Revision.objects.for_instance(page).order_by("pk"))
    body = json.loads(json.dumps(page.body.get_prep_value())) if hasattr(page, "body") else None
    index = IndexEntry.objects.filter(object_id=str(page.pk), content_type=page.content_type)
    return {
        "columns": columns(page, without={"body"}),
        "body": masked(body),
        "terms": {
            field.name: sorted(str(value) for value in getattr(page, field.name).all())
            for field in get_all_child_m2m_relations(type(page))
        },
        "files": [(file.document.title, file.label, file.sort_order) for file in page.files.order_by("sort_order")],
        "links": [(link.url, link.label, link.sort_order) for link in page.links.order_by("sort_order")],
        "revision is the latest": page.latest_revision_id == revisions[-1].pk,
        "revision is the live one": page.live_revision_id == revisions[-1].pk,
        "published": bool(page.first_published_at and page.last_published_at),
        "revisions": [
            (
                revision.content_type,
                revision.base_content_type,
                revision.user,
                revision.object_str,
                revision.approved_go_live_at,
                masked({**revision.content, "body": json.loads(revision.content["body"])}),
            )
            for revision in revisions
        ],
        "log": [
            (
                entry.action,
                entry.label,
                entry.user,
                entry.content_type,
                entry.content_changed,
                entry.deleted,
                entry.data,
                entry.uuid is not None,
                entry.revision_id and entry.revision_id == page.latest_revision_id,
            )
            for entry in PageLogEntry.objects.filter(page=page).order_by("pk")
        ],
        "subscriptions": list(PageSubscription.objects.filter(page=page).values_list("user", "comment_notifications")),
        "references": sorted(
            (
                str(ref.content_type),
                str(ref.base_content_type),
                str(ref.to_content_type),
                ref.to_object_id,
                ref.model_path,
            )
            for ref in ReferenceIndex.objects.filter(base_content_type=page.get_base_content_type(), object_id=page.pk)
        ),
        "admin search": list(index.values_list("title", "autocomplete", "body")),
        "row": [
            columns(row, without={"page", "url", "published_at", "updated_at"}) | {"url": row.url == page.url}
            for row in Entry.objects.filter(pk=page.pk)
        ],
        "facets": sorted(Entry.objects.filter(pk=page.pk).values_list("facets__name", "facets__value", "facets__type")),
    }


def through_the_form(library, client, action, document, topics, settings):
    """The page that an editor makes in the admin."""
    data = nested_form_data(
        {
            "title": TITLE,
            "slug": "made-in-the-admin",
            "summary": "Twelve questions that a deputy can ask.",
            "kind": "screening_tool",
            "audience": "members",
            "authors": "Ortiz, M; Chen, L",
            "publisher": "Ohio Department of Examples",
            "year": "2024",
            "source_state": "OH",
            "licence": "cc_by",
            "language": "es",
            "version": "3",
            "comment_notifications": "on",
            "files": inline_formset([{"document": document.pk, "label": "The form"}]),
            "links": inline_formset([{"url": "https://example.org/form", "label": ""}]),
            "body": streamfield([("text", rich_text("<p>Print on one page.</p>"))]),
            "comments": inline_formset([]),
            action: "yes",
        }
    )
    data |= {"topics": [topic.pk for topic in topics], "settings": [setting.pk for setting in settings]}
    response = client.post(reverse("wagtailadmin_pages:add", args=["library", "resourcepage", library.pk]), data)
    assert response.status_code == 302, response.context["form"].errors
    return ResourcePage.objects.get(title=TITLE)


def unsaved(document, topics, settings):
    """The same page, not saved."""
    return ResourcePage(
        title=TITLE,
        summary="Twelve questions that a deputy can ask.",
        kind="screening_tool",
        audience="members",
        authors="Ortiz, M; Chen, L",
        publisher="Ohio Department of Examples",
        year=2024,
        source_state="OH",
        licence="cc_by",
        language="es",
        version="3",
        topics=topics,
        settings=settings,
        files=[ResourceFile(document=document, label="The form")],
        links=[ResourceLink(url="https://example.org/form")],
        body=[("text", "<p>Print on one page.</p>")],
    )


@pytest.mark.parametrize("publish", [True, False], ids=["published", "draft"])
def test_a_bulk_page_is_the_page_that_the_admin_makes(as_persona, publish):
    library = factories.index(ResourcePage, "Ohio")
    document = factories.document(place="Ohio")
    topics, settings = list(Topic.objects.all()[:2]), list(Setting.objects.all()[:1])
    action = "action-publish" if publish else "action-save"
    one = through_the_form(library, as_persona("ohio-editor"), action, document, topics, settings)
    expected = portrait(one)

    (other,) = bulk.create(library, [unsaved(document, topics, settings)], user=person("ohio-editor"), publish=publish)

    assert portrait(other) == expected
    assert expected["revision is the latest"]
    assert expected["published"] is publish
    assert other.latest_revision.as_object().title == TITLE


def test_a_bulk_page_can_be_edited_and_published_again_by_the_admin(as_persona):
    library = factories.index(ResourcePage, "Ohio")
    (page,) = bulk.create(library, [ResourcePage(title="First")])
    page = ResourcePage.objects.get(pk=page.pk)
    page.title = "Second"
    page.save_revision().publish()
    assert Entry.objects.get(pk=page.pk).title == "Second"
    assert as_persona("visitor").get(page.url).status_code == 200


@pytest.mark.slow
def test_the_tree_is_sound_and_the_parent_counts_its_children():
    library = factories.index(ResourcePage, "Ohio")
    factories.resource(title="There before")
    bulk.create(library, [ResourcePage(title=f"Number {number}") for number in range(450)])
    library.refresh_from_db()
    assert library.numchild == 451
    assert library.get_children().count() == 451
    assert Page.find_problems() == ([], [], [], [], [])
    assert library.add_child(instance=ResourcePage(title="After")).path > library.get_children()[450].path


def test_equal_and_empty_titles_get_addresses_of_their_own():
    library = factories.index(ResourcePage, "Ohio")
    factories.resource(title="Same")
    titles = ["Same", "Same", "Same 2", "???", "資源"]
    pages = bulk.create(library, [ResourcePage(title=title) for title in titles])
    assert [page.slug for page in pages] == ["same-2", "same-3", "same-2-2", "resource", "資源"]


def test_an_address_of_a_long_title_ends_at_a_word():
    library = factories.index(ResourcePage, "Ohio")
    (page,) = bulk.create(library, [ResourcePage(title="Assessment of readiness " * 10)])
    assert len(page.slug) <= bulk.SLUG_LENGTH
    assert page.slug.endswith("-readiness")


def test_a_page_keeps_the_day_on_which_it_was_first_published():
    page = factories.resource(title="Model")
    (made,) = bulk.create(page.get_parent(), [ResourcePage(title="Older", first_published_at="2020-05-01T12:00:00Z")])
    made.refresh_from_db()
    assert made.first_published_at.year == 2020
    assert Entry.objects.get(pk=made.pk).published_at.year == 2020
    assert made.last_published_at.year > 2020


def test_pages_made_together_can_each_have_their_own_day():
    days = {"A year ago": dt.timedelta(days=365), "A week ago": dt.timedelta(days=7)}
    now = timezone.now()
    pages = bulk.create(
        factories.index(ResourcePage, "Ohio"),
        [ResourcePage(title=title) for title in days],
        at=lambda page: now - days[page.title],
    )
    for page in pages:
        day = now - days[page.title]
        page.refresh_from_db()
        assert page.first_published_at == page.last_published_at == page.latest_revision_created_at == day
        assert page.latest_revision.created_at == day
        assert set(PageLogEntry.objects.filter(page=page).values_list("timestamp", flat=True)) == {day}
        assert Entry.objects.get(pk=page.pk).published_at == day


def test_a_page_that_the_form_would_refuse_is_refused_and_nothing_is_made():
    library = factories.index(ResourcePage, "Ohio")
    pages = [ResourcePage(title="Good"), ResourcePage(title="Too early", year=1066)]
    with pytest.raises(ValidationError, match="Too early"):
        bulk.create(library, pages)
    assert not ResourcePage.objects.exists()


def test_shared_content_for_one_section_only_is_refused():
    with pytest.raises(ValidationError, match="whole community"):
        bulk.create(factories.index(ResourcePage, None), [ResourcePage(title="Whose", audience="section")])


def test_pages_of_two_types_in_one_call_are_refused():
    with pytest.raises(TypeError, match="one type"):
        bulk.create(factories.index(ResourcePage, "Ohio"), [ResourcePage(title="A"), AnnouncementPage(title="B")])


def test_events_get_their_dates():
    model = factories.event()
    (event,) = bulk.create(
        model.get_parent(), [EventPage(title="Call", start_date=model.start_date, start_time=model.start_time)]
    )
    assert Occurrence.objects.filter(event=event).count() == 1
    assert Entry.objects.get(pk=event.pk).starts_at


def test_a_hundred_pages_take_as_many_queries_as_ten():
    library = factories.index(ResourcePage, "Ohio")
    topics = list(Topic.objects.all()[:2])

    def queries(number):
        links = [ResourceLink(url="https://example.org/")]
        pages = [ResourcePage(title=f"{number} {n}", topics=topics, links=list(links)) for n in range(number)]
        with CaptureQueriesContext(connection) as captured:
            bulk.create(library, pages, user=person("ohio-editor"))
        return len(captured)

    bulk.create(library, [ResourcePage(title="Warm")])
    # SQLite takes some 999 values a statement, so a wide table needs several for a batch.
    assert queries(100) - queries(10) < 30


def test_after_many_pages_the_database_knows_how_full_its_tables_are():
    library = factories.index(ResourcePage, "Ohio")
    bulk.create(library, [ResourcePage(title=f"Guide {number}") for number in range(bulk.BATCH)])
    assert rows_known("home_entry") >= bulk.BATCH
