"""What an editor of one section can neither see nor change of another's, whatever address is typed.

The addresses come from the resolver, so a view that somebody adds later is tried too: one that takes an id of a name
that is not in `Ohio.values` fails the test until it says what the id is of.
"""

from __future__ import annotations

import itertools
import json

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import NoReverseMatch, get_resolver, reverse
from wagtail.models import Collection, ReferenceIndex

from home.models import AnnouncementPage, SiteDocument, SiteImage
from tests import factories
from tests.personas import person

CANARY = "kanarienvogel"
# What somebody may write about themselves: session, "I have this open", own account.
UNCHECKED = {"sessions.session", "wagtailadmin.editingsession", "wagtailsearch.indexentry", "wagtailusers.userprofile"}

# Whoever edits for the whole community keeps its vocabularies.
THEIRS = {("community-editor", "home.term"), ("community-editor", "wagtailcore.modellogentry")}


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
            "instance_pk": [self.draft.pk],
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
        """Every admin address with every combination of Ohio's ids."""
        for name, arguments in admin_addresses():
            unknown = arguments - self.values.keys() - {"pk"}
            assert not unknown, f"{name} takes {unknown}: say in Ohio.values what it is"
            ordered = sorted(arguments)
            choices = [self.pk_of(name) if key == "pk" else self.values[key] for key in ordered]
            for combination in itertools.product(*choices):
                try:
                    yield name, reverse(name, kwargs=dict(zip(ordered, combination, strict=True)))
                except NoReverseMatch:
                    continue

    def query(self):
        """Parameters that views read ids from."""
        ids = [*self.pages, self.document.pk, self.image.pk]
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


def snapshot():
    """All rows of all tables but those that any look may write, as comparable data."""
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label_lower not in UNCHECKED and model._meta.managed and not model._meta.proxy:
            rows[model._meta.label_lower] = sorted(map(repr, model._base_manager.values_list()))
    return rows


def text_of(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace") + json.dumps(dict(response.headers))


@pytest.mark.parametrize("name", ["texas-editor", "community-editor"])
def test_no_admin_address_tells_anything_of_another_sections_drafts(as_persona, name):
    ohio = Ohio()
    client = as_persona(name)
    client.raise_request_exception = False
    leaks = []
    for view, address in ohio.addresses():
        if view == "wagtailadmin_error_test":
            continue
        for url in (address, f"{address}?{ohio.query()}"):
            response = client.get(url)
            if CANARY in text_of(response).replace(f"={CANARY[:6]}", ""):
                leaks.append((view, url, response.status_code))
            if response.status_code >= 500:
                leaks.append((view, url, response.status_code))
    assert not leaks, "\n".join(map(str, leaks))


@pytest.mark.parametrize("name", ["texas-editor", "community-editor"])
def test_no_admin_post_changes_anything_of_another_section(as_persona, name):
    ohio = Ohio()
    client = as_persona(name)
    client.raise_request_exception = False
    client.get("/admin/")
    before, changed, wrote = snapshot(), [], []

    def watch(execute, sql, params, many, context):
        if sql.split(maxsplit=1)[0] in {"INSERT", "UPDATE", "DELETE", "REPLACE"}:
            wrote.append(sql)
        return execute(sql, params, many, context)

    for view, address in ohio.addresses():
        if view in {"wagtailadmin_error_test", "wagtailadmin_logout"}:
            continue
        for url in (address, f"{address}?{ohio.query()}"):
            point = transaction.savepoint()
            wrote.clear()
            with connection.execute_wrapper(watch):
                response = client.post(url, ohio.post())
            told = CANARY in text_of(response).replace(f"={CANARY[:6]}", "")
            if told or response.status_code >= 500:
                changed.append((view, url, response.status_code, "told" if told else "failed"))
            if wrote:
                after = snapshot()
                changed += [
                    (view, url, response.status_code, table)
                    for table in before
                    if before[table] != after[table] and (name, table) not in THEIRS
                ]
            transaction.savepoint_rollback(point)
    assert not changed, "\n".join(map(str, changed))


@pytest.mark.parametrize("name", ["ohio-editor", "ohio-reviewer", "admin"])
def test_no_admin_address_fails_for_those_who_work_there_and_they_do_find_their_things(as_persona, name):
    ohio = Ohio()
    client = as_persona(name)
    client.raise_request_exception = False
    failed, found = [], set()
    for view, address in ohio.addresses():
        if view in {"wagtailadmin_error_test", "wagtailadmin_logout"}:
            continue
        for url in (address, f"{address}?{ohio.query()}"):
            response = client.get(url)
            if CANARY in text_of(response).replace(f"={CANARY[:6]}", ""):
                found.add(view)
            if response.status_code >= 500:
                failed.append((view, url, response.status_code))
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
