"""What the words of a page are: its own, those that only members may read, and those of its files and its recording."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from wagtail.blocks import StreamValue
from wagtail.models import Page, ReferenceIndex
from wagtail.rich_text import get_text_for_indexing

from calendar_app.models import Transcript, WebinarPage
from home.models import SiteDocument
from search.models import FileText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


# The fields of our page types that hold words, whatever the type. How to join a call is not among them.
WORDS = (
    "introduction",
    "body",
    "agenda",
    "notes",
    "speakers",
    "chapters",
    "transcript",
    "place",
    "address",
    "publisher",
    "wishes",
)
AUTHORS = ("authors", "publisher", "speakers", "contact_name")
MAX_TEXT = 2_000_000  # characters of one document that can be searched; a file alone gives at most half of it


@dataclass(frozen=True)
class Part:
    """Words that have an address of their own: a page of a file, a sentence of a recording."""

    source: str
    place: str
    url: str
    text: str
    members: bool = False


@dataclass
class Words:
    """Everything that a page says."""

    text: str = ""
    members_text: str = ""
    authors: str = ""
    parts: list[Part] = field(default_factory=list)


def words_of(page: Page, parts: Iterable[Part], terms: Iterable[str] = ()) -> Words:
    """The words of a specific page, with those of its files and recording and the names of its terms, which the caller
    has read for many pages at once.
    """
    members_only = set(getattr(page, "members_only_fields", ()))
    found = Words(parts=list(parts))
    open_words: list[str] = []
    members_words: list[str] = []
    for name in WORDS:
        if hasattr(page, name):
            (members_words if name in members_only else open_words).append(plain(getattr(page, name)))
    open_words += terms
    for part in found.parts:
        (members_words if part.members else open_words).append(part.text)
    found.text = joined(open_words)
    found.members_text = joined(members_words)
    found.authors = joined(plain(getattr(page, name)) for name in AUTHORS if hasattr(page, name))
    return found


def joined(texts: Iterable[str]) -> str:
    """Texts one below the other, without empty ones and without what no database takes; cut where it is enough."""
    joined = "\n".join(filter(None, texts)).replace("\x00", "")
    return unicodedata.normalize("NFKC", joined)[:MAX_TEXT]  # files write "ﬁnd" with a ligature


def plain(value: Any) -> str:
    """The words of a field's value: rich text and blocks without their tags, the rows of a relation one a line."""
    if isinstance(value, StreamValue):
        return "\n".join(value.stream_block.get_searchable_content(value))
    if isinstance(value, str):
        return get_text_for_indexing(value).strip() if "<" in value else value.strip()
    if hasattr(value, "all"):
        rows: QuerySet = value.all()
        return "\n".join(_row(row) for row in rows)
    return ""


def _row(row: Any) -> str:
    extra = [getattr(row, name, "") for name in ("role", "speaker")]
    return " ".join(filter(None, [str(row), *extra]))


def file_parts(pages: Iterable[Page]) -> dict[int, list[Part]]:
    """The parts of the files that these pages use, by page. Two queries, however many pages.

    A file that stands only in a part of a page that members alone see is theirs alone too (`access.can_see_file`).
    """
    by_key = {page.pk: page for page in pages}
    uses: dict[int, dict[int, bool]] = {}  # page -> document -> whether for members alone
    for object_id, document, path in ReferenceIndex.objects.filter(
        base_content_type=ReferenceIndex._get_base_content_type(Page),
        to_content_type=ContentType.objects.get_for_model(SiteDocument),
        object_id__in=[str(pk) for pk in by_key],
    ).values_list("object_id", "to_object_id", "model_path"):
        page = by_key[int(object_id)]
        closed = path.split(".")[0] in getattr(page, "members_only_fields", ())
        documents = uses.setdefault(page.pk, {})
        documents[int(document)] = documents.get(int(document), True) and closed
    wanted = {document for documents in uses.values() for document in documents}
    read = {
        text.document_id: text
        for text in FileText.objects.filter(document__in=wanted, status=FileText.Status.READ).select_related("document")
    }
    return {
        pk: [
            part
            for document, closed in sorted(documents.items())
            if document in read
            for part in _parts_of(read[document], members=closed)
        ]
        for pk, documents in uses.items()
    }


def _parts_of(text: FileText, *, members: bool) -> list[Part]:
    document = text.document
    return [
        Part(
            source=document.title,
            place=part["place"],
            url=f"{document.url}#{part['fragment']}" if part["fragment"] else document.url,
            text=part["text"],
            members=members,
        )
        for part in text.parts
    ]


def spoken_parts(pages: Iterable[Page]) -> dict[int, list[Part]]:
    """The sentences of the webinars among these pages, by page, each with the second at which it is said."""
    webinars = {page.pk: page for page in pages if isinstance(page, WebinarPage)}
    found: dict[int, list[Part]] = {}
    for row in Transcript.objects.filter(webinar__in=webinars) if webinars else ():
        address = webinars[row.webinar_id].get_url() or ""
        found[row.webinar_id] = [
            Part(source="", place=clock(second), url=f"{address}?t={int(second)}", text=sentence)
            for chapter in row.parts
            for paragraph in chapter["paragraphs"]
            for second, sentence in paragraph["sentences"]
        ]
    return found


def clock(seconds: float) -> str:
    """A time in a recording as players show it: 12:30, 1:02:05."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"
