"""Nobody saves over somebody else's text by accident, and nobody loses what they typed."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Revision

from home.models import AnnouncementPage, SectionPage
from tests import factories
from tests.admin_forms import edit_address, form_of, send, values


def opened_by_two(as_persona):
    page = factories.announcement(title="Before", summary="")
    first, second = as_persona("ohio-editor"), as_persona("ohio-lead")
    return page, first, second, second.get(edit_address(page))


def text_of(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def latest(page) -> AnnouncementPage:
    return AnnouncementPage.objects.get(pk=page.pk).get_latest_revision_as_object()


@pytest.mark.slow
@pytest.mark.parametrize("button", ["", "action-publish", "action-submit", "action-close-now"])
def test_a_save_over_a_newer_one_is_refused_with_all_that_was_typed(as_persona, button):
    page, first, second, seen = opened_by_two(as_persona)
    send(first, edit_address(page), title="Theirs")
    answer = send(second, edit_address(page), button, opened=seen, title="Mine", body="<p>Mine, and long</p>")
    assert answer.status_code == 200
    told = text_of(answer)
    assert "by ohio-editor, after you opened it. Your text is kept" in told
    assert form_of(answer).find(attrs={"name": "title"})["value"] == "Mine"
    assert "Mine, and long" in answer.content.decode()
    assert latest(page).title == "Theirs"
    assert AnnouncementPage.objects.get(pk=page.pk).title == "Before"


@pytest.mark.slow
def test_the_refusal_links_to_a_comparison_that_opens(as_persona):
    page, first, second, seen = opened_by_two(as_persona)
    send(first, edit_address(page), title="Theirs")
    answer = send(second, edit_address(page), opened=seen, title="Mine")
    link = BeautifulSoup(answer.content, "html.parser").find("a", string=lambda text: text and "Compare" in text)
    comparison = second.get(link["href"])
    assert comparison.status_code == 200
    assert "Theirs" in text_of(comparison)


@pytest.mark.slow
def test_saving_again_is_a_deliberate_overwrite(as_persona):
    page, first, second, seen = opened_by_two(as_persona)
    send(first, edit_address(page), title="Theirs")
    answer = send(second, edit_address(page), opened=seen, title="Mine")
    again = send(second, edit_address(page), opened=answer)
    assert again.status_code == 302
    assert latest(page).title == "Mine"


@pytest.mark.slow
def test_a_third_save_in_between_is_refused_again(as_persona):
    page, first, second, seen = opened_by_two(as_persona)
    send(first, edit_address(page), title="Theirs")
    answer = send(second, edit_address(page), opened=seen, title="Mine")
    send(first, edit_address(page), title="Theirs again")
    assert send(second, edit_address(page), opened=answer).status_code == 200
    assert latest(page).title == "Theirs again"


@pytest.mark.slow
def test_a_refusal_for_another_reason_does_not_open_the_way_to_overwrite_unseen(as_persona):
    page, first, second, seen = opened_by_two(as_persona)
    send(first, edit_address(page), title="Theirs")
    answer = send(second, edit_address(page), "action-publish", opened=seen, title="")
    assert "after you opened it" in text_of(answer)
    assert "This field is required" in text_of(answer)


def test_the_conflict_form_does_not_save_itself(as_persona):
    page, first, second, seen = opened_by_two(as_persona)
    send(first, edit_address(page), title="Theirs")
    answer = send(second, edit_address(page), opened=seen, title="Mine")
    assert "w-autosave" in form_of(seen)["data-controller"]
    assert "w-autosave" not in form_of(answer)["data-controller"]


def test_autosave_over_a_newer_save_is_refused(as_persona):
    page, first, second, seen = opened_by_two(as_persona)
    send(first, edit_address(page), title="Theirs")
    data = values(form_of(seen)) | {"title": "Mine"}
    answer = second.post(edit_address(page), data, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "invalid_revision"
    assert latest(page).title == "Theirs"


@pytest.mark.slow
def test_a_classic_save_over_a_newer_autosave_is_refused(as_persona):
    page, first, second, seen = opened_by_two(as_persona)
    theirs = values(form_of(first.get(edit_address(page)))) | {"title": "Theirs, saved by itself"}
    saved = first.post(edit_address(page), theirs, headers={"Accept": "application/json"})
    assert saved.json()["success"]
    answer = send(second, edit_address(page), opened=seen, title="Mine")
    assert answer.status_code == 200
    assert latest(page).title == "Theirs, saved by itself"


def test_ones_own_autosave_is_no_conflict(as_persona):
    page = factories.announcement()
    client = as_persona("ohio-editor")
    data = values(form_of(client.get(edit_address(page)))) | {"title": "First"}
    saved = client.post(edit_address(page), data, headers={"Accept": "application/json"}).json()
    data |= {"title": "Second", "overwrite_revision_id": saved["revision_id"]}
    assert client.post(edit_address(page), data).status_code == 302
    assert latest(page).title == "Second"


@pytest.mark.slow
def test_a_section_page_is_guarded_too(as_persona):
    ohio = factories.section("Ohio")
    ohio.save_revision()
    first, second = as_persona("ohio-editor"), as_persona("ohio-lead")
    seen = second.get(edit_address(ohio))
    send(first, edit_address(ohio), introduction="Theirs")
    answer = send(second, edit_address(ohio), opened=seen, introduction="Mine")
    assert answer.status_code == 200
    assert SectionPage.objects.get(pk=ohio.pk).get_latest_revision_as_object().introduction == "Theirs"


@pytest.mark.slow
def test_going_back_to_an_older_version_is_guarded_too(as_persona):
    page, first, second, _ = opened_by_two(as_persona)
    oldest = Revision.page_revisions.filter(object_id=page.pk).earliest("created_at")
    address = f"/admin/pages/{page.pk}/revisions/{oldest.pk}/revert/"
    seen = second.get(address)
    send(first, edit_address(page), title="Theirs")
    assert send(second, address, opened=seen).status_code == 200
    assert latest(page).title == "Theirs"


if connection.vendor == "postgresql":  # SQLite writes one transaction at a time

    def test_a_save_holds_the_row_of_its_page_before_it_looks_for_a_newer_revision(as_persona):
        page = factories.announcement()
        client = as_persona("ohio-editor")
        data = values(form_of(client.get(edit_address(page))))
        with CaptureQueriesContext(connection) as queries:
            client.post(edit_address(page), data)
        asked = [query["sql"] for query in queries]
        locked = next(number for number, sql in enumerate(asked) if "FOR UPDATE" in sql and "wagtailcore_page" in sql)
        read = next(
            number for number, sql in enumerate(asked) if sql.startswith("SELECT") and "wagtailcore_revision" in sql
        )
        assert locked < read
