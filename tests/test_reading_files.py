"""Files are read outside of any request, in a process that hostile files cannot use, and can then be found and read."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from unittest.mock import Mock

import docx
import openpyxl
import pptx
import pypdf
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendar_app.models import ConferenceCallPage
from calendar_app.models.events import Material
from home.demo_text import Part
from home.models import ContactMessage, SiteDocument
from library import demo_files
from library.models import ResourceFile
from search import projection, reading
from search.extraction import parts as bounds
from search.extraction import run
from search.models import FileText, SearchDocument
from tests import factories, html
from tests.personas import person

WORDS = [("heading", "Booking"), ("paragraph", "Ask about buprenorphine at booking. " * 3)]
ZIP_OF_NOTHING = b"PK\x05\x06" + b"\0" * 18


def written(kind: str) -> bytes:
    """A file as the demonstration writes it."""
    return demo_files.write(kind, "A short report", "Ohio", "en", [Part(*part) for part in WORDS])


def packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(data: bytes, extension: str) -> run.Outcome:
    return run.extract(io.BytesIO(data), extension)


def words_of(outcome: run.Outcome) -> str:
    return "\n".join(part["text"] for part in outcome.parts)


@pytest.mark.parametrize("kind", ["pdf", "docx", "pptx"])
def test_an_ordinary_file_is_read_with_its_headings(kind):
    outcome = read(written(kind), kind)
    assert outcome.status == "read"
    assert "buprenorphine" in words_of(outcome)
    headings = [part["text"].split("\n")[number] for part in outcome.parts for number in part["headings"]]
    assert "Booking" in headings


def test_a_pdf_says_on_which_page_a_word_stands():
    writer = pypdf.PdfWriter()
    for data in (written("pdf"), written("pdf")):
        writer.append(io.BytesIO(data))
    buffer = io.BytesIO()
    writer.write(buffer)
    outcome = read(buffer.getvalue(), "pdf")
    assert [(part["place"], part["fragment"]) for part in outcome.parts] == [("page 1", "page=1"), ("page 2", "page=2")]


def test_a_pdfs_lines_are_joined_to_paragraphs():
    [part] = read(written("pdf"), "pdf").parts
    assert "Ask about buprenorphine at booking. Ask about buprenorphine at booking." in part["text"]


def test_a_workbook_is_read_sheet_by_sheet_without_the_hidden_ones():
    book = openpyxl.Workbook()
    book.active.title = "Rates"
    book.active.append(["Code", "Rate"])
    book.active.append(["H0015", 142.5])
    book.create_sheet("Secret").append(["hidden"])
    book["Secret"].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    [part] = read(buffer.getvalue(), "xlsx").parts
    assert part["place"] == "sheet “Rates”"
    assert "H0015 | 142.5" in part["text"]


def test_a_word_file_is_read_with_tables_notes_and_what_stands_on_every_page():
    document = docx.Document()
    document.add_heading("Who pays", 1)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Peer support", "Medicaid"
    document.sections[0].header.paragraphs[0].text = "Draft for comment"
    buffer = io.BytesIO()
    document.save(buffer)
    outcome = read(buffer.getvalue(), "docx")
    assert "Peer support | Medicaid" in words_of(outcome)
    assert "Draft for comment" in words_of(outcome)
    assert outcome.parts[0]["place"] == "under “Who pays”"


def test_the_notes_of_a_slide_are_read_after_it():
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Three questions"
    slide.notes_slide.notes_text_frame.text = "Say this slowly"
    buffer = io.BytesIO()
    deck.save(buffer)
    [part] = read(buffer.getvalue(), "pptx").parts
    assert part["place"] == "slide 1"
    assert part["text"].split("\n") == ["Three questions", "Say this slowly"]


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        ("Naïve façade".encode("utf-8-sig"), "txt"),
        ("Naïve façade, and enough of it to tell the encoding by: crème brûlée".encode("cp1252"), "txt"),
        ("name;note\nOhio;Naïve façade".encode(), "csv"),
    ],
)
def test_text_is_read_in_the_encodings_that_people_use(data, extension):
    assert "Naïve façade" in words_of(read(data, extension))


def bomb_docx() -> bytes:
    return packed({"word/document.xml": b"<w><t>" + b"a" * (40 * 1024 * 1024) + b"</t></w>"})


def entities_docx() -> bytes:
    return packed({"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w><t>&b;</t></w>'})


def bomb_pdf() -> bytes:
    """A page whose content unpacks to 300 MB."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(600, 800)
    stream = pypdf.generic.StreamObject()
    stream.set_data(b" " * (300 * 1024 * 1024))
    page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def locked_pdf() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(written("pdf")))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "extension", "words"),
    [
        (bomb_docx, "docx", "unpacks to far more"),
        (entities_docx, "docx", "declares entities"),
        (bomb_pdf, "pdf", ""),
        (locked_pdf, "pdf", "password"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "docx", "password"),
        (lambda: written("pdf")[:900], "pdf", "damaged"),
        (lambda: written("docx")[:900], "docx", "damaged"),
        (lambda: b"MZ" + b"\0" * 500, "xlsx", "damaged"),
        (lambda: ZIP_OF_NOTHING, "pptx", "damaged"),
        (lambda: b"", "pdf", "damaged"),
    ],
    ids=[
        "bomb.docx",
        "entities.docx",
        "bomb.pdf",
        "locked.pdf",
        "locked.docx",
        "cut.pdf",
        "cut.docx",
        "exe",
        "zip",
        "empty",
    ],
)
def test_a_hostile_or_broken_file_is_refused_in_a_sentence(make, extension, words):
    outcome = read(make(), extension)
    assert outcome.status == "failed" or (extension == "pdf" and outcome.status == "empty")
    assert words in outcome.reason
    assert not outcome.parts


def test_a_scan_holds_no_text():
    assert read(written("pdf:scan"), "pdf").status == "empty"


def test_a_video_is_no_text():
    assert read(b"\0" * 64, "mp4").status == "not_text"


def test_no_more_than_a_million_characters_of_a_file_are_kept():
    outcome = read(b"word " * 400_000, "txt")
    assert bounds.MAX_CHARACTERS - 10 <= len(words_of(outcome)) <= bounds.MAX_CHARACTERS


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Written once: the hour in a file changes its length, and every example has to start from the same bytes."""
    return {kind: written(kind) for kind in ("pdf", "docx", "xlsx")}


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_with_any_bytes_changed_gives_an_outcome(files, data):
    kind = data.draw(st.sampled_from(sorted(files)))
    whole = bytearray(files[kind])
    for _ in range(data.draw(st.integers(1, 30))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert read(bytes(whole), kind).status in ("read", "empty", "failed")


@pytest.mark.slow
def test_a_reader_that_takes_too_long_is_stopped(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text("while True: pass")
    monkeypatch.setattr(run, "CHILD", child)
    monkeypatch.setitem(run.LIMITS, run.resource.RLIMIT_CPU, 1)
    outcome = read(b"words", "txt")
    assert (outcome.status, outcome.reason) == ("failed", "Reading it took too long.")


def test_a_reader_has_no_memory_to_fill(monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    child.write_text("held = bytearray(3 * 1024 ** 3); print('[]')")
    monkeypatch.setattr(run, "CHILD", child)
    assert read(b"words", "txt").status == "failed"


def text_file(words: str = "Buprenorphine in county jails", place: str | None = "Ohio") -> SiteDocument:
    return factories.document("A memo", words.encode(), "memo.txt", place)


def test_a_stored_file_waits_is_read_by_the_clock_and_its_page_is_found_by_its_words():
    file = text_file()
    page = factories.resource(files=[ResourceFile(document=file)])
    assert file.text.status == "waiting"
    assert "Buprenorphine" not in SearchDocument.objects.get(key=f"page:{page.pk}").text
    reading.read_waiting()
    projection.refresh()
    file.text.refresh_from_db()
    assert file.text.status == "read"
    assert "Buprenorphine" in SearchDocument.objects.get(key=f"page:{page.pk}").text


def test_a_file_that_is_replaced_loses_its_old_words_before_the_new_ones_are_read():
    file = text_file("Yesterday")
    page = factories.resource(files=[ResourceFile(document=file)])
    reading.read_waiting()
    projection.refresh()
    file.file.save("memo.txt", ContentFile(b"Tomorrow"))
    projection.refresh()
    row = SearchDocument.objects.get(key=f"page:{page.pk}")
    assert "Yesterday" not in row.text
    reading.read_waiting()
    projection.refresh()
    row.refresh_from_db()
    assert "Tomorrow" in row.text


def test_a_file_is_read_once_however_often_it_is_asked_for(monkeypatch):
    file = text_file()
    calls = []
    whole = run.extract
    monkeypatch.setattr(run, "extract", lambda *args: calls.append(args) or whole(*args))
    reading.read_waiting()
    reading.read_waiting()
    reading.read_file.call(file.pk)
    assert len(calls) == 1


def test_a_file_whose_reader_dies_is_tried_three_times_and_then_given_up(monkeypatch):
    text_file()
    monkeypatch.setattr(reading, "read_file", Mock())
    for hour in range(4):
        with time_machine.travel(timezone.now() + dt.timedelta(hours=hour), tick=False):
            reading.read_waiting()
    text = FileText.objects.get(document__title="A memo")
    assert (text.status, text.tries) == ("failed", 3)
    assert text.said == "Could not be read. Reading it failed three times."


def test_a_file_that_is_lost_does_not_keep_the_others_from_being_read():
    lost, found = text_file(), text_file()
    lost.file.storage.delete(lost.file.name)
    reading.read_waiting()
    assert FileText.objects.get(document=lost).said == "Could not be read. The file is missing."
    assert FileText.objects.get(document=found).status == "read"


def test_the_words_of_a_file_in_a_calls_materials_are_for_members_alone():
    file = text_file("Canary words")
    page = factories.page(ConferenceCallPage, "Ohio", audience="public", materials=[Material(document=file)])
    reading.read_waiting()
    projection.refresh()
    row = SearchDocument.objects.get(key=f"page:{page.pk}")
    assert "Canary" in row.members_text
    assert "Canary" not in row.text
    assert row.passages.get(text__contains="Canary").members


@pytest.mark.slow
def test_the_text_of_a_file_is_a_page_as_visible_as_the_file(as_persona, persona):
    file = text_file("Canary words")
    factories.resource("Ohio", audience="section", files=[ResourceFile(document=file)])
    reading.read_waiting()
    client = as_persona(persona)
    answer = client.get(f"/files/{file.uuid}/text/")
    assert answer.status_code == client.get(f"/files/{file.uuid}/").status_code
    assert ("Canary" in answer.content.decode()) is (answer.status_code == 200)
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_page_of_a_files_text_is_valid_and_leads_to_the_file_and_back(as_persona):
    file = factories.document("Guide", written("pdf"), "guide.pdf", "Ohio")
    page = factories.resource(title="A guide to booking", audience="public", files=[ResourceFile(document=file)])
    reading.read_waiting()
    client = as_persona("visitor")
    assert f"/files/{file.uuid}/text/" in client.get(page.get_url()).content.decode()
    body = client.get(f"/files/{file.uuid}/text/").content.decode()
    assert html.problems(body) == []
    assert "<h3>Booking</h3>" in body
    assert "Page 1" in body
    assert f'href="/files/{file.uuid}/"' in body
    assert "A guide to booking" in body


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [(b"", "scan.pdf", "There is no text of this file"), (b"words", "later.txt", "has not been read yet")],
)
def test_a_file_without_text_says_so_and_offers_to_ask_for_a_copy(as_persona, data, name, words):
    file = factories.document("Scan", data, name, "Ohio")
    factories.resource(audience="public", files=[ResourceFile(document=file)])
    if not data:
        reading.read_waiting()
    body = as_persona("visitor").get(f"/files/{file.uuid}/text/").content.decode()
    assert words in body
    assert "Ask for an accessible copy" in body


def test_asking_for_an_accessible_copy_reaches_the_section_and_who_brought_the_file(as_persona, mailoutbox):
    file = text_file()
    file.uploaded_by_user = person("ohio-editor")
    file.save()
    factories.resource(audience="public", files=[ResourceFile(document=file)])
    ohio = factories.section("Ohio")
    ohio.contact_email = "contact@ohio.example"
    ohio.save_revision().publish()
    client = as_persona("visitor")
    form = client.get(f"/contact/?about=barrier&section=ohio&file={file.uuid}").context["form"]
    assert "“A memo”" in form["text"].value()
    typed = {field.name: field.value() or "" for field in form} | {"name": "A reader", "email": "reader@agency.example"}
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=30)):
        assert client.post("/contact/", typed).status_code == 302
    assert ContactMessage.objects.get().file == file
    told = {address for message in mailoutbox for address in message.to}
    assert {"contact@ohio.example", "ohio-editor@worksite.example"} <= told


def test_a_file_that_one_may_not_see_is_no_file_to_ask_about(as_persona):
    file = text_file()
    factories.resource(audience="section", files=[ResourceFile(document=file)])
    body = as_persona("visitor").get(f"/contact/?file={file.uuid}").content.decode()
    assert "A memo" not in body
    assert as_persona("visitor").get("/contact/?file=no-uuid").status_code == 200


def test_editors_see_which_of_their_files_cannot_be_found_by_their_words(as_persona):
    ours = factories.document("A scan of ours", b"", "scan.pdf", "Ohio")
    factories.document("A scan of theirs", b"", "scan.pdf", "Texas")
    reading.read_waiting()
    front = as_persona("ohio-editor").get("/admin/").content.decode()
    assert "A scan of ours" in front
    assert "Could not be read. It is damaged or cut off." in front
    assert "A scan of theirs" not in front
    form = as_persona("ohio-editor").get(f"/admin/documents/edit/{ours.pk}/").content.decode()
    assert "Could not be read. It is damaged or cut off." in form
