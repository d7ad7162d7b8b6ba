"""The demonstration community's resources with their files, and its webinars. Texts: `home/data/demo/`."""

from __future__ import annotations

import csv
import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.images import ImageFile
from django.db import transaction
from django.utils.text import slugify

from calendar_app.demo import when
from calendar_app.models import Chapter, Speaker, WebinarPage
from home import demo, demo_text
from home.models import HomePage, SectionPage, SiteImage
from library import demo_documents, demo_files, demo_webinars
from library.models import ResourceFile, ResourceLink, ResourcePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from library.demo_webinars import Talk

MEDIA = Path(__file__).parent / "demo_media"
PUBLICATIONS = Path(__file__).parent / "data" / "demo_resources.csv"
TERMS = ("topics", "settings", "populations", "stages")
PUBLISHED_WITHIN = 700  # days: publications were added over the last two years


def make() -> None:
    """Publications of others, resources with files of their own, then every webinar."""
    publications = list(_publications())
    documents = list(demo_documents.read())
    for place in demo.all_places():
        name = demo.name_of(place)
        for values in publications:
            if values["section"] == name:
                _publication(place, **values)
        for values in documents:
            if values["section"] == name:
                _resource(place, **values)
    for place, texts in demo.places():
        for values in texts.get("resource", []):
            _resource(place, **values)
        for values in texts.get("webinar", []):
            _webinar(place, **values)
        for slug, facts, talk in demo_webinars.read(demo.name_of(place)):
            _webinar(place, slug, talk=talk, **facts)


def _publications() -> Iterator[dict[str, Any]]:
    """The rows of `data/demo_resources.csv`: real publications, who shares them, and what they are good for."""
    with PUBLICATIONS.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@transaction.atomic
def _publication(
    place: HomePage | SectionPage, /, *, section: str, title: str, year: str, link: str, **values: Any
) -> None:
    """One publication that stands elsewhere: facts and a link."""
    parent = demo.index_of(place, "library")
    slug = slugify(title)
    if not demo.missing(parent, slug):
        return
    terms: dict[str, Any] = {name: list(filter(None, values.pop(name).split("; "))) for name in TERMS}
    demo.publish(
        ResourcePage,
        parent,
        slug,
        title=title,
        year=int(year),
        audience="public",
        licence="unknown" if values["source_state"] else "public_domain",  # works of the federal government: 17 USC 105
        links=[ResourceLink(url=link, label="At the publisher")],
        published=-(10 + demo.identity(section, slug).int % PUBLISHED_WITHIN),
        **terms,
        **values,
    )


@transaction.atomic
def _resource(
    place: HomePage | SectionPage,
    /,
    slug: str,
    *,
    section: str = "",
    title: str,
    text: str = "",
    body: str = "",
    files: tuple[str, ...] = (),
    links: tuple[tuple[str, str], ...] = (),
    **values: Any,
) -> None:
    """One resource. `text` is what its files say, `body` what its page says."""
    parent = demo.index_of(place, "library")
    if not demo.missing(parent, slug):
        return
    if isinstance(place, SectionPage) and place.kind != SectionPage.Kind.WORK_GROUP:
        values.setdefault("source_state", place.code)
    author, language = values.get("publisher", ""), values.get("language", "en")
    parts = demo_text.parse(text)
    made = []
    for kind in files:  # a file's kind is its extension, and for one that is spoilt on purpose how: pdf:scan
        content = demo_files.write(kind, title, author, language, parts)
        made.append(demo.document(place, f"{slug}.{kind.partition(':')[0]}", title, content))
    demo.publish(
        ResourcePage,
        parent,
        slug,
        title=title,
        body=demo_text.stream(body) if body else [],
        files=[ResourceFile(document=document) for document in made],
        links=[ResourceLink(url=url, label=label) for url, label in links],
        **values,
    )


@transaction.atomic
def _webinar(
    place: HomePage | SectionPage,
    /,
    slug: str,
    *,
    title: str,
    days: int,
    start: str,
    minutes: int,
    people: list[list[str]],
    body: str,
    slides: str = "",
    talk: Talk | None = None,
    **values: Any,
) -> None:
    """One webinar; where there is what was said it was held, and has its recording, captions, chapters and slides too."""
    parent = demo.index_of(place, "webinars")
    if not demo.missing(parent, slug):
        return
    values.setdefault("published", days - 24)
    if talk:
        values |= _recorded(place, slug, title, slides, talk)
    demo.publish(
        WebinarPage,
        parent,
        slug,
        title=title,
        uid=demo.identity(place.slug, slug),
        speakers=[Speaker(name=name, role=role) for name, role in people],
        body=demo_text.stream(body),
        **when(place, days, start, minutes),
        **values,
    )


def _recorded(place: HomePage | SectionPage, slug: str, title: str, slides: str, talk: Talk) -> dict[str, Any]:
    """What remains of a webinar whose words we have: captions and slides of its own, and a clip as long as the talk."""
    home = HomePage.objects.get()
    minutes, clip = _clip(talk)
    deck = demo_files.write("pptx", title, place.title, "en", demo_text.parse(slides))
    return {
        "poster": _poster(home, slug),
        "recording": demo.document(home, clip.name, f"Recording of a webinar, {minutes} minutes", clip.read_bytes()),
        "captions": demo.document(place, f"{slug}.vtt", f"Captions: {title}", talk.captions()),
        "chapters": [Chapter(start=start, title=name) for start, name in talk.chapters],
        "slides": demo.document(place, f"{slug}-slides.pptx", f"Slides: {title}", deck),
        "picture_needs_words": WebinarPage.Picture.NO,
    }


def _poster(home: HomePage, slug: str) -> SiteImage:
    """One of the pictures that stand before a recording plays."""
    posters = sorted(MEDIA.glob("poster-*.png"))
    poster = posters[demo.identity(slug).int % len(posters)]
    title = f"Poster of a webinar, {poster.stem.partition('-')[2]}"
    found = SiteImage.objects.filter(title=title, collection=home.collection).first()
    return found or SiteImage.objects.create(
        title=title,
        description="The mark of the community: two rings that overlap",
        collection=home.collection,
        file=ImageFile(BytesIO(poster.read_bytes()), name=poster.name),
    )


def _clip(talk: Talk) -> tuple[int, Path]:
    """The shortest clip that is long enough, and its minutes, which end its name."""
    clips = sorted((int(found[1]), path) for path in MEDIA.glob("*.mp4") if (found := re.search(r"-(\d+)$", path.stem)))
    return next((minutes, path) for minutes, path in clips if minutes * 60 >= talk.length.total_seconds())
