"""What an editor of one section can neither see nor change of another's, whatever address is typed.

The addresses come from the resolver, so a view that somebody adds later is tried too: one that takes an id of a name
that is not in `Ohio.values` fails the test until it says what the id is of.
"""

from __future__ import annotations

import itertools
import json
import re

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.http import HttpResponseNotFound
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction, ReferenceIndex

from home.checks import missing, no_restrictions, page_types_know_their_place
from home.models import AnnouncementPage, ContactMessage, HomePage, SiteDocument, SiteImage
from library.models import ResourceImport, ResourcePage
from tests import factories
from tests.outside import faults
from tests.personas import person

CANARY = "kanarienvogel"
# What somebody may write about themselves: session, "I have this open", own account.
UNCHECKED = {"sessions.session", "wagtailadmin.editingsession", "wagtailsearch.indexentry", "wagtailusers.userprofile"}

# Fails on purpose; ends the session.
NOT_TRIED = {"wagtailadmin_error_test", "wagtailadmin_logout"}
# Whoever edits for the whole community keeps its vocabularies and the words of its search.
THEIRS = {
    ("community-editor", "home.term"),
    ("community-editor", "search.synonymgroup"),
    ("community-editor", "search.pick"),
    ("community-editor", "wagtailcore.modellogentry"),
}


MODELS = {(model._meta.app_label, model._meta.model_name) for model in apps.get_models()}


def admin_addresses():
    """Every named pattern of the admin: (name with namespaces, names of its arguments)."""

    def walk(resolver, namespaces, arguments):
        for pattern in resolver.url_patterns:
            own = arguments | set(pattern.pattern.regex.groupindex) | set(getattr(pattern.pattern, "converters", {}))
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, [*namespaces, pattern.namespace] if pattern.namespace else namespaces, own)
            elif pattern.name:
                yield ":".join([*namespaces, pattern.name]), frozenset(own)

    found = set()
    for pattern in get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns") and str(pattern.pattern) == "admin/":
            found |= set(walk(pattern, [], set()))
    return sorted(found, key=lambda pair: (pair[0], sorted(pair[1])))


class Ohio:
    """Things of Ohio's that nobody elsewhere may see. Every one of them bears the canary."""

    def __init__(self):
        self.editor = person("ohio-editor")
        place = factories.section("Ohio")
        self.draft = factories.announcement(publish=False, title=f"Draft {CANARY}", summary=CANARY, owner=self.editor)
        self.only_ohio = factories.announcement(audience="section", title=f"Only Ohio {CANARY}")
        self.revised = factories.announcement(audience="public", title="An open announcement")
        newer = AnnouncementPage.objects.get(pk=self.revised.pk)
        newer.title = f"Renamed {CANARY}"
        self.newer = newer.save_revision(user=self.editor)
        below = place.collection.add_child(instance=Collection(name="Below Ohio"))
        self.document = factories.document(f"File {CANARY}", name=f"{CANARY}.pdf", place="Ohio")
        self.image = factories.image(f"Picture {CANARY}", restricted=True, place="Ohio")
        SiteDocument.objects.filter(pk=factories.document(f"Deep {CANARY}", place="Ohio").pk).update(collection=below)
        SiteImage.objects.filter(pk=factories.image(f"Deep {CANARY}", place="Ohio").pk).update(collection=below)
        self.deep_document = SiteDocument.objects.get(collection=below)
        self.deep_image = SiteImage.objects.get(collection=below)
        self.draft.body = f'<a linktype="document" id="{self.document.pk}">x</a>'
        self.revision = self.draft.save_revision(user=self.editor)
        workflow = self.draft.get_workflow()
        self.state = workflow.start(self.draft, self.editor)
        self.task_state = self.state.current_task_state
        ReferenceIndex.create_or_update_for_object(self.draft)
        self.upload = ResourceImport.objects.create(
            owner=self.editor,
            library=factories.index(ResourcePage, "Ohio"),
            file=ContentFile(f"Title\n{CANARY}\n".encode(), name="upload"),
            file_name=f"{CANARY}.csv",
        )
        self.message = ContactMessage.objects.create(
            section=place, about="state", name=CANARY, email=f"{CANARY}@agency.example", text=CANARY, fingerprint="x"
        )
        self.pages = [self.draft.pk, self.only_ohio.pk, self.revised.pk]
        texas = factories.index(AnnouncementPage, "Texas")
        pages = self.pages
        self.values = {
            "page_id": pages,
            "parent_page_id": [*pages, self.draft.get_parent().pk],
            "page_to_move_id": pages,
            "page_pk": [place.pk, *pages],
            "destination_id": [texas.pk, self.draft.get_parent().pk],
            "revision_id": [self.revision.pk, self.newer.pk],
            "revision_id_a": ["earliest", str(self.newer.pk)],
            "revision_id_b": ["latest"],
            "task_id": [self.task_state.task_id],
            "task_state_id": [self.task_state.pk],
            "workflow_state_id": [self.state.pk],
            "workflow_pk": [workflow.pk],
            "document_id": [self.document.pk, self.deep_document.pk],
            "doc_id": [self.document.pk, self.deep_document.pk],
            "image_id": [self.image.pk, self.deep_image.pk],
            "collection_id": [place.collection_id, below.pk],
            "uploaded_file_id": [1],
            "redirect_id": [1],
            "session_id": [1],
            "instance_pk": [self.draft.pk, self.message.pk],
            "import_id": [self.upload.pk],
            "object_id": [str(pk) for pk in [*pages, self.document.pk, self.image.pk]],
            "action_name": ["approve", "reject", "publish", "unpublish", "delete", "copy", "move"],
            "filter_spec": ["width-100"],
            "content_type_app_name": ["home"],
            "content_type_model_name": ["announcementpage"],
            "app_label": ["home", "wagtailcore"],
            "app_name": ["home"],
            "model_name": ["announcementpage", "sitedocument", "siteimage", "page", "communitysettings"],
            "action": ["delete", "move", "publish", "unpublish", "retire", "add_to_collection", "add_tags"],
            "uidb64": ["x"],
            "token": ["x"],
        }
        # A bare `pk` means what the view's namespace says.
        below_namespace = {
            "document": [self.document.pk, self.deep_document.pk],
            "image": [self.image.pk, self.deep_image.pk],
            "page": pages,
        }
        self.pk_of = lambda name: next((pks for word, pks in below_namespace.items() if word in name), [1, place.pk])

    def addresses(self):
        """Every admin address with every combination of Ohio's ids, in the path and in the query."""
        for name, arguments in admin_addresses():
            if name in NOT_TRIED:
                continue
            unknown = arguments - self.values.keys() - {"pk"}
            assert not unknown, f"{name} takes {unknown}: say in Ohio.values what it is"
            ordered = sorted(arguments)
            choices = [self.pk_of(name) if key == "pk" else self.values[key] for key in ordered]
            for combination in itertools.product(*choices):
                given = dict(zip(ordered, combination, strict=True))
                model = given.get("app_label") or given.get("app_name"), given.get("model_name")
                if model[1] and model not in MODELS:
                    continue
                try:
                    address = reverse(name, kwargs=given)
                except NoReverseMatch:
                    continue
                yield name, f"{address}?{self.query(address)}"
                if not arguments:
                    yield name, address

    def query(self, address):
        """Parameters that views read ids from. A view that takes pages gets pages: a file's id may be another page's."""
        ids = self.pages if "/wagtailcore/page/" in address else [*self.pages, self.document.pk, self.image.pk]
        pairs = [("id", pk) for pk in ids] + [
            ("q", CANARY[:6]),
            ("search", CANARY[:6]),
            ("target_pages[]", self.draft.pk),
        ]
        return "&".join(f"{key}={value}" for key, value in pairs)

    def post(self):
        """What somebody might post by hand."""
        texas = factories.index(AnnouncementPage, "Texas").pk
        return {
            "title": "Hijacked",
            "slug": "hijacked",
            "new_title": "Hijacked",
            "new_slug": "hijacked",
            "new_parent_page": texas,
            "chooser": texas,
            "destination": texas,
            "publish_copies": "on",
            "copy_subpages": "on",
            "name": "Hijacked",
            "restriction_type": "login",
            "action-publish": "1",
            "comment": "Hijacked",
            "position": 0,
            "collection": factories.section("Texas").collection_id,
            "tags": "hijacked",
            "audience": "public",
            "kind": "news",
            "summary": "Hijacked",
            "body": json.dumps({"blocks": [], "entityMap": {}}),
            "page": self.draft.pk,
            "url": self.only_ohio.get_full_url() or "/",
            "external-link-chooser-url": self.revised.get_url(),
            "external-link-chooser-link_text": "x",
        }


# What a statement writes to, as Django words it on both databases.
WRITES = re.compile(r'(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM) "(\w+)"')
CHECKED = {
    model._meta.db_table: model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.label_lower not in UNCHECKED and model._meta.managed and not model._meta.proxy
}


def rows_of(table):
    """All rows of a table, as comparable data."""
    found = CHECKED[table]._base_manager.values_list()
    return sorted(repr([stored(value) for value in row]) for row in found)


def stored(value):
    """A value as it stands in the database: a body's own repr tells addresses in memory."""
    return value.get_prep_value() if isinstance(value, StreamValue) else value


@pytest.fixture
def brief(monkeypatch):
    """Half of all answers say that there is no page here. Theirs is another test's matter, and drawing it is most of what
    such an answer costs: here its reason is enough, which is more than the page tells."""
    monkeypatch.setattr(
        "worksite.urls.handler404", lambda request, exception: HttpResponseNotFound(str(exception)), raising=False
    )


def text_of(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace") + json.dumps(dict(response.headers))


@pytest.mark.slow
@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("name", ["texas-editor", "community-editor"])
def test_no_admin_address_tells_anything_of_another_sections_drafts(as_persona, name):
    ohio = Ohio()
    client = as_persona(name)
    client.raise_request_exception = False
    leaks = []
    for view, url in ohio.addresses():
        response = client.get(url)
        if CANARY in text_of(response).replace(f"={CANARY[:6]}", ""):
            leaks.append((view, url, response.status_code))
        if response.status_code >= 500:
            leaks.append((view, url, response.status_code))
    assert not leaks, "\n".join(map(str, leaks))


@pytest.mark.slow
@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("name", ["texas-editor", "community-editor"])
def test_no_admin_post_changes_anything_of_another_section(as_persona, name):
    ohio = Ohio()
    client = as_persona(name)
    client.raise_request_exception = False
    client.get("/admin/")
    before, changed, wrote = {table: rows_of(table) for table in CHECKED}, [], set()

    def watch(execute, sql, params, many, context):
        if sql.split(maxsplit=1)[0] in {"INSERT", "UPDATE", "DELETE", "REPLACE"}:
            wrote.add(WRITES.match(sql).group(1))
        return execute(sql, params, many, context)

    for view, url in ohio.addresses():
        point = transaction.savepoint()
        wrote.clear()
        with connection.execute_wrapper(watch):
            response = client.post(url, ohio.post())
        told = CANARY in text_of(response).replace(f"={CANARY[:6]}", "")
        if told or response.status_code >= 500:
            changed.append((view, url, response.status_code, "told" if told else "failed"))
        changed += [
            (view, url, response.status_code, table)
            for table in sorted(wrote & CHECKED.keys())
            if (name, CHECKED[table]._meta.label_lower) not in THEIRS and rows_of(table) != before[table]
        ]
        transaction.savepoint_rollback(point)
    assert not changed, "\n".join(map(str, changed))


@pytest.mark.slow
@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("name", ["ohio-editor", "ohio-reviewer", "admin"])
def test_no_admin_address_fails_for_those_who_work_there_and_they_do_find_their_things(as_persona, name):
    ohio = Ohio()
    client = as_persona(name)
    client.raise_request_exception = False
    failed, found = [], set()
    for view, url in ohio.addresses():
        response = client.get(url)
        if CANARY in text_of(response).replace(f"={CANARY[:6]}", ""):
            found.add(view)
        if response.status_code >= 500:
            failed.append((view, url, response.status_code))
        failed += [(view, url, fault) for fault in faults(response)]
    assert not failed, "\n".join(map(str, failed))
    expected = {
        "wagtailadmin_explore",
        "wagtailadmin_pages:edit",
        "wagtailadmin_pages:history",
        "wagtailadmin_pages:search",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtaildocs_chooser:choose",
        "wagtailimages_chooser:choose",
    }
    assert expected <= found


@pytest.mark.parametrize("what", ["section", "announcements", "calendar", "library", "webinars"])
@pytest.mark.parametrize("name", ["ohio-editor", "ohio-lead"])
def test_what_administrators_set_stays_also_when_it_is_posted(as_persona, what, name):
    place = factories.section("Ohio")
    page = place if what == "section" else place.get_children().get(slug=what).specific
    client = as_persona(name)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = {
        "introduction": "Changed by its editor",
        "time_zone": "America/New_York",
        "title": "Hijacked",
        "slug": "hijacked",
        "code": "XX",
        "kind": "work_group",
        "hhs_region": "9",
        "wishes-TOTAL_FORMS": "0",
        "wishes-INITIAL_FORMS": "0",
        "action-publish": "1",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    assert client.get(address).status_code == 200
    client.post(address, form)
    after = type(page).objects.get(pk=page.pk)
    assert (after.title, after.draft_title, after.slug) == (page.title, page.title, page.slug)
    if what == "section":
        assert (after.code, after.kind, after.hhs_region) == (page.code, page.kind, page.hhs_region)
        assert after.introduction == "Changed by its editor"


@pytest.mark.parametrize("name", ["ohio-editor", "community-editor", "admin"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_own_privacy_is_not_there(as_persona, name, method):
    page = factories.announcement()
    client = as_persona(name)
    data = {"restriction_type": "login", "password": "x"}
    for address in (
        reverse("wagtailadmin_pages:set_privacy", args=[page.pk]),
        reverse("wagtailadmin_collections:set_privacy", args=[factories.section("Ohio").collection_id]),
    ):
        assert getattr(client, method)(address, data).status_code == 404
    assert no_restrictions(databases=["default"]) == []
    assert "Set page privacy" not in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def test_a_restriction_made_some_other_way_fails_the_check():
    PageViewRestriction.objects.create(page=factories.announcement(), restriction_type="login")
    CollectionViewRestriction.objects.create(collection=factories.section("Ohio").collection, restriction_type="login")
    assert [error.id for error in no_restrictions(databases=["default"])] == ["home.E001", "home.E001"]


def test_every_page_type_knows_its_place():
    assert page_types_know_their_place() == []
    assert list(
        missing(
            type(
                "Nowhere",
                (),
                {"private_page_options": ["login"], "is_creatable": True, "page_description": "", "__module__": "home"},
            )
        )
    )


def test_no_api_is_mounted_for_readers():
    for address in ("/api/v2/pages/", "/api/v3/pages/", "/api/"):
        assert Client().get(address).status_code == 404


class TestReview:
    """Each section has one step: whoever of the section may review approves, and the page is published."""

    def start(self):
        author = person("ohio-reviewer")
        page = factories.announcement(publish=False, owner=author, title="For review", audience="public")
        return page, page.get_workflow().start(page, author).current_task_state

    def approve(self, client, page, task_state):
        address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task_state.pk])
        return client.post(address, {"comment": ""})

    def test_a_reviewer_drafts_and_submits_but_does_not_publish(self, as_persona):
        client = as_persona("ohio-reviewer")
        parent = factories.index(AnnouncementPage, "Ohio")
        form = {
            "title": "From a reviewer",
            "slug": "from-a-reviewer",
            "kind": "news",
            "audience": "members",
            "body": json.dumps({"blocks": [], "entityMap": {}}),
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
        }
        add = reverse("wagtailadmin_pages:add", args=["home", "announcementpage", parent.pk])
        client.post(add, form | {"action-publish": "1"})
        client.post(add, form | {"slug": "another-one", "action-submit": "1"})
        made = AnnouncementPage.objects.filter(title="From a reviewer")
        assert made.exists()
        assert not made.filter(live=True).exists()
        assert [page.workflow_in_progress for page in made].count(True) == 1

    @pytest.mark.parametrize("name", ["ohio-editor", "ohio-lead"])
    def test_the_sections_editors_approve_and_it_is_published(self, as_persona, name):
        page, task_state = self.start()
        self.approve(as_persona(name), page, task_state)
        assert AnnouncementPage.objects.get(pk=page.pk).live

    def test_another_reviewer_approves_and_it_is_published(self):
        page, task_state = self.start()
        client = Client()
        client.force_login(factories.user("", ("Ohio", "reviewer")))
        self.approve(client, page, task_state)
        assert AnnouncementPage.objects.get(pk=page.pk).live

    def test_nobody_without_the_right_to_publish_approves_their_own(self, as_persona):
        page, task_state = self.start()
        client = as_persona("ohio-reviewer")
        self.approve(client, page, task_state)
        page = AnnouncementPage.objects.get(pk=page.pk)
        assert (page.live, page.workflow_in_progress) == (False, True)
        assert "Somebody else has to approve" in client.get(reverse("wagtailadmin_home")).content.decode()

    @pytest.mark.parametrize("name", ["texas-editor", "community-editor", "ohio-member", "visitor"])
    def test_nobody_else_approves(self, as_persona, name):
        page, task_state = self.start()
        self.approve(as_persona(name), page, task_state)
        assert not AnnouncementPage.objects.get(pk=page.pk).live

    def test_a_reviewer_reads_and_edits_what_is_to_be_approved_and_nobody_elses_drafts(self, as_persona):
        page, _ = self.start()
        other = factories.announcement(publish=False, owner=person("ohio-editor"))
        client = as_persona("ohio-reviewer")
        assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
        assert client.get(reverse("wagtailadmin_pages:edit", args=[other.pk])).status_code in (302, 403)


@pytest.mark.parametrize("slug", ["announcements", "calendar", "library", "webinars", "about", "help"])
def test_whoever_has_a_community_role_edits_shared_content(as_persona, slug):
    page = HomePage.objects.get().get_children().get(slug=slug)
    assert as_persona("community-editor").get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert as_persona("ohio-editor").get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 404


def test_files_are_edited_by_their_section_and_chosen_from_the_whole_community_too(as_persona):
    ours, theirs, shared = (factories.document(f"{place} file", place=place) for place in ("Ohio", "Texas", None))
    client = as_persona("ohio-editor")
    status = [client.get(reverse("wagtaildocs:edit", args=[file.pk])).status_code for file in (ours, theirs, shared)]
    assert status == [200, 302, 302]
    offered = client.get(reverse("wagtaildocs_chooser:choose_results")).content.decode()
    assert ["Ohio file" in offered, "Texas file" in offered, "None file" in offered] == [True, False, True]
    for file in (theirs, shared):
        client.post(reverse("wagtaildocs:delete", args=[file.pk]))
        assert SiteDocument.objects.filter(pk=file.pk).exists()
    client.post(reverse("wagtaildocs:delete", args=[ours.pk]))
    assert not SiteDocument.objects.filter(pk=ours.pk).exists()


def test_an_editor_moves_within_the_section_and_nowhere_else(as_persona):
    page = factories.announcement("Ohio")
    client = as_persona("ohio-editor")
    for place in ("Texas", None):
        target = factories.index(AnnouncementPage, place)
        client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk]))
        client.post(f"/admin/bulk/wagtailcore/page/move/?id={page.pk}", {"chooser": target.pk})
        assert AnnouncementPage.objects.get(pk=page.pk).section.title == "Ohio"
    assert page.permissions_for_user(person("ohio-editor")).can_move()
