"""Tables of resources come into a library whole or not at all, once, and can be browsed there."""

from __future__ import annotations

import csv
import io
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import Page, PageLogEntry

from home.models import Entry, Topic
from library.models import LibraryPage, ResourcePage
from tests import factories, spreadsheets

ROOT = Path(settings.BASE_DIR)
SAMPLE = ROOT / "library" / "data" / "sample_resources.csv"
DATA = Path(os.environ.get("WORKSITE_TEST_DATA") or ROOT.parent / "shared" / "data")
OHIO = ("--section", "OH")
PLACES = [pytest.param("Ohio", OHIO, id="section"), pytest.param(None, ("--shared",), id="shared")]


def run(file, *options):
    """What the command says. `file` is a path, or the rows of a table."""
    out = io.StringIO()
    call_command("import_resources", file, *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def table(tmp_path):
    """A function that writes rows into a CSV file and gives its path."""

    def write(*rows, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(spreadsheets.text(rows))
        return path

    return write


def reported(path):
    """The rows of a report, as mappings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def everything():
    """How many rows each table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def counts(said):
    """Rows, imported, duplicates, refused: the numbers of the last line."""
    return [int(number) for number in re.findall(r"\d+", said.splitlines()[-1].replace(",", ""))]


def real(name):
    """One of the large files of real records. They are not part of the repository."""
    path = DATA / name
    if not path.exists():
        pytest.skip(
            f"{name} is not in {DATA}. Put the community's data files there, or say where they are in WORKSITE_TEST_DATA."
        )
    return path


def titles(place="Ohio"):
    return sorted(
        ResourcePage.objects.descendant_of(factories.index(ResourcePage, place)).values_list("title", flat=True)
    )


# The files that come with the project and beside it


@pytest.mark.parametrize(("place", "where"), PLACES)
def test_the_sample_comes_in_whole_with_topics_that_we_have(client, place, where):
    said = run(SAMPLE, *where)
    assert "left out" not in said
    rows = len(SAMPLE.read_text().splitlines()) - 1
    assert counts(said) == [rows, rows, 0, 0]
    assert not ResourcePage.objects.filter(topics=None).exists()
    assert not ResourcePage.objects.filter(kind="other").exists()
    assert not ResourcePage.objects.exclude(licence="public_domain").exists()
    page = ResourcePage.objects.get(title__startswith="TIP 42")
    assert page.section == (factories.section(place) if place else None)
    assert {topic.name for topic in page.topics.all()} == {"Screening and assessment", "Care planning", "Training"}
    body = client.get(page.url).content.decode()
    assert "No copy here." in body
    assert "Substance Abuse and Mental Health Services Administration" in body


def listed(client, address, **parameters):
    """A listing page's total, its number of pages and the titles on it."""
    response = client.get(address, parameters)
    assert response.status_code == 200
    page = response.context["page_obj"]
    body = response.content.decode()
    shown = [entry.title for entry in page.object_list]
    assert all(f'href="{entry.url}"' in body for entry in page.object_list)
    return response.context["total"], page.paginator.num_pages, shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "expected", "place", "where"),
    [
        ("resources.csv", [2019, 2018, 1, 0], "Ohio", OHIO),
        ("resources_full.csv", [1200, 1188, 12, 0], None, ("--shared",)),
    ],
)
def test_the_real_records_come_in_and_all_of_them_can_be_browsed(client, name, expected, place, where):
    path = real(name)
    said = run(path, *where)
    assert counts(said) == expected
    library = factories.index(ResourcePage, place)
    total, pages, first = listed(client, library.url)
    assert total == expected[1]
    assert len(first) == 20
    middle, last = (listed(client, library.url, page=number)[2] for number in (pages // 2, pages))
    assert len(middle) == 20
    assert len(last) == total - 20 * (pages - 1)
    assert not set(first) & set(last)
    for title in (first[0], middle[0], last[-1]):
        page = ResourcePage.objects.filter(title=title).first()
        answer = client.get(page.url)
        assert answer.status_code == 200
        assert answer.context["page"].summary == page.summary
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    for title in [record["title"] for record in records if len(record["title"]) > 255]:
        page = ResourcePage.objects.get(title__startswith=title[:200])
        assert len(page.title) <= 255
        assert title in client.get(page.url).content.decode().replace("&#x27;", "'")
    if "full" in name:
        year, _ = Counter(record["year"] for record in records if record["year"]).most_common(1)[0]
        found = ResourcePage.objects.filter(year=year).count()
        assert listed(client, library.url, year=year)[0] == found > 5
        page = ResourcePage.objects.exclude(links=None).exclude(authors="").first()
        body = client.get(page.url).content.decode()
        assert "Open the link" in body
    before = everything()
    assert counts(run(path, *where)) == [expected[0], 0, expected[0], 0]
    assert everything() == before
    assert Page.find_problems() == ([], [], [], [], [])


# Where, for whom, and in what state


def test_a_section_is_named_by_its_code_or_its_slug_in_any_case(table):
    for number, name in enumerate(["tx", "TX", "texas", "Texas"]):
        run(table(["Title"], [f"Guide {number}"]), "--section", name)
    assert titles("Texas") == ["Guide 0", "Guide 1", "Guide 2", "Guide 3"]


def test_an_unknown_section_is_refused(table):
    with pytest.raises(CommandError, match="There is no section “Atlantis”"):
        run(table(["Title"], ["A"]), "--section", "Atlantis")


def test_without_a_library_the_command_says_what_to_run(table):
    LibraryPage.objects.child_of(factories.section("Maine")).delete()
    with pytest.raises(CommandError, match=r"no library there yet. Run setup_community first"):
        run(table(["Title"], ["A"]), "--section", "ME")


@pytest.mark.parametrize("where", [(), ("--shared", *OHIO)], ids=["nowhere", "two places"])
def test_one_place_must_be_named(table, where):
    with pytest.raises(CommandError, match="--section"):
        run(table(["Title"], ["A"]), *where)


@pytest.mark.parametrize(
    ("audience", "answers"),
    [("public", [200, 200, 200]), ("members", [302, 200, 200]), ("section", [302, 403, 200])],
)
def test_the_audience_is_for_every_new_page(as_persona, table, audience, answers):
    run(table(["Title"], ["A guide"]), *OHIO, "--audience", audience)
    page = ResourcePage.objects.get()
    people = ["visitor", "texas-member", "ohio-member"]
    assert [as_persona(name).get(page.url).status_code for name in people] == answers
    listed_for = [
        name for name in people if "A guide" in as_persona(name).get("/sections/ohio/library/").content.decode()
    ]
    assert listed_for == [name for name, code in zip(people, answers, strict=True) if code == 200]


def test_resources_are_public_unless_something_else_is_said(table):
    run(table(["Title"], ["A guide"]), *OHIO)
    assert ResourcePage.objects.get().audience == "public"


def test_the_shared_library_takes_nothing_for_one_section_only(table):
    before = everything()
    with pytest.raises(CommandError, match=r"shared library belongs to the whole community.* Nothing was imported."):
        run(table(["Title"], ["A"]), "--shared", "--audience", "section")
    assert everything() == before


def test_drafts_are_seen_by_nobody_until_an_editor_publishes_them(as_persona, table):
    run(table(["Title"], ["A guide"]), *OHIO, "--draft")
    page = ResourcePage.objects.get()
    assert not page.live
    assert not Entry.objects.filter(pk=page.pk).exists()
    assert as_persona("ohio-member").get(page.url).status_code == 404
    assert as_persona("ohio-editor").get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    page.get_latest_revision().publish()
    assert as_persona("visitor").get(page.url).status_code == 200


def test_a_dry_run_says_what_would_happen_and_changes_nothing(table, tmp_path):
    file = table(["Title", "Topics", "Year"], ["A", "Housing;Beekeeping", 2019], ["A", "", ""], ["B", "", 1066])
    before = everything()
    said = run(file, *OHIO, "--dry-run", "--create-topics", "--report", tmp_path / "report.csv")
    assert said.splitlines()[-1] == "3 rows: 1 would be imported, 1 duplicate, 1 refused."
    assert "Topic: 1 would be made: Beekeeping (1)." in said
    assert everything() == before
    assert [row["page"] for row in reported(tmp_path / "report.csv") if row["page"]] == []


# Counts, duplicates, refusals


def test_every_row_is_imported_or_a_duplicate_or_refused(table, tmp_path):
    rows = [[f"Guide {number % 7}", [2019, "soon", 1066, ""][number % 4], "x" * (number % 3)] for number in range(60)]
    said = run(
        table(["Title", "Year", "Summary"], *rows, ["", 2019, "no title"]), *OHIO, "--report", tmp_path / "r.csv"
    )
    found = Counter(row["outcome"] for row in reported(tmp_path / "r.csv"))
    assert sum(found.values()) == 61
    assert found["imported"] == ResourcePage.objects.count() > 0
    assert found["duplicate"] > 0
    assert found["refused"] > 0
    assert counts(said) == [61, found["imported"], found["duplicate"], found["refused"]]


def test_rows_that_cannot_be_records_are_refused_with_number_and_reason_and_the_others_go_on(table):
    said = run(
        table(
            ["Title", "Year", "URL", "DOI"],
            ["", 2019, "", ""],
            ["A", "soon", "", ""],
            ["B", 1066, "", ""],
            ["C", "²", "", ""],
            ["D", "", "see the library", ""],
            ["E", "", "https://example.org/" + "x" * 1000, ""],
            ["F", "", "javascript:alert(1)", ""],
            ["G", "", "", "ask"],
            ["Fine", "n.d.", "N/A", "none"],
        ),
        *OHIO,
    )
    for reason in [
        "Row 2 refused: There is no title.",
        "Row 3 refused: “soon” is not a year.",
        "Row 4 refused: The year 1066 is not between 1800 and 2100.",
        "Row 5 refused: “²” is not a year.",
        "Row 6 refused: “see the library” is not a web address.",
        "Row 7 refused: The web address is longer than 1,000 characters.",
        "Row 8 refused: “javascript:alert(1)” is not a web address.",
        "Row 9 refused: “ask” is not a DOI.",
        "9 rows: 1 imported, 0 duplicates, 8 refused.",
    ]:
        assert reason in said
    assert titles() == ["Fine"]


def test_of_many_refused_rows_the_first_are_shown_and_the_rest_counted(table):
    said = run(table(["Title", "Year"], *[[f"Guide {number}", 1066] for number in range(30)]), *OHIO)
    assert said.count(" refused: ") == 20
    assert "10 more rows were refused. --report lists them." in said


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (["A", "", "x", "https://example.org/a"], ["Other", "", "y", "http://www.example.org/a/"], True),
        (["A", "", "x", "https://example.org/a"], ["A", "", "x", "https://example.org/b"], False),
        (["A", "", "x", "https://example.org/a?id=1&utm_source=m"], ["A", "", "", "https://example.org/a?id=1"], True),
        (["A", "", "x", "https://example.org/a?id=1"], ["A", "", "x", "https://example.org/a?id=2"], False),
        (["A", "", "", "https://doi.org/10.1000/AbC"], ["B", "", "", "10.1000/abc"], True),
        (["A", "Agency", "x", ""], ["a ", "AGENCY", "y", ""], True),
        (["A", "Agency", "x", ""], ["A", "Another", "x", ""], False),
        (["A", "", "x", ""], ["A", "", "X", ""], True),
        (["A", "", "x", ""], ["A", "", "y", ""], False),
        (["A", "Agency", "x", ""], ["A", "", "x", ""], True),
    ],
)
@pytest.mark.parametrize("times", [1, 2], ids=["in one file", "in two files"])
def test_what_counts_as_the_same_resource(table, first, second, same, times):
    head = ["Title", "Publisher", "Summary", "URL"]
    if times == 1:
        said = run(table(head, first, second), *OHIO)
    else:
        run(table(head, first), *OHIO)
        said = run(table(head, second), *OHIO)
    assert counts(said)[2] == (1 if same else 0)
    assert ResourcePage.objects.count() == (1 if same else 2)


def test_a_duplicate_says_where_the_other_is(table, tmp_path):
    factories.resource(title="There before", summary="x")
    run(table(["Title", "Summary"], ["There before", "x"], ["New", ""], ["New", ""]), *OHIO, "--report", tmp_path / "r")
    reasons = [row["reason"] for row in reported(tmp_path / "r")]
    assert reasons == ["The same resource is in the library.", "", "The same resource is in row 3 of this file."]


def test_duplicates_count_within_one_library(table):
    file = table(["Title"], ["A guide"])
    for where in (OHIO, ("--section", "TX"), ("--shared",)):
        assert "1 imported" in run(file, *where)
    assert ResourcePage.objects.count() == 3


def test_run_again_the_command_changes_nothing(table, tmp_path):
    file = table(["Title", "Topics", "URL"], ["A", "Housing", "https://a.example/1;https://a.example/2"], ["B", "", ""])
    run(file, *OHIO)
    before = everything()
    assert counts(run(file, *OHIO, "--report", tmp_path / "r.csv")) == [2, 0, 2, 0]
    assert everything() == before


def test_what_an_editor_changed_meanwhile_is_left_as_it_is(table):
    file = table(["Title", "URL"], ["A", "https://example.org/a"])
    run(file, *OHIO)
    page = ResourcePage.objects.get()
    page.title = "A better title"
    page.save_revision().publish()
    run(file, *OHIO)
    assert titles() == ["A better title"]


def test_several_addresses_in_a_cell_become_several_links(table):
    cell = "https://example.org/a;https://example.org/b, www.example.org/c | https://example.org/a/"
    run(table(["Title", "URL"], ["A", cell]), *OHIO)
    links = [link.url for link in ResourcePage.objects.get().links.all()]
    assert links == ["https://example.org/a", "https://example.org/b", "https://www.example.org/c"]


# Topics


def test_unknown_topics_are_told_with_their_number_and_not_made(table):
    before = Topic.objects.count()
    said = run(
        table(
            ["Title", "Topics"], ["A", "Housing; Beekeeping"], ["B", "beekeeping; HOUSING; Quilts"], ["C", "Beekeeping"]
        ),
        *OHIO,
    )
    assert "Topic: 2 not in our list, and left out: Beekeeping (3); Quilts (1)." in said
    assert Topic.objects.count() == before
    assert [topic.name for topic in ResourcePage.objects.get(title="B").topics.all()] == ["Housing"]


def test_topics_are_made_once_when_asked_for(table, client):
    rows = [["Title", "Topics"], ["A", "Beekeeping|Housing"], ["B", "beekeeping"], ["C", "x" * 81 + "|Quilts"]]
    before = Topic.objects.count()
    said = run(table(*rows), *OHIO, "--create-topics")
    assert "Topic: 2 made: Beekeeping (2); Quilts (1)." in said
    assert f"Topic: 1 not in our list, and left out: {'x' * 81} (1)." in said
    assert Topic.objects.count() == before + 2
    run(table(*rows), "--section", "TX", "--create-topics")
    assert Topic.objects.count() == before + 2
    topic = Topic.objects.get(name="Beekeeping")
    assert [page.title for page in ResourcePage.objects.filter(topics=topic).order_by("pk")] == ["A", "B"] * 2
    assert client.get("/sections/ohio/library/", {"topic": topic.slug}).context["total"] == 2


def test_other_vocabularies_are_matched_and_never_grow(table):
    said = run(
        table(["Title", "Setting", "Population", "State"], ["A", "jail or court; The moon", "Adults", "Ohio"]),
        *OHIO,
        "--create-topics",
    )
    page = ResourcePage.objects.get()
    assert [term.name for term in page.settings.all()] == ["Jail or court"]
    assert [term.name for term in page.populations.all()] == ["Adults"]
    assert page.source_state == "OH"
    assert "Setting: 1 not in our list, and left out: The moon (1)." in said


# The report


def test_the_report_has_a_line_for_every_row(table, tmp_path):
    report = tmp_path / "report.csv"
    file = table(["Title", "Topics"], ["A guide", "Beekeeping"], ["A guide", ""], ["", ""], ["", "Housing"])
    run(file, *OHIO, "--report", report)
    rows = reported(report)
    assert [(row["row"], row["outcome"], row["title"]) for row in rows] == [
        ("2", "imported", "A guide"),
        ("3", "duplicate", "A guide"),
        ("5", "refused", ""),
        ("", "unknown topic", "Beekeeping"),
    ]
    assert rows[0]["reason"] == "Not in our list of topics, so left out: Beekeeping."
    assert rows[0]["page"] == ResourcePage.objects.get().get_full_url()
    assert rows[3]["reason"] == "in 1 records"


def test_the_report_holds_no_formulas(table, tmp_path):
    report = tmp_path / "report.csv"
    bad = ['=HYPERLINK("https://evil.example","x")', "+1+1", "-2", "@SUM(A1)", "＝1"]
    rows = [["Title", "Topics", "Year"], *[[title, "=cmd()", ""] for title in bad], ["=refused()", "", 1066]]
    run(table(*rows), *OHIO, "--report", report)
    cells = [cell for row in reported(report) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
    assert "'+1+1" in cells
    assert bad[0] in titles()


def test_a_report_that_cannot_be_written_stops_the_import(table, tmp_path):
    with pytest.raises(CommandError, match=r"The report cannot be written to .*: No such file or directory. Nothing"):
        run(table(["Title"], ["A"]), *OHIO, "--report", tmp_path / "nowhere" / "report.csv")
    assert not ResourcePage.objects.exists()


def test_a_report_for_which_there_is_no_room_takes_the_import_back(table):
    if not Path("/dev/full").exists():
        pytest.skip("This system has no /dev/full.")
    with pytest.raises(CommandError, match=r"The report cannot be written to /dev/full: No space left"):
        run(table(["Title"], ["A"]), *OHIO, "--report", "/dev/full")
    assert not ResourcePage.objects.exists()


def test_the_report_is_not_written_over_the_file(table):
    file = table(["Title"], ["A"])
    before = file.read_bytes()
    with pytest.raises(CommandError, match="The report would be written over the file itself"):
        run(file, *OHIO, "--report", file)
    assert file.read_bytes() == before
    assert not ResourcePage.objects.exists()


# Files that are not there, and ends before the end


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"cannot be read: No such file or directory. Nothing was imp") as refused:
        run(tmp_path / "absent.csv", *OHIO)
    assert refused.value.returncode == 1


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"cannot be read: Is a directory"):
        run(tmp_path, *OHIO)


@pytest.mark.slow
def test_an_error_half_way_leaves_nothing(table, monkeypatch):
    from home import bulk

    index, batches = bulk._index, []

    def fails_at_the_third(*arguments):
        batches.append(1)
        if len(batches) == 3:
            raise OSError("The disk is gone")
        index(*arguments)

    monkeypatch.setattr(bulk, "_index", fails_at_the_third)
    before = everything()
    with pytest.raises(OSError, match="The disk is gone"):
        run(
            table(["Title", "Topics"], *[[f"Guide {number}", "New topic"] for number in range(500)]),
            *OHIO,
            "--create-topics",
        )
    assert everything() == before


def test_the_history_says_that_the_pages_were_made_and_published(table):
    run(table(["Title"], ["A guide"]), *OHIO)
    actions = PageLogEntry.objects.filter(page=ResourcePage.objects.get().pk).values_list("action", flat=True)
    assert set(actions) == {"wagtail.create", "wagtail.edit", "wagtail.publish"}


KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from home import bulk
index, batches = bulk._index, []
def dies_at_the_third(*arguments):
    batches.append(1)
    if len(batches) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    index(*arguments)
bulk._index = dies_at_the_third
call_command("import_resources", sys.argv[1], "--section", "OH")
"""


def world_on_disk(path, environment):
    """A database file with the sections in it."""
    if connection.vendor == "sqlite":
        with sqlite3.connect(path) as target:
            connection.connection.backup(target)
        return
    for command in ("migrate", "setup_community"):
        subprocess.run(
            [sys.executable, "manage.py", command], cwd=ROOT, env=environment, check=True, capture_output=True
        )


@pytest.mark.slow
def test_killed_half_way_nothing_is_there_and_the_next_run_imports_all(table, tmp_path):
    database = tmp_path / "db.sqlite3"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "worksite.settings.test",
    }
    world_on_disk(database, environment)
    file = table(["Title"], *[[f"Guide {number}"] for number in range(450)])

    def python(*arguments):
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def stored():
        with sqlite3.connect(database) as store:
            tables = ("library_resourcepage", "home_contentpage", "home_entry", "wagtailcore_revision")
            return [store.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables]

    before = stored()
    assert python("-c", KILLED, file).returncode == -9
    assert stored() == before
    done = python("manage.py", "import_resources", file, *OHIO)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "450 rows: 450 imported, 0 duplicates, 0 refused.")
    assert [now - then for now, then in zip(stored(), before, strict=True)] == [450] * 4
