"""The demonstration community: whole, honest, made once, and never in production."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections import Counter

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from calendar_app.models import ConferenceCallPage, WebinarPage
from home import demo, demo_text, setup
from home.management.commands.demo_check import Check, invalid
from home.models import AnnouncementPage, Entry, SectionPage, SiteDocument
from library import demo_documents, demo_files
from library.models import ResourcePage
from members import demo as people
from members.models import JoinRequest, User
from tests.personas import PERSONAS

RICH = ("ohio", "texas")


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """What the command printed. A small part of the demonstration is there: two States, an empty one, one work group.

    The whole is opened by `make demo-check`; what its texts hold is tried in tests/test_demo_texts.py.
    """
    elsewhere = {slugify(place.name.replace(".", "")) for place in setup.places()}
    elsewhere |= {slugify(group["title"]) for group in demo.read("community")["work_group"]}

    def there(model, slugs, find=demo.by_slug):
        """By slug, without the sections that only the whole demonstration has."""
        known = set(SectionPage.objects.values_list("slug", flat=True)) if model is SectionPage else elsewhere
        return find(model, [slug for slug in slugs if slug in known or slug not in elsewhere])

    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        wanted = [place for place in setup.places() if place.code in ("OH", "TX", "WY")]
        patch.setattr(setup, "places", lambda: wanted)
        patch.setitem(demo.read("community"), "work_group", demo.read("community")["work_group"][:1])
        patch.setattr(demo, "by_slug", there)
        yield make()
        transaction.set_rollback(True)


def make() -> str:
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def state() -> dict:
    """What would show that a run changed something."""
    return {
        "pages": list(Page.objects.order_by("pk").values_list("pk", "url_path", "live", "last_published_at")),
        "revisions": list(Page.objects.order_by("pk").values_list("latest_revision", flat=True)),
        "entries": list(Entry.objects.order_by("pk").values()),
        "files": list(SiteDocument.objects.order_by("pk").values_list("uuid", "file", "file_hash")),
        "people": list(User.objects.order_by("pk").values_list("email", "password")),
    }


def test_outside_development_it_is_refused_with_a_sentence(settings):
    settings.DEMONSTRATION = False
    before = Page.objects.count()
    with pytest.raises(CommandError, match="development only"):
        call_command("demo")
    assert Page.objects.count() == before


@pytest.mark.slow
def test_a_second_run_changes_nothing_and_a_run_after_an_interruption_goes_on(demonstration):
    first = state()
    make()
    assert state() == first
    with time_machine.travel(timezone.now() + dt.timedelta(days=16)):
        make()
    assert state() == first
    gone = Entry.objects.filter(type="resource").first().page.specific
    gone.delete()
    make()
    assert Entry.objects.filter(url=gone.get_url()).exists()
    assert len(state()["pages"]) == len(first["pages"])


@pytest.mark.slow
def test_the_demonstration_opens_for_a_visitor_a_member_and_an_editor(demonstration):
    whole = Check(people=("visitor",)).run()
    assert whole.problems == []
    assert whole.opened > 600
    ohio = Check(people=("texas-member", "ohio-editor"), below="/sections/ohio/").run()
    assert ohio.problems == []
    assert ohio.opened > 120


@pytest.mark.slow
def test_the_check_fails_where_a_link_leads_nowhere(demonstration):
    page = AnnouncementPage.objects.get(slug="booking-screens-pilot")
    AnnouncementPage.objects.filter(pk=page.pk).update(body='<p><a href="/sections/ohio/nowhere/">Gone</a></p>')
    check = Check(people=("visitor",), below="/sections/ohio/").run()
    assert [problem for problem in check.problems if "/sections/ohio/nowhere/ as visitor" in problem]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PERSONAS if name != "visitor"])
def test_a_persona_can_sign_in_with_the_password_that_was_printed(demonstration, name):
    email = f"{name}@worksite.example"
    [line] = [line for line in demonstration.splitlines() if line.startswith(f"{email} ")]
    assert "learning-community" in line
    client = Client()
    assert client.post("/accounts/login/", {"login": email, "password": "learning-community"}).status_code == 302
    user = User.objects.get(email=email)
    assert client.session.get("_auth_user_id") == str(user.pk)
    held = [(m.section.title if m.section else None, m.role) for m in user.memberships.filter(active=True)]
    assert held == PERSONAS[name]
    assert EmailAddress.objects.filter(user=user, email=email, verified=True, primary=True).exists()


def test_nobody_else_has_a_login(demonstration):
    assert set(people.PERSONAS) == set(PERSONAS) - {"visitor"}
    others = User.objects.exclude(email__endswith="@worksite.example")
    assert others.count() >= 60
    assert not any(user.has_usable_password() or user.is_staff or user.is_superuser for user in others)
    assert all(user.email.endswith(".example") and user.position for user in others)


def test_people_belong_to_sections_have_left_or_wait(demonstration):
    ohio = SectionPage.objects.get(slug="ohio").memberships
    assert set(ohio.filter(active=True).values_list("role", flat=True)) == {"member", "reviewer", "editor", "lead"}
    assert not SectionPage.objects.get(slug="wyoming").memberships.exists()
    assert User.objects.get(email="anders.lokken@red-river-valley-housing.example").memberships.count() == 0


def test_whoever_asked_to_join_waits_for_the_lead_who_finds_the_request(demonstration, as_persona):
    asked = JoinRequest.objects.get(user__email="pending@worksite.example")
    lead = as_persona("ohio-lead")
    assert f"/my/requests/{asked.pk}/" in lead.get("/my/requests/").content.decode()
    assert "Supervision of counselors" in lead.get(f"/my/requests/{asked.pk}/").content.decode()
    assert "Your request is with" in as_persona("pending").get("/join/").content.decode()


def test_a_section_without_texts_stays_empty(demonstration):
    assert not Entry.objects.filter(section__slug="wyoming").exists()


@pytest.mark.parametrize("name", ["visitor", "ohio-member"])
@pytest.mark.parametrize("part", ["", "announcements/", "calendar/", "calendar/?when=past", "library/", "webinars/"])
def test_no_page_of_ohio_is_empty(demonstration, as_persona, name, part):
    body = as_persona(name).get(f"/sections/ohio/{part}").content.decode()
    links = set(re.findall(r'href="/sections/ohio/(?:announcements|calendar|library|webinars)/([a-z-]+)/"', body))
    assert len(links) >= (1 if "?" in part else 2), links


def test_every_rich_state_has_content_of_every_type_and_audience(demonstration):
    visible = Entry.objects.visible_to(AnonymousUser())
    for slug in RICH:
        section = SectionPage.objects.get(slug=slug)
        assert section.introduction
        assert section.contact_email.endswith(".example")
        assert section.wishes.filter(answered=None).exists()
        for types, least in (("announcement", 2), ("event", 1), ("webinar", 2), ("resource", 6)):
            assert visible.in_section(section).of_type(types).count() >= least, (slug, types)
        everything = Entry.objects.filter(section=section)
        assert everything.of_type("call").count() >= 3
        assert everything.of_type("announcement").filter(access__text=f"|section:{section.pk}|").exists()
        assert everything.of_type("announcement").filter(access__text="|members|").count() >= 2
        assert everything.of_type("resource").values("kind").distinct().count() >= 5


def test_every_situation_of_an_announcement_is_there(demonstration):
    today = timezone.now()
    assert Entry.objects.filter(pinned_until__gte=today.date()).exists()
    assert Entry.objects.urgent().filter(section=None).exists()
    assert Entry.objects.urgent().exclude(section=None).exists()
    assert Entry.objects.filter(expires_at__gt=today, expires_at__lt=today + dt.timedelta(days=4)).exists()
    assert Page.objects.filter(live=False, go_live_at__gt=today).exists()
    assert Page.objects.filter(contentpage__retired_at__isnull=False, live=False).exists()
    assert Page.objects.filter(expired=True, live=False).exists()
    assert Page.objects.filter(live=False, contentpage__retired_at=None, go_live_at=None).exists()


def test_calls_and_webinars_are_complete(demonstration):
    now = timezone.now()
    for call in ConferenceCallPage.objects.live():
        assert call.phone[4:7] == "555", call.phone
        assert call.passcode
        assert ".example/" in call.join_url
        assert call.agenda.exists()
        assert bool(call.notes) == (call.occurrences.get().ends_at < now), call.title
    assert ConferenceCallPage.objects.filter(status="cancelled").exists()
    assert ConferenceCallPage.objects.filter(moved_from_date__isnull=False).exists()
    for webinar in WebinarPage.objects.live():
        assert webinar.speakers.exists()
        held = webinar.occurrences.get().ends_at < now
        assert held == bool(webinar.recording and webinar.captions and webinar.slides)
        assert held == (len(webinar.chapters.all()) >= 4), webinar.title
        assert held or webinar.registration_url
        names = {part.get("speaker") for part in webinar.spoken()} - {None, ""}
        assert names <= {speaker.name for speaker in webinar.speakers.all()}, webinar.title


def test_a_year_of_calls_stands_in_the_calendar_of_a_rich_section(demonstration):
    today = timezone.localdate()
    for slug in (*RICH, "peer-workforce"):
        calls = ConferenceCallPage.objects.filter(section__slug=slug)
        months = {(date.year, date.month) for date in calls.values_list("start_date", flat=True)}
        assert len(months) >= 9, slug
        assert calls.filter(start_date__gt=today).count() >= 3, slug


def test_publications_of_others_are_described_and_linked(demonstration):
    tip = ResourcePage.objects.get(title__startswith="TIP 42")
    assert (tip.section, tip.audience, tip.licence, tip.year) == (None, "public", "public_domain", 2020)
    assert tip.links.get().url.startswith("https://library.samhsa.gov/")
    assert "Substance Abuse and Mental Health Services Administration" in tip.publisher


@pytest.mark.slow
def test_every_file_opens_in_its_own_program_and_has_words(demonstration):
    kinds = Counter()
    for document in SiteDocument.objects.exclude(file_hash="").exclude(title__in=SPOILT):
        kinds[document.file_extension] += 1
        if document.file_extension in READERS:
            with document.file.open() as file:
                words = READERS[document.file_extension](file, document)
            assert len(words) > 150, document.title
            assert document.title.removeprefix("Slides: ") in words
        else:
            assert document.file_extension in ("mp4", "vtt")
            assert document.get_file_size() < 3_000_000
    assert sum(kinds[kind] for kind in READERS) >= 40
    assert min(kinds[kind] for kind in READERS) >= 6
    assert SiteDocument.objects.values("file_hash").distinct().count() == SiteDocument.objects.count()


def read_pdf(file, document) -> str:
    from pypdf import PdfReader

    reader = PdfReader(file)
    assert len(reader.pages) >= 1
    assert reader.metadata.title == document.title
    assert reader.trailer["/Root"]["/Lang"] in ("en", "es")
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def read_docx(file, document) -> str:
    from docx import Document

    opened = Document(file)
    assert opened.core_properties.title == document.title
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


def read_pptx(file, document) -> str:
    from pptx import Presentation

    slides = Presentation(file).slides
    assert len(slides) >= 3
    assert all(slide.shapes.title.text for slide in slides)
    return " ".join(shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame)


def read_xlsx(file, document) -> str:
    from openpyxl import load_workbook

    book = load_workbook(file)
    assert len(book.worksheets) >= 2
    assert book.worksheets[1].max_row >= 3
    return " ".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None)


# Files that break one of these rules on purpose; each is tried in tests/test_demo_texts.py.
SPOILT = [one["title"] for one in demo_documents.read() if any(":" in kind for kind in one["files"])]
READERS = {"pdf": read_pdf, "docx": read_docx, "pptx": read_pptx, "xlsx": read_xlsx}


def test_a_pdf_is_tagged_and_says_its_title_and_language():
    from pypdf import PdfReader

    parts = demo_text.parse('# Qué firma usted\n\nHello "you" \\ #1 $x$\n\n- one\n- two\n\n| A | B |\n| 1 | 2 |')
    reader = PdfReader(io.BytesIO(demo_files.pdf("A title", "Ohio", "es", parts)))
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "A title"
    assert root["/Lang"] == "es"
    assert "/StructTreeRoot" in root
    assert root["/MarkInfo"]["/Marked"]
    text = reader.pages[0].extract_text()
    assert 'Hello "you" \\ #1 $x$' in text


@pytest.mark.parametrize("extension", sorted(demo_files.WRITERS))
def test_a_file_holds_the_words_of_its_text(extension):
    parts = demo_text.parse("# Rates\n\nValid from January.\n\n- one thing\n\n| Code | Rate |\n| H0038 | $16.40 |")
    content = demo_files.write(extension, "Rate sheet", "Ohio", "en", parts)
    assert content == demo_files.write(extension, "Rate sheet", "Ohio", "en", parts) or extension != "pdf"
    if extension == "pdf":
        from pypdf import PdfReader

        text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    else:
        archive = zipfile.ZipFile(io.BytesIO(content))
        text = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    for word in ("Rate sheet", "Valid from January.", "one thing", "H0038", "16.4"):
        assert word in text, word


def test_a_text_becomes_clean_html():
    assert demo_text.html("# A & B\n\nOne\ntwo.\n\n- x\n  y\n- z") == (
        "<h2>A &amp; B</h2><p>One two.</p><ul><li>x y</li><li>z</li></ul>"
    )
    with pytest.raises(ValueError, match="table"):
        demo_text.html("| a |\n| b |")


def test_an_unknown_word_in_a_text_is_a_mistake_that_is_named():
    with pytest.raises(ValueError, match="atlantis"):
        demo.by_slug(SectionPage, ["ohio", "atlantis"])


def test_the_check_sees_what_is_wrong_with_a_page():
    assert invalid("<!doctype html><html lang=en><title>x</title><body><p id='a'></p></body></html>") == []
    assert invalid("<p>no doctype</p>")
    assert "the id a stands 2 times" in invalid("<!doctype html><title>x</title><p id='a'></p><p id='a'></p>")
