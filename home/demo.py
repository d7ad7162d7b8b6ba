"""The demonstration community: what its parts share, and what `home` itself shows of it.

Texts are in `data/demo/`, one TOML file a place. Everything is keyed by its slug below its place: what is there is left as
it is, what is missing is added, all that an app makes in one place with its files as one write. So a second run changes
nothing, and a run after an interruption goes on. Days are counted from the day on which a page is made.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
import uuid
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from home import bulk, demo_text
from home.models import (
    AnnouncementPage,
    CommunitySettings,
    ContentPage,
    HomePage,
    SectionIndexPage,
    SectionPage,
    SiteDocument,
    SiteImage,
    StandardPage,
    Wish,
)
from home.places import DATA
from home.setup import add_section, set_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Model

TEXTS = DATA / "demo"
SHARED = "shared"
OPENED = dt.time(9, 30)


def make() -> None:
    """Sections, work groups, standard pages, announcements."""
    home = set_up()
    _community(home)
    for place, texts in places():
        if isinstance(place, SectionPage):
            _introduce(place, texts)
        parent = index_of(place, "announcements")
        publish(
            _announcement(parent, **values)
            for values in texts.get("announcement", [])
            if missing(parent, values["slug"])
        )


# Shared with the other apps' demo.py -----------------------------------------------------------------------------------


@functools.cache
def read(name: str) -> dict[str, Any]:
    """The texts of one file of `data/demo/`."""
    with (TEXTS / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def places() -> Iterator[tuple[HomePage | SectionPage, dict[str, Any]]]:
    """Every place that has texts, with them: the whole community first, then the sections that exist, by address."""
    for place in all_places():
        if texts := texts_of(place):
            yield place, texts


def texts_of(place: HomePage | SectionPage) -> dict[str, Any]:
    """The texts of a place; nothing for one that has none."""
    name = name_of(place)
    return read(name) if (TEXTS / f"{name}.toml").exists() else {}


def all_places() -> Iterator[HomePage | SectionPage]:
    """The whole community, then every section, by address."""
    yield HomePage.objects.get()
    yield from SectionPage.objects.order_by("slug")


def name_of(place: HomePage | SectionPage) -> str:
    """What the texts call a place: a section's slug, or `shared`."""
    return place.slug if isinstance(place, SectionPage) else SHARED


def identity(*parts: Any) -> uuid.UUID:
    """A UUID that is the same on every machine and in every run."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(["worksite-demonstration", *map(str, parts)]))


def day(days: int, *, workday: bool = False) -> dt.date:
    """The day that many days from today; with `workday`, the Monday after where that is a weekend."""
    found = timezone.localdate() + dt.timedelta(days=days)
    return found + dt.timedelta(days=7 - found.weekday()) if workday and found.weekday() > 4 else found


def moment(days: int, time: dt.time = OPENED) -> dt.datetime:
    """A time of the day that many days from today, in the site's zone."""
    return timezone.make_aware(dt.datetime.combine(day(days), time))


def by_slug(model: type[Model], slugs: list[str]) -> list[Any]:
    """Terms or sections by slug. Raises ValueError for one that does not exist: a text has a mistake."""
    found = list(model._default_manager.filter(slug__in=slugs))
    if unknown := sorted(set(slugs) - {one.slug for one in found}):
        raise ValueError(f"{model._meta.verbose_name_plural} that do not exist: {', '.join(unknown)}")
    return found


@dataclass(frozen=True)
class New:
    """A content page that is to be made: where, in what state, and when it was or will be published."""

    page: ContentPage
    parent: Page
    state: str  # published, draft, scheduled or retired
    published_at: dt.datetime


def new(
    model: type[ContentPage],
    parent: Page,
    slug: str,
    *,
    state: str = "published",
    published: int = -20,
    expires: int | None = None,
    review: int | None = None,
    **values: Any,
) -> New:
    """One content page as an editor would make it, for `publish`. Call it where `missing` has said so.

    `published`, `expires` and `review` are days from today (a scheduled page appears on the day `published`); topics,
    sections and other many-to-many values are given by slug.
    """
    several = {
        field.name: by_slug(field.related_model, values.pop(field.name))
        for field in model._meta.many_to_many
        if field.name in values
    }
    page = model(slug=slug, live=False, translation_key=_key(parent, slug), **values)
    for name, found in several.items():
        setattr(page, name, found)
    page.expire_at = moment(expires) if expires is not None else None
    page.review_by = day(review) if review is not None else None
    return New(page, parent, state, moment(published))


@transaction.atomic
def publish(pages: Iterable[New]) -> None:
    """Make these pages, and whatever their making takes along the way, such as their files, as one write.

    In bulk: far fewer queries than saving and publishing each, and each gets the day on which it is to have been published.
    """
    together: dict[tuple[Page, type[ContentPage], bool], list[New]] = {}
    for one in pages:
        if one.state == "scheduled":
            one.page.go_live_at = one.published_at
            one.parent.add_child(instance=one.page)
            one.page.save_revision().publish()
        else:
            together.setdefault((one.parent, type(one.page), one.state != "draft"), []).append(one)
    for (parent, _, live), alike in together.items():
        days = {one.page.translation_key: one.published_at for one in alike}
        bulk.create(
            parent, [one.page for one in alike], publish=live, at=lambda page, days=days: days[page.translation_key]
        )
        for one in alike:
            _take_down(one)


def _take_down(one: New) -> None:
    """Retire what is to be retired; unpublish what has expired since, as the clock would have done on that day."""
    expired = one.state == "published" and one.page.has_expired_by_now()
    if one.state == "retired" or expired:
        one.page.refresh_from_db()
        one.page.unpublish(set_expired=expired)
    if one.state == "retired":
        ContentPage.objects.filter(pk=one.page.pk).update(retired_at=timezone.now())


def missing(parent: Page, slug: str) -> bool:
    """Whether a page is still to be made. One that was moved or renamed since is there."""
    return not Page.objects.filter(translation_key=_key(parent, slug)).exists()


def _key(parent: Page, slug: str) -> uuid.UUID:
    return identity(parent.get_parent().slug, parent.slug, slug)


def index_of(place: Page, slug: str) -> Page:
    """An index page of a place: `announcements`, `calendar`, `library`, `webinars`."""
    return place.get_children().get(slug=slug).specific


def document(place: HomePage | SectionPage, name: str, title: str, content: bytes) -> SiteDocument:
    """A file in a place's collection, at an address that is the same in every run."""
    key = identity(place.slug, name)
    found = SiteDocument.objects.filter(uuid=key).first()
    if found:
        return found
    made = SiteDocument(uuid=key, title=title, collection=place.collection)
    made.file.save(name, ContentFile(content), save=False)
    made._set_document_file_metadata()
    made.save()
    return made


# What home shows -------------------------------------------------------------------------------------------------------


@transaction.atomic
def _community(home: HomePage) -> None:
    texts = read("community")
    if not home.introduction:
        home.introduction = demo_text.html(texts["introduction"])
        home.how_to_join = demo_text.html(texts["how_to_join"])
        home.save_revision().publish()
    settings = CommunitySettings.for_site(home.get_site())
    if not settings.contact_email:
        settings.contact_email = texts["contact_email"]
        settings.save()
    index = SectionIndexPage.objects.get()
    for values in texts["work_group"]:
        if not SectionPage.objects.filter(code=values["code"]).exists():
            add_section(index, kind=SectionPage.Kind.WORK_GROUP, **values)
    for slug, text in texts["page"].items():
        page = StandardPage.objects.child_of(home).get(slug=slug)
        if not page.body:
            page.body = demo_text.stream(text)
            if slug == "about":
                page.body.insert(1, ("image", _picture(home) | {"decorative": False}))
            page.save_revision().publish()


@transaction.atomic
def _introduce(section: SectionPage, texts: dict[str, Any]) -> None:
    if section.introduction:
        return
    section.introduction = texts["introduction"]
    section.contact_name = texts["contact_name"]
    section.contact_email = texts["contact_email"]
    section.wishes = [
        Wish(
            text=wish["text"],
            since=day(wish["since"]),
            answered=day(wish["answered"]) if "answered" in wish else None,
        )
        for wish in texts.get("wish", [])
    ]
    section.save_revision().publish()


def _announcement(
    parent: Page,
    /,
    slug: str,
    *,
    text: str,
    pinned: int | None = None,
    urgent: tuple[int, int | str] | None = None,
    **values: Any,
) -> New:
    return new(
        AnnouncementPage,
        parent,
        slug,
        body=demo_text.html(text),
        pinned_until=day(pinned) if pinned is not None else None,
        urgent_from=moment(urgent[0]) if urgent else None,
        urgent_until=_until(urgent[1]) if urgent else None,
        **values,
    )


def _until(end: int | str) -> dt.datetime:
    """The end of an urgent notice: days from today, or a day of the week and a time, for example "Saturday 08:00"."""
    if isinstance(end, int):
        return moment(end)
    name, time = end.split()
    days = next(days for days in range(1, 8) if f"{day(days):%A}" == name)
    return moment(days, dt.time.fromisoformat(time))


def _picture(home: HomePage) -> dict[str, Any]:
    """What co-occurs, as two rings: the picture of the About page."""
    from PIL import Image, ImageDraw, ImageFont

    title = "Two conditions, one person"
    image = SiteImage.objects.filter(title=title, collection=home.collection).first()
    if image is None:
        drawn = Image.new("RGB", (1200, 600), "#f6f6f2")
        pen = ImageDraw.Draw(drawn)
        for left in (240, 520):
            pen.ellipse((left, 80, left + 440, 520), outline="#0e4f5c", width=14)
        font = ImageFont.load_default(34)
        pen.text((400, 300), "Mental health", anchor="mm", font=font, fill="#171716")
        pen.text((800, 300), "Substance use", anchor="mm", font=font, fill="#171716")
        pen.text((600, 300), "One\nplan", anchor="mm", align="center", font=font, fill="#0e4f5c")
        buffer = BytesIO()
        drawn.save(buffer, "PNG", optimize=True)
        image = SiteImage.objects.create(
            title=title,
            description=title,
            collection=home.collection,
            file=ImageFile(buffer, name="two-conditions-one-person.png"),
        )
    alternative = "Two rings that overlap, one for mental health and one for substance use. Where they meet: one plan."
    return {"image": image, "alternative_text": alternative, "caption": ""}
