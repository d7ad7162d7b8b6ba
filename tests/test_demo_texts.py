"""The demonstration's texts, without a database: what they must hold, and what a reader must never meet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils.text import slugify
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from home import demo, demo_text
from home.places import DATA, places
from library import demo_documents, demo_files, demo_webinars
from library.models import ResourcePage
from members.models import Role

if TYPE_CHECKING:
    from pathlib import Path

WEBINARS = sorted(demo_webinars.TEXTS.glob("*.txt"))

TEXT = '''+++
title = "Two questions at the door"
summary = "How a front desk asks."
days = -40
start = "14:00"
minutes = 30
topics = ["screening-and-assessment"]
people = [["Ann Lee", "Host"], ["Bo Diaz", "Peer"]]
body = """What it is about."""
slides = """# One

- point"""
+++
# Welcome
Ann Lee: Good afternoon. We start at 2:00 p.m. Eastern and "on time." Bo & I take turns.

Still Ann.
Bo Diaz: Thank you, Ann, for the invitation, and for asking somebody who has stood at that desk on a Monday morning.
# The desk
Ann Lee: Go on.
'''


def test_what_was_said_becomes_captions_with_times_speakers_and_chapters():
    facts, talk = demo_webinars.parse(TEXT)
    assert facts["title"] == "Two questions at the door"
    assert [cue.speaker for cue in talk.cues if cue.text in ("Still Ann.", "Go on.")] == ["Ann Lee", "Ann Lee"]
    assert [(start < talk.length, title) for start, title in talk.chapters] == [(True, "Welcome"), (True, "The desk")]
    assert talk.chapters[0][0] == dt.timedelta()
    assert all(before.end <= after.start for before, after in zip(talk.cues, talk.cues[1:], strict=False))
    assert " ".join(cue.text for cue in talk.cues).startswith('Good afternoon. We start at 2:00 p.m. Eastern and "on')
    captions = talk.captions().decode()
    assert captions.startswith("WEBVTT\n\n00:00:03.000 --> ")
    assert "<v Ann Lee>Bo &amp; I take turns." in captions
    assert all(len(line.partition(">")[2]) <= 42 for line in captions.splitlines() if line.startswith("<v"))


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("Bo Diaz: Thank", "Cy Roe: Thank", "Somebody speaks who is not in people: Cy Roe"),
        ("minutes = 30\n", "", "Facts are missing or unknown: minutes"),
        ("minutes = 30\n", "minutes = 30\nlength = 3\n", r"length \(unknown\)"),
        ("minutes = 30\n", "minutes = thirty\n", "no TOML"),
        ("+++\n# Welcome", "# Welcome", "between two lines"),
        ("# Welcome\nAnn Lee: ", "# Welcome\n", "Somebody speaks who is not in people: Good afternoon"),
    ],
)
def test_a_text_that_does_not_follow_the_format_is_refused_with_words(wrong, right, words):
    with pytest.raises(demo_webinars.MistakeError, match=words):
        demo_webinars.parse(TEXT.replace(wrong, right, 1))


def test_the_check_of_a_webinar_says_what_is_wrong_with_it(tmp_path):
    file = tmp_path / "ohio--desk.txt"
    file.write_text(TEXT.replace("screening-and-assessment", "screening"), encoding="utf-8")
    found = " ".join(demo_webinars.problems(file))
    assert "Unknown topics: screening." in found
    assert "not 20 to 60 minutes" in found
    assert "1 slides" in found


@pytest.mark.parametrize("path", WEBINARS, ids=[path.stem for path in WEBINARS])
def test_a_held_webinar_is_whole(path: Path):
    assert demo_webinars.problems(path) == []


# What the texts add up to ----------------------------------------------------------------------------------------------

ROOT = settings.BASE_DIR
VOCABULARIES: dict[str, set[str]] = {}
for term in csv.DictReader((DATA / "vocabularies.csv").open(encoding="utf-8", newline="")):
    VOCABULARIES.setdefault(term["vocabulary"], set()).add(slugify(term["name"]))
PLACES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(demo.TEXTS.glob("*.toml"))}
GROUPS = {slugify(group["title"]) for group in PLACES.pop("community")["work_group"]}
STATES = {slugify(place.name.replace(".", "")) for place in places()}
PUBLICATIONS = list(csv.DictReader((ROOT / "library/data/demo_resources.csv").open(encoding="utf-8", newline="")))
DOCUMENTS = list(demo_documents.read())
CALLS = list(csv.DictReader((ROOT / "home/data/demo/calls.csv").open(encoding="utf-8", newline="")))
PEOPLE = list(csv.DictReader((ROOT / "members/data/demo_people.csv").open(encoding="utf-8", newline="")))
FLAWED = {document["slug"]: document for document in DOCUMENTS if any(":" in kind for kind in document["files"])}


def entries(name: str) -> list[dict]:
    """All entries of one kind in the texts of places."""
    return [entry for texts in PLACES.values() for entry in texts.get(name, [])]


def paragraphs() -> dict[str, list[str]]:
    """Every paragraph of some length, and where it stands."""
    found: dict[str, list[str]] = {}
    texts = {
        entry["slug"]: [entry.get("text", ""), entry.get("body", ""), entry.get("notes", "")]
        for name in ("announcement", "event", "call", "webinar", "resource")
        for entry in entries(name)
    }
    texts |= {document["slug"]: [document["text"]] for document in DOCUMENTS}
    texts |= {path.stem: [path.read_text(encoding="utf-8").split("+++\n", 2)[-1]] for path in WEBINARS}
    for slug, bodies in texts.items():
        for paragraph in "\n\n".join(bodies).split("\n\n"):
            words = " ".join(paragraph.split())
            if len(words.split()) >= 12 and not words.startswith(("|", "- ")):
                found.setdefault(words, []).append(slug)
    return found


def test_there_is_as_much_as_was_asked_for():
    files = [entry for entry in [*entries("resource"), *DOCUMENTS] if entry.get("files")]
    assert len(entries("announcement")) >= 90
    assert len(files) >= 120
    assert len(entries("resource")) + len(DOCUMENTS) + len(PUBLICATIONS) >= 300
    assert len(WEBINARS) >= 30
    rich = [slug for slug, texts in PLACES.items() if slug in STATES and len(texts.get("announcement", [])) >= 5]
    assert len(rich) >= 12
    shown = PLACES.keys() | {row["section"] for row in PUBLICATIONS} | {document["section"] for document in DOCUMENTS}
    assert 18 <= len(STATES - shown) <= 24
    assert len(PEOPLE) >= 60
    assert len({row["section"] for row in CALLS if row["section"] in STATES}) >= 12


def test_every_kind_of_resource_and_every_flaw_of_a_file_is_there():
    kinds = {row["kind"] for row in [*PUBLICATIONS, *DOCUMENTS, *entries("resource")]}
    assert kinds >= {"screening_tool", "policy", "report", "guide", "training", "slides", "budget", "data"}
    assert {kind for document in FLAWED.values() for kind in document["files"]} == {
        f"pdf:{flaw}" for flaw in demo_files.FLAWS
    }


def test_no_text_is_filler():
    texts = " ".join(paragraphs()).lower()
    for word in ("lorem", "ipsum", "todo", "tbd", "please note", "click here", "oops"):
        assert not re.search(rf"\b{word}\b", texts), word
    repeated = {words: slugs for words, slugs in paragraphs().items() if len(slugs) > 1}
    assert repeated == {}


def test_a_text_that_is_spoken_or_written_does_not_shout():
    assert [words[:60] for words in paragraphs() if "!" in words] == []


@pytest.mark.parametrize("row", PUBLICATIONS, ids=[slugify(row["title"])[:60] for row in PUBLICATIONS])
def test_a_publication_is_described_with_words_that_we_have(row):
    assert row["link"].startswith("https://")
    assert row["kind"] in ResourcePage.Kind.values
    assert row["summary"].endswith(".")
    assert len(row["summary"].split()) <= 32
    assert 1980 < int(row["year"]) <= 2026
    assert row["publisher"]
    for column, vocabulary in (
        ("topics", "topic"),
        ("settings", "setting"),
        ("populations", "population"),
        ("stages", "stage"),
    ):
        assert set(filter(None, row[column].split("; "))) <= VOCABULARIES[vocabulary], column


def test_nothing_has_the_address_of_something_else():
    stand = [(row["section"], "library", slugify(row["title"])) for row in PUBLICATIONS]
    stand += [(document["section"], "library", document["slug"]) for document in DOCUMENTS]
    stand += [(row["section"], "calendar", slugify(row["title"])) for row in CALLS]
    stand += [(place, "webinars", slug) for place, slug in (path.stem.split("--") for path in WEBINARS)]
    kinds = {"announcement": "announcements", "event": "calendar", "call": "calendar"}
    kinds |= {"webinar": "webinars", "resource": "library"}
    for place, texts in PLACES.items():
        stand += [(place, index, entry["slug"]) for kind, index in kinds.items() for entry in texts.get(kind, [])]
    assert [found for found, count in Counter(stand).items() if count > 1] == []
    assert len({row["title"] for row in PUBLICATIONS}) == len(PUBLICATIONS)


def test_every_total_is_the_sum_of_what_stands_above_it():
    seen = 0
    for document in DOCUMENTS:
        for part in demo_text.parse(document["text"]):
            if part.kind == "table" and part.content[-1][0] == "Total":
                for column in zip(*part.content[1:], strict=True):
                    numbers = [demo_files._number(cell) for cell in column]
                    if all(isinstance(number, int | float) for number in numbers):
                        assert sum(numbers[:-1]) == numbers[-1], (document["slug"], column)
                        seen += 1
    assert seen > 80


def test_a_workbook_adds_up_by_itself():
    [document] = [one for one in DOCUMENTS if one["slug"] == "what-a-van-costs-outreach-for-nine-rural-counties"]
    content = demo_files.write("xlsx", document["title"], "", "en", demo_text.parse(document["text"]))
    book = load_workbook(io.BytesIO(content))
    totals = [cell.value for sheet in book for row in sheet for cell in row if str(cell.value).startswith("=")]
    assert totals == ["=SUM(B2:B5)", "=SUM(B2:B6)", "=SUM(B2:B5)"]
    assert book["Summary"]["B2"].number_format == '"$"#,##0'


@pytest.mark.slow
def test_a_document_of_some_length_has_several_pages():
    for document in DOCUMENTS:
        if "pdf" in document["files"] and document["kind"] not in ("slides", "budget"):
            content = demo_files.write("pdf", document["title"], "", "en", demo_text.parse(document["text"]))
            assert 3 <= len(PdfReader(io.BytesIO(content)).pages) <= 8, document["slug"]
        if "pptx" in document["files"]:
            content = demo_files.write("pptx", document["title"], "", "en", demo_text.parse(document["text"]))
            assert 8 <= len(Presentation(io.BytesIO(content)).slides) <= 14, document["slug"]


@pytest.mark.parametrize("slug", sorted(FLAWED))
def test_a_file_that_is_spoilt_is_spoilt_in_its_own_way(slug):
    document = FLAWED[slug]
    [kind] = document["files"]
    parts = demo_text.parse(document["text"])
    language = document.get("language", "en")
    reader = PdfReader(io.BytesIO(demo_files.write(kind, document["title"], "Somebody", language, parts)))
    root = reader.trailer["/Root"]
    words = " ".join(page.extract_text() for page in reader.pages)
    has = {
        "scan": not words.strip(),
        "untitled": not (reader.metadata and reader.metadata.title),
        "untagged": "/StructTreeRoot" not in root,
        "wrong-language": root.get("/Lang") not in (None, language),
        "picture": bool(reader.pages[0].images) and "Multnomah | $1,310" not in words and "$1,310" not in words,
    }
    assert {flaw for flaw, there in has.items() if there} >= {kind.partition(":")[2]}
    if kind != "pdf:scan":
        assert not has["scan"]
        assert len([flaw for flaw, there in has.items() if there]) == 1


def test_a_monthly_call_has_notes_once_it_was_held():
    for row in CALLS:
        assert bool(row["notes"]) == (int(row["days"]) < 0), row["title"]
        assert row["topic"] in VOCABULARIES["topic"], row["title"]
        assert row["section"] in {demo.SHARED, *STATES, *GROUPS}
    assert {row["change"] for row in CALLS} == {"", "cancelled", "moved"}


def test_people_are_invented_and_belong_somewhere():
    assert len({row["name"] for row in PEOPLE}) == len(PEOPLE)
    assert Counter(row["standing"] for row in PEOPLE).keys() == {"active", "pending", "lapsed"}
    for row in PEOPLE:
        held = [membership.split(":") for membership in filter(None, row["memberships"].split("; "))]
        assert held, row["name"]
        for section, role in held:
            assert section in {*STATES, *GROUPS}, row["name"]
            assert role in Role.values, row["name"]
