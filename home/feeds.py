"""Atom feeds (RFC 4287) of what anyone may see: one for the whole community, one for each section, each also by type.

Public items only, whoever asks, so that any cache may keep the answer. Identifiers come from the pages' UUIDs: a rename,
a move or another host name makes no item new.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.text import capfirst
from django.views.decorators.http import conditional_page, require_safe

from home.models import CommunitySettings, Entry, HomePage, SectionPage

if TYPE_CHECKING:
    from home.models.entries import EntryQuerySet

ITEMS = 50
MAX_AGE = 15 * 60
ALL = "all"
# What a feed can be narrowed to, as it stands in the address, and the entry type.
NARROWED = {"announcements": "announcement", "resources": "resource", "webinars": "webinar"}
TYPES = tuple(NARROWED.values())
# The date of a feed without items whose section was never edited. It must not move: a date of now would defeat caches.
BEFORE_ANYTHING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

# XML 1.0 section 2.2: the characters that no document may hold, however written.
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])


def absolute(address: str) -> str:
    """An address of this site with its host, from `SITE_URL`: what a visitor sends as Host goes into no feed."""
    return urljoin(settings.SITE_URL + "/", address)


def place_of(slug: str) -> HomePage | SectionPage:
    """The section of a feed's address, or the home page for `all`. Raises Http404 where there is none."""
    pages = HomePage.objects.live() if slug == ALL else SectionPage.objects.live().filter(slug=slug)
    page = pages.first()
    if page is None:
        raise Http404("There is no such section.")
    return page


def publicly(response: HttpResponse, modified: dt.datetime) -> HttpResponse:
    """Say when an answer last changed, and that everybody may keep it for a quarter of an hour."""
    response.headers["Last-Modified"] = http_date(modified.timestamp())
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


class AtomFeed(Atom1Feed):
    """Django's Atom writer, with a date of its own also when it is empty, and without characters that XML forbids."""

    def __init__(self, *args, updated: dt.datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.updated = updated

    def latest_post_date(self) -> dt.datetime:
        """The newest change of an item or, before there is one, of the section."""
        return max([item["updateddate"] for item in self.items], default=self.updated)


def text(value: str) -> str:
    """A text without the characters that XML forbids."""
    return value.translate(_NOT_XML)


def add_entries(atom: AtomFeed, entries: EntryQuerySet, community: str) -> None:
    """Put the newest entries into a feed. The caller has narrowed them to what its readers may see."""
    for entry in entries.select_related("section", "page").order_by("-published_at", "-pk")[:ITEMS]:
        atom.add_item(
            title=text(entry.title),
            link=absolute(entry.url),
            description=escape(text(entry.teaser)),  # the writer declares it as HTML
            unique_id=entry.page.translation_key.urn,
            pubdate=entry.published_at,
            updateddate=max(entry.updated_at, entry.published_at),
            author_name=text(entry.section.title if entry.section else community),
            categories=[entry.type],
        )


@require_safe
@conditional_page
def feed(request: HttpRequest, slug: str, narrowed: str = "") -> HttpResponse:
    """The feed of a section, or with `all` of the whole community.

    `narrowed` is a key of `NARROWED` or empty. Unknown sections and types are 404.
    """
    if narrowed and narrowed not in NARROWED:
        raise Http404("There is no such feed.")
    place = place_of(slug)
    entries = Entry.objects.visible_to(AnonymousUser()).of_type(*([NARROWED[narrowed]] if narrowed else TYPES))
    community = CommunitySettings.for_request(request).name
    title = community
    if isinstance(place, SectionPage):
        entries = entries.in_section(place)
        title = f"{place.title} · {community}"
    atom = AtomFeed(
        title=text(f"{capfirst(narrowed)} · {title}" if narrowed else title),
        link=absolute(place.get_url() or "/"),
        description=None,
        language=settings.LANGUAGE_CODE,
        feed_url=absolute(request.path),
        feed_guid=uuid.uuid5(place.translation_key, f"feed {narrowed}").urn,
        author_name=text(community),
        updated=place.last_published_at or BEFORE_ANYTHING,
    )
    add_entries(atom, entries, community)
    response = HttpResponse(content_type=atom.content_type)
    atom.write(response, "utf-8")
    return publicly(response, atom.latest_post_date())
