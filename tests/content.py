"""Pages with everything on them, for tests that look at how things are shown."""

from __future__ import annotations

from typing import Any

from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Page

from calendar_app.models import ConferenceCallPage, EventPage, WebinarPage
from calendar_app.models.calls import AgendaItem
from calendar_app.models.webinars import Speaker
from home.blocks import BodyBlock
from home.models import AnnouncementPage, Topic
from home.models.vocabularies import Population, Requirement, Setting, Stage
from library.models import ResourceFile, ResourceLink, ResourcePage
from tests import factories

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:04.000\n<v A speaker>Good afternoon to everyone.\n"
MODELS = [AnnouncementPage, EventPage, ConferenceCallPage, WebinarPage, ResourcePage]
LONG_TITLE = "How " + "very long titles of reports that committees write together " * 3 + "are shown"


def body(place: str | None = "Ohio") -> StreamValue:
    """A body with one of every block."""
    parts = [("heading", {"text": f"Part {number}", "level": "h2"}) for number in range(4)]
    parts += [
        ("heading", {"text": "A part of a part", "level": "h3"}),
        ("text", "<p>Words & more <b>words</b></p><h2>A heading in the text</h2><ul><li>One</li></ul>"),
        ("callout", {"heading": "From January 1", "text": "<p>Claims change.</p>"}),
        ("quote", {"text": "We stopped asking.\n\nThen it worked.", "source": "A director"}),
        ("steps", ["<p>Name a lead.</p>", "<p>Sign.</p>"]),
        ("question", {"question": "Who signs?", "answer": "<p>The person in care.</p>"}),
        ("image", {"image": factories.image(), "alternative_text": 'A "quoted" view', "decorative": False}),
        ("image", {"image": factories.image(), "alternative_text": "", "decorative": True, "caption": "A field"}),
        ("file", {"document": factories.document(place=place), "note": "Use at intake"}),
        ("page", {"page": Page.objects.get(slug="texas"), "note": "See also"}),
    ]
    value = StreamValue(BodyBlock(), parts)
    table = BodyBlock().child_blocks["table"]
    raw = {
        "columns": [{"type": "text", "heading": "County"}, {"type": "number", "heading": "Beds"}],
        "rows": [{"values": ["Adams", "12"]}],
        "caption": "Beds by county",
    }
    value.append(("table", table.to_python(raw)))
    return value


def full(model: type, place: str | None = "Ohio", **values: Any) -> Any:
    """A page of a type with everything on it."""
    values |= {"summary": "A summary & more.", "topics": list(Topic.objects.all()[:2])}
    values.setdefault("title", "A “full” page <of> everything & more")
    files = {name: factories.document(name, place=place) for name in ("first", "second")}
    if model is AnnouncementPage:
        values["body"] = "<h2>What changes</h2><p>Words</p><ul><li>One</li></ul>"
    else:
        values["body"] = body(place)
    if issubclass(model, EventPage):
        values |= {"place": "Riffe Center", "address": "77 High St", "room_access": "Step-free.\nA hearing loop."}
    if model is ConferenceCallPage:
        values |= {
            "join_url": "https://calls.example/join",
            "phone": "614-555-0142",
            "passcode": "480219",
            "one_tap": "+16145550142,,480219#",
            "captioning": "In the window",
            "accommodation_contact": "Ask us",
            "notes": "<h2>Who was there</h2><p>Many</p>",
            "agenda": [AgendaItem(title="Welcome", minutes=5, speaker="A lead"), AgendaItem(title="Rates")],
        }
    if model is WebinarPage:
        values |= {
            "recording": factories.document("video", b"\0" * 64, "video.mp4", place),
            "captions": factories.document("captions", CAPTIONS, "captions.vtt", place),
            "slides": files["first"],
            "transcript": "<p>Welcome.</p>",
            "picture_needs_words": "yes",
            "audio_described": files["second"],
            "speakers": [Speaker(name="A speaker", role="A role"), Speaker(name="Another")],
        }
    if model is ResourcePage:
        values |= {
            "files": [ResourceFile(document=file) for file in files.values()],
            "links": [ResourceLink(url="https://www.example.org/a?b=1&c=2", label="The publisher’s page")],
            "authors": "One; Two",
            "publisher": "An office & sons",
            "year": 2025,
            "source_state": "OH",
            "version": "3",
            "change_note": "A new line.",
            "settings": list(Setting.objects.all()[:2]),
            "populations": list(Population.objects.all()[:2]),
            "stages": list(Stage.objects.all()[:1]),
            "requirements": list(Requirement.objects.all()[:1]),
        }
    return factories.page(model, place, **values)
