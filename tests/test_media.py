"""Files and restricted pictures: as visible as the published pages that use them, whatever else happens."""

from __future__ import annotations

import datetime as dt
import json
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.models import Collection

from home import access
from home.models import AnnouncementPage, SiteDocument, SiteImage, StandardPage
from home.pictures import remove_leftovers
from home.retirement import retire
from library.models.resources import ResourceFile
from tests import factories
from tests.admin_forms import edit_address, send
from tests.personas import person

PERSONAS = [
    "visitor",
    "pending",
    "texas-member",
    "ohio-member",
    "ohio-reviewer",
    "ohio-editor",
    "texas-editor",
    "admin",
]


def readers(file):
    return [name for name in PERSONAS if access.can_see_file(person(name), file)]


def link(document):
    return f'<p><a linktype="document" id="{document.pk}">the file</a></p>'


def picture(image):
    return f'<embed embedtype="image" id="{image.pk}" format="fullwidth" alt=""/>'


WORKERS = ["ohio-reviewer", "ohio-editor", "admin"]


def test_what_nothing_published_uses_is_for_those_who_work_with_it():
    document = factories.document(place="Ohio")
    assert readers(document) == WORKERS
    factories.announcement(publish=False, audience="public", body=link(document))
    assert readers(document) == WORKERS


def test_a_draft_of_a_published_page_opens_no_file():
    document = factories.document(place="Ohio")
    page = factories.announcement(audience="public")
    page.body = link(document)
    page.save_revision()
    assert readers(document) == WORKERS
    page.get_latest_revision().publish()
    assert readers(document) == PERSONAS


def test_a_file_that_a_newer_version_dropped_closes_with_it():
    document = factories.document(place="Ohio")
    page = factories.announcement(audience="public", body=link(document))
    page.body = ""
    page.save_revision().publish()
    assert readers(document) == WORKERS


@pytest.mark.parametrize("ending", ["retired", "unpublished", "expired", "deleted"])
def test_a_page_that_is_gone_takes_its_files_along(ending):
    document = factories.document(place="Ohio")
    page = factories.announcement(audience="public", body=link(document))
    if ending == "retired":
        retire(page, person("ohio-editor"))
    elif ending == "unpublished":
        page.unpublish()
    elif ending == "expired":
        AnnouncementPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - dt.timedelta(seconds=1))
        page = AnnouncementPage.objects.get(pk=page.pk)
        page.save()
    else:
        page.delete()
    assert readers(document) == WORKERS


def test_a_file_of_another_sections_page_follows_that_page():
    document = factories.document(place="Texas")
    factories.announcement("Ohio", audience="section", body=link(document))
    assert readers(document) == ["ohio-member", "ohio-reviewer", "ohio-editor", "texas-editor", "admin"]


def test_a_file_in_a_collection_below_is_its_sections_too():
    below = factories.section("Ohio").collection.add_child(instance=Collection(name="Below"))
    document = factories.document(place="Ohio")
    SiteDocument.objects.filter(pk=document.pk).update(collection=below)
    document.refresh_from_db()
    assert readers(document) == WORKERS


def test_a_file_in_the_notes_of_a_public_call_is_for_members():
    document = factories.document(place="Ohio")
    factories.call(audience="public", notes=link(document))
    assert readers(document) == ["texas-member", "ohio-member", "ohio-reviewer", "ohio-editor", "texas-editor", "admin"]


def test_the_notes_do_not_close_a_file_that_the_page_shows_openly_elsewhere():
    document = factories.document(place="Ohio")
    factories.call(audience="public", notes=link(document))
    factories.resource(audience="public", files=[ResourceFile(document=document)])
    assert readers(document) == PERSONAS


def test_a_file_on_a_page_that_everybody_sees_is_open():
    document = factories.document()
    page = StandardPage.objects.get(slug="help")
    page.body = json.dumps([{"type": "text", "value": link(document)}])
    page.save_revision().publish()
    assert access.can_see_file(None, document)


@pytest.fixture
def stopped_worker(settings):
    """No background task of Wagtail's ever runs."""
    settings.TASKS = {name: {"BACKEND": "django_tasks.backends.dummy.DummyBackend"} for name in settings.TASKS}


@pytest.mark.parametrize("model", [AnnouncementPage, StandardPage])
def test_with_the_worker_stopped_a_file_that_was_taken_off_is_closed(stopped_worker, model):
    document = factories.document(place="Ohio")
    if model is AnnouncementPage:
        page = factories.announcement(audience="public", body=link(document))
        page.body = ""
    else:
        page = StandardPage.objects.get(slug="help")
        page.body = json.dumps([{"type": "text", "value": link(document)}])
        page.save_revision().publish()
        page = StandardPage.objects.get(slug="help")
        assert access.can_see_file(None, document)
        page.body = json.dumps([])
    page.save_revision().publish()
    assert readers(document) == WORKERS


def test_with_the_worker_stopped_a_page_that_was_closed_closes_its_file(stopped_worker, as_persona):
    document = factories.document(place="Ohio")
    page = factories.announcement(audience="public", body=link(document))
    page.audience = "section"
    page.save_revision().publish()
    assert as_persona("visitor").get(document.url).status_code == 302
    assert as_persona("texas-member").get(document.url).status_code == 403


def public_file(name):
    return Path(settings.MEDIA_ROOT) / name


def test_a_picture_that_becomes_restricted_leaves_no_public_copy(django_capture_on_commit_callbacks, stopped_worker):
    image = factories.image(place="Ohio")
    rendition = image.get_rendition("width-100")
    old = [image.file.name, rendition.file.name]
    assert all(public_file(name).exists() for name in old)
    image.restricted = True
    with django_capture_on_commit_callbacks(execute=True):
        image.save()
    assert not any(public_file(name).exists() for name in old)
    image = SiteImage.objects.get(pk=image.pk)
    assert image.file.name.startswith("restricted/")
    assert image.file.read()[:4] == b"\x89PNG"
    assert (image.width, image.height, image.leftovers) == (640, 480, [])
    assert image.get_rendition("width-100").file.name.startswith("restricted/")


def test_a_new_file_that_comes_restricted_leaves_no_public_copy_of_the_old(
    as_persona, django_capture_on_commit_callbacks, stopped_worker
):
    image = factories.image(place="Ohio")
    old = [image.file.name, image.get_rendition("width-100").file.name]
    buffer = BytesIO()
    Image.new("RGB", (300, 200), "navy").save(buffer, "PNG")
    form = {
        "title": image.title,
        "file": SimpleUploadedFile("new.png", buffer.getvalue(), "image/png"),
        "restricted": "on",
        "collection": image.collection_id,
        "description": "x",
        "tags": "",
    }
    with django_capture_on_commit_callbacks(execute=True):
        as_persona("ohio-editor").post(reverse("wagtailimages:edit", args=[image.pk]), form)
    image = SiteImage.objects.get(pk=image.pk)
    assert (image.restricted, image.width) == (True, 300)
    assert image.file.name.startswith("restricted/")
    assert image.file.read()
    assert not any(public_file(name).exists() for name in old)


def test_killed_before_the_old_files_went_the_clock_removes_them():
    image = factories.image(place="Ohio")
    old = image.file.name
    image.restricted = True
    image.save()  # what follows the commit never runs
    assert public_file(old).exists()
    remove_leftovers()
    assert not public_file(old).exists()
    assert SiteImage.objects.get(pk=image.pk).leftovers == []
    remove_leftovers()


def test_a_failed_write_leaves_the_picture_where_it_was(monkeypatch):
    image = factories.image(place="Ohio")
    old = image.file.name
    monkeypatch.setattr("wagtail.images.models.AbstractImage.save", None, raising=False)
    image.restricted = True
    with pytest.raises(TypeError):
        image.save()
    monkeypatch.undo()
    image = SiteImage.objects.get(pk=image.pk)
    assert (image.restricted, image.file.name, default_storage.exists(old)) == (False, old, True)


def test_a_picture_comes_back_into_the_open(django_capture_on_commit_callbacks):
    image = factories.image(restricted=True, place="Ohio")
    private = image.file.name
    image.restricted = False
    with django_capture_on_commit_callbacks(execute=True):
        image.save()
    image = SiteImage.objects.get(pk=image.pk)
    assert public_file(image.file.name).exists()
    assert not image.file.storage.exists(private)


def test_a_picture_on_a_public_page_cannot_be_restricted(as_persona):
    image = factories.image(place="Ohio")
    factories.announcement(audience="public", body=picture(image))
    form = {"title": image.title, "restricted": "on", "collection": image.collection_id, "description": "x", "tags": ""}
    answer = as_persona("ohio-editor").post(reverse("wagtailimages:edit", args=[image.pk]), form)
    assert "Take it off that page first." in answer.content.decode()
    image.refresh_from_db()
    assert not image.restricted
    image.restricted = True
    with pytest.raises(ValidationError):
        image.save()


def test_a_picture_on_members_pages_can_be_restricted():
    image = factories.image(place="Ohio")
    factories.announcement(audience="members", body=picture(image))
    image.restricted = True
    image.save()
    assert SiteImage.objects.get(pk=image.pk).restricted


@pytest.mark.parametrize("where", ["rich text", "StreamField"])
def test_a_public_page_with_a_restricted_picture_is_not_published(where):
    image = factories.image("The plan", restricted=True, place="Ohio")
    if where == "rich text":
        page = factories.announcement(publish=False, audience="public", body=picture(image))
    else:
        body = json.dumps([{"type": "text", "value": picture(image)}])
        page = factories.resource(publish=False, audience="public", body=body)
    with pytest.raises(ValidationError, match="The plan"):
        page.get_latest_revision().publish()
    assert not type(page).objects.get(pk=page.pk).live
    assert not access.can_see_file(None, image)


def test_widening_a_page_with_a_restricted_picture_is_refused():
    image = factories.image(restricted=True, place="Ohio")
    page = factories.announcement(audience="members", body=picture(image))
    page.audience = "public"
    revision = page.save_revision()
    with pytest.raises(ValidationError):
        revision.publish()
    assert AnnouncementPage.objects.get(pk=page.pk).audience == "members"


def test_a_restricted_picture_in_the_notes_of_a_public_call_is_for_members():
    image = factories.image(restricted=True, place="Ohio")
    call = factories.call(audience="public", notes=picture(image))
    assert call.live
    assert not access.can_see_file(None, image)
    assert access.can_see_file(person("texas-member"), image)


def test_publishing_from_a_list_says_why_not(as_persona):
    image = factories.image("The plan", restricted=True, place="Ohio")
    page = factories.announcement(publish=False, audience="public", body=picture(image))
    client = as_persona("ohio-editor")
    client.post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}")
    assert not AnnouncementPage.objects.get(pk=page.pk).live
    assert "only for pages that are not public" in client.get(reverse("wagtailadmin_home")).content.decode()


class TestNamingByNumber:
    """A file is as visible as the pages that use it: nobody opens another section's file by putting its number on a page."""

    def post(self, client, page, **changes):
        return send(client, edit_address(page), "action-publish", **changes)

    @pytest.mark.slow
    @pytest.mark.parametrize("button", ["", "action-publish", "action-submit"])
    @pytest.mark.parametrize("what", ["document", "restricted picture", "page"])
    def test_another_sections_things_are_refused_in_words(self, as_persona, button, what):
        document = factories.document("Draft budget", place="Ohio")
        image = factories.image("Secret plan", restricted=True, place="Ohio")
        draft = factories.announcement("Ohio", publish=False, title="Secret draft", slug="secret-draft")
        body = {
            "document": link(document),
            "restricted picture": picture(image),
            "page": f'<p><a linktype="page" id="{draft.pk}">x</a></p>',
        }[what]
        page = factories.announcement("Texas", audience="public")
        answer = send(as_persona("texas-editor"), edit_address(page), button, body=body).content.decode()
        assert "that you cannot choose" in answer
        assert not any(word in answer for word in ("Draft budget", "Secret plan", "Secret draft"))
        assert page.get_latest_revision().content["body"] == ""
        assert not access.can_see_file(None, document)

    def test_in_an_inline_panel_too(self, as_persona):
        document = factories.document("Draft budget", place="Ohio")
        page = factories.resource("Texas", audience="public")
        files = {
            "files-TOTAL_FORMS": "1",
            "files-0-id": "",
            "files-0-ORDER": "1",
            "files-0-DELETE": "",
            "files-0-document": str(document.pk),
            "files-0-label": "",
        }
        answer = self.post(as_persona("texas-editor"), page, **files)
        assert "that you cannot choose" in answer.content.decode()
        assert not access.can_see_file(None, document)

    def test_what_is_ones_own_or_the_whole_communitys_may_be_used(self, as_persona):
        own, shared = factories.document(place="Texas"), factories.document()
        page = factories.announcement("Texas", audience="public")
        self.post(as_persona("texas-editor"), page, body=link(own) + link(shared))
        assert access.can_see_file(None, own)
        assert access.can_see_file(None, shared)

    def test_what_somebody_else_put_there_may_stay(self, as_persona):
        document = factories.document(place="Ohio")
        page = factories.announcement("Texas", audience="public", body=link(document))
        self.post(as_persona("texas-editor"), page, title="Another title")
        assert AnnouncementPage.objects.get(pk=page.pk).title == "Another title"


def test_with_the_worker_stopped_a_deleted_picture_is_gone(stopped_worker, django_capture_on_commit_callbacks):
    image = factories.image(place="Ohio")
    names = [image.file.name, image.get_rendition("width-100").file.name]
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
    assert not any(public_file(name).exists() for name in names)
