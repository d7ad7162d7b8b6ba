"""One list for each content type: whose it is, what it is narrowed to, and what leaves it as a file."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.filters import TYPES as TYPES_IN_WORDS
from home.models import AnnouncementPage, Topic
from home.workplace.adding import content_types
from tests import factories
from tests.admin_forms import edit_address, send

TYPES = [model.type_name for model in content_types()]
ANNOUNCEMENTS = "/admin/content/announcement/"


def titles(response) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    return [cell.get_text(strip=True) for cell in page.select("[data-listing-page-title] .title-wrapper a")]


def as_csv(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))


def as_xlsx(response) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return list(book.active.iter_rows())


def test_every_content_type_is_known_in_the_order_of_the_site():
    assert TYPES == ["announcement", "event", "call", "webinar", "resource"]


@pytest.mark.parametrize("model", content_types())
def test_a_list_holds_exactly_its_type_of_exactly_one_s_sections(as_persona, model):
    for other in content_types():
        factories.page(other, title=f"{other.type_name} of Ohio")
        factories.page(other, "Texas", title=f"{other.type_name} of Texas", publish=False)
    answer = as_persona("ohio-editor").get(f"/admin/content/{model.type_name}/")
    assert titles(answer) == [f"{model.type_name} of Ohio"]
    assert TYPES_IN_WORDS[model.type_name] in BeautifulSoup(answer.content, "html.parser").find("h1").get_text()


def test_the_lists_stand_in_the_menu(as_persona):
    html = as_persona("ohio-editor").get("/admin/").content.decode()
    for name in TYPES:
        assert f"/admin/content/{name}/" in html


def test_a_row_says_section_audience_and_status(as_persona):
    factories.announcement(audience="section")
    factories.announcement(None, audience="public", publish=False)
    html = BeautifulSoup(as_persona("admin").get(ANNOUNCEMENTS).content, "html.parser").get_text(" ")
    text = " ".join(html.split())
    assert "Members in Ohio" in text
    assert "Whole community" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("audience=public", ["Open"]),
        ("status=draft", ["Sketch"]),
        ("status=live", ["Closed", "Open"]),
        ("section=shared", ["Shared"]),
        ("topics={topic}", ["Open"]),
        ("latest_revision_created_at_from=2099-01-01", []),
        ("status=bogus", ["Closed", "Open", "Shared", "Sketch"]),
    ],
)
def test_a_list_narrows(as_persona, query, expected):
    topic = Topic.objects.first()
    factories.announcement(title="Open", audience="public", topics=[topic])
    factories.announcement(title="Closed", audience="section")
    factories.announcement(title="Sketch", audience="section", publish=False)
    factories.announcement(None, title="Shared", audience="members")
    found = titles(as_persona("admin").get(f"{ANNOUNCEMENTS}?{query.format(topic=topic.pk)}"))
    if query == "status=live":
        expected = sorted([*expected, "Shared"])
    assert sorted(found) == expected


def test_the_section_filter_names_no_section_that_one_does_not_edit(as_persona):
    html = as_persona("ohio-editor").get(ANNOUNCEMENTS).content.decode()
    assert "Texas" not in html


def test_search_and_filters_go_together(as_persona):
    factories.announcement(title="Jail diversion in spring", audience="public")
    factories.announcement(title="Jail diversion in fall", audience="section")
    found = titles(as_persona("ohio-editor").get(f"{ANNOUNCEMENTS}?q=diversion&audience=public"))
    assert found == ["Jail diversion in spring"]


def test_a_changed_published_page_is_found_by_its_status(as_persona):
    page = factories.announcement(title="Live")
    client = as_persona("ohio-editor")
    send(client, edit_address(page), title="Changed")
    assert len(titles(client.get(f"{ANNOUNCEMENTS}?status=changed"))) == 1


def test_exports_hold_what_the_list_shows(as_persona):
    factories.announcement(title="One", audience="public")
    factories.announcement("Texas", title="Theirs")
    client = as_persona("ohio-editor")
    rows = as_csv(client.get(f"{ANNOUNCEMENTS}?export=csv"))
    assert rows[0] == ["Title", "Section", "Who can see it", "Status", "Updated", "Address"]
    assert [row[:4] for row in rows[1:]] == [["One", "Ohio", "Anyone", "live"]]
    sheet = as_xlsx(client.get(f"{ANNOUNCEMENTS}?export=xlsx"))
    assert [cell.value for cell in sheet[1]][:4] == ["One", "Ohio", "Anyone", "live"]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1"])
def test_a_title_is_no_formula_in_an_export(as_persona, title):
    page = factories.announcement(title="x")
    AnnouncementPage.objects.filter(pk=page.pk).update(title=title, draft_title=title)
    client = as_persona("ohio-editor")
    cell = as_csv(client.get(f"{ANNOUNCEMENTS}?export=csv"))[1][0]
    assert cell == f"'{title}"
    exported = as_xlsx(client.get(f"{ANNOUNCEMENTS}?export=xlsx"))[1][0]
    assert exported.data_type == "s"


def test_wagtail_s_own_reports_hold_no_formulas_either(as_persona):
    page = factories.announcement(title="x")
    AnnouncementPage.objects.filter(pk=page.pk).update(title="=1+1", draft_title="=1+1")
    rows = as_csv(as_persona("admin").get("/admin/reports/aging-pages/?export=csv"))
    assert any("'=1+1" in row for row in rows)
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_nobody_without_the_admin_reads_a_list(as_persona):
    for name in ("visitor", "ohio-member", "pending"):
        assert as_persona(name).get(ANNOUNCEMENTS).status_code in (302, 403)


def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few(as_persona):
    def asked():
        client = as_persona("ohio-editor")
        client.get(ANNOUNCEMENTS)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ANNOUNCEMENTS).status_code == 200
        return len(queries)

    factories.announcement(audience="section")
    factories.announcement(publish=False)
    few = asked()
    for _ in range(6):
        factories.announcement(audience="section")
    assert asked() == few
