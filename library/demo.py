"""The demonstration community's resources with their files, and its webinars. Texts: `home/data/demo/`."""

from __future__ import annotations

import csv
import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.images import ImageFile
from django.utils.text import slugify

from calendar_app.demo import when
from calendar_app.models import Chapter, Speaker, WebinarPage
from home import demo, demo_text
from home.models import HomePage, SectionPage, SiteImage
from library import demo_documents, demo_files, demo_webinars
from library.models import ResourceFile, ResourceLink, ResourcePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wagtail.models import Page

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
        demo.publish(_resources(place, publications, documents))
        demo.publish(_webinars(place))


def _resources(
    place: HomePage | SectionPage, publications: list[dict[str, Any]], documents: list[dict[str, Any]]
) -> Iterator[demo.New]:
    """What is still to be made in the library of a place."""
    library = demo.index_of(place, "library")
    name = demo.name_of(place)
    for values in publications:
        if values["section"] == name and demo.missing(library, slugify(values["title"])):
            yield _publication(library, **values)
    for values in [*(one for one in documents if one["section"] == name), *demo.texts_of(place).get("resource", [])]:
        if demo.missing(library, values["slug"]):
            yield _resource(place, library, **values)


def _webinars(place: HomePage | SectionPage) -> Iterator[demo.New]:
    """What is still to be made in the webinar archive of a place."""
    archive = demo.index_of(place, "webinars")
    held = ({"slug": slug, "talk": talk} | facts for slug, facts, talk in demo_webinars.read(demo.name_of(place)))
    for values in [*demo.texts_of(place).get("webinar", []), *held]:
        if demo.missing(archive, values["slug"]):
            yield _webinar(place, archive, **values)


def _publications() -> Iterator[dict[str, Any]]:
    """The rows of `data/demo_resources.csv`: real publications, who shares them, and what they are good for."""
    with PUBLICATIONS.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _publication(library: Page, /, *, section: str, title: str, year: str, link: str, **values: Any) -> demo.New:
    """One publication that stands elsewhere: facts and a link."""
    slug = slugify(title)
    terms: dict[str, Any] = {name: list(filter(None, values.pop(name).split("; "))) for name in TERMS}
    return demo.new(
        ResourcePage,
        library,
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


def _resource(
    place: HomePage | SectionPage,
    library: Page,
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
) -> demo.New:
    """One resource. `text` is what its files say, `body` what its page says."""
    if isinstance(place, SectionPage) and place.kind != SectionPage.Kind.WORK_GROUP:
        values.setdefault("source_state", place.code)
    author, language = values.get("publisher", ""), values.get("language", "en")
    parts = demo_text.parse(text)
    made = []
    for kind in files:  # a file's kind is its extension, and for one that is spoilt on purpose how: pdf:scan
        content = demo_files.write(kind, title, author, language, parts)
        made.append(demo.document(place, f"{slug}.{kind.partition(':')[0]}", title, content))
    return demo.new(
        ResourcePage,
        library,
        slug,
        title=title,
        body=demo_text.stream(body) if body else [],
        files=[ResourceFile(document=document) for document in made],
        links=[ResourceLink(url=url, label=label) for url, label in links],
        **values,
    )


def _webinar(
    place: HomePage | SectionPage,
    archive: Page,
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
) -> demo.New:
    """One webinar; where there is what was said it was held, and has its recording, captions, chapters and slides too."""
    values.setdefault("published", days - 24)
    if talk:
        values |= _recorded(place, slug, title, slides, talk)
    return demo.new(
        WebinarPage,
        archive,
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
