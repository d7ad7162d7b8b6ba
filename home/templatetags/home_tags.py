"""What the frame and the components of every page need. Data comes from `home.listings`; rights from `home.access`."""

from __future__ import annotations

from html import unescape
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from modelcluster.fields import ParentalManyToManyField

from home import access, files, listings, mail, outline, responsive
from home.filters import CHOICE_LABELS
from home.models import Entry, HomePage, SectionPage, StandardPage, Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wagtail.models import Page

    from home.models import ContentPage, SiteDocument, SiteImage, Wish

register = template.Library()

TYPE_NAMES = {
    "announcement": "Announcement",
    "event": "Event",
    "call": "Conference call",
    "webinar": "Webinar",
    "resource": "Resource",
    "section": "Section",
    "page": "Page of this site",
    "person": "Person",
}
# The index pages of a place: last part of the address, name, and the types that fill it.
TABS = (
    ("announcements", "Announcements", {"announcement"}),
    ("calendar", "Calendar", {"event", "call", "webinar"}),
    ("library", "Library", {"resource"}),
    ("webinars", "Webinars", {"webinar"}),
)


@register.filter
def what(entry: Entry) -> str:
    """What a row is, in the words of its kind: "Screening tool", "Conference call"; an announcement is just that."""
    if entry.type == "announcement":
        return TYPE_NAMES[entry.type]
    return CHOICE_LABELS.get(("kind", entry.kind)) or TYPE_NAMES[entry.type]


@register.filter
def default_type(kind: str, page: ContentPage) -> str:
    """The narrower word where there is one, else the word for the page's type."""
    return kind or TYPE_NAMES[page.type_name]


@register.filter
def pinned(entry: Entry) -> bool:
    """Whether a row stands on top today."""
    return bool(entry.pinned_until and entry.pinned_until >= timezone.localdate())


@register.filter
def updated_later(page: ContentPage) -> bool:
    """Whether a page was published anew on a later day than the first."""
    first, last = page.first_published_at, page.last_published_at
    return bool(first and last and timezone.localdate(last) > timezone.localdate(first))


def _audience(keys: Iterable[str], section: SectionPage | None) -> str:
    keys = set(keys)
    if access.PUBLIC in keys:
        return ""
    if access.MEMBERS in keys or section is None:
        return "Members only"
    others = len(keys) - 1
    if not others:
        return f"{section.title} only"
    return f"{section.title} and {others} other section{'s' if others > 1 else ''} only"


@register.filter
def audience(entry: Entry) -> str:
    """Who can see an entry, in words; nothing where anyone can."""
    return _audience(entry.access.text.strip("|").split("|"), entry.section)


@register.filter
def page_audience(page: ContentPage) -> str:
    """Who can see a page, in words; nothing where anyone can."""
    return _audience(page.access_keys(), page.section)


@register.simple_tag
def picture(image: SiteImage, alternative_text: str) -> str:
    """A picture of a body, in the widths that screens show; an empty text for decoration."""
    return responsive.picture(image, alternative_text)


@register.filter
def file_facts(document: SiteDocument) -> str:
    """A file's type and size: "PDF, 412 KB"."""
    return files.describe(document)


@register.simple_block_tag
def on_this_page(content: str) -> str:
    """What stands inside, its main headings with ids, after a list of them where there are four or more."""
    body, parts = outline.anchored(content)
    contents = render_to_string("components/on_this_page.html", {"parts": parts}) if len(parts) >= outline.LONG else ""
    return mark_safe(contents + body)  # noqa: S308  both were rendered by templates


@register.simple_tag
def sharing(page: ContentPage) -> dict[str, str]:
    """The `address` of a page with its host, and a `mailto` with its title, whose it is and the address."""
    address = urljoin(f"{settings.SITE_URL}/", page.get_url() or "")
    place = page.section.title if page.section else "For all States"
    lines = [page.title, f"{TYPE_NAMES[page.type_name]}, {place}", address]
    if words := page_audience(page):
        lines.append(f"{words}: sign in to read it.")
    return {"address": address, "mailto": mail.mailto("", f"{place}: {page.title}", "\n".join(lines))}


@register.simple_tag(takes_context=True)
def may_open(context: dict[str, Any], page: Page) -> bool:
    """Whether this reader may open another page of the worksite."""
    request = context.get("request") or context.get("parent_context", {}).get("request")
    return bool(page) and access.can_see(getattr(request, "user", None), page)


@register.simple_tag
def terms_of(page: ContentPage) -> dict[str, list[Term]]:
    """The terms of a page, by vocabulary (`topic`, `setting`...). One query; none for a draft that is being previewed."""
    fields = [
        field.name
        for field in page._meta.many_to_many
        if isinstance(field, ParentalManyToManyField) and issubclass(field.related_model, Term)
    ]
    several = [getattr(page, name).all() for name in fields]
    if all(isinstance(terms, QuerySet) for terms in several):
        several = [several[0].order_by().union(*(terms.order_by() for terms in several[1:]))]
    found: dict[str, list[Term]] = {}
    for term in sorted(chain(*several), key=lambda term: term.name):
        found.setdefault(term.vocabulary, []).append(term)
    return found


@register.simple_tag
def ancestors(page: Page) -> list[Page]:
    """The pages above a page, from the second level down; the home page is behind the name at the top."""
    return list(page.get_ancestors().filter(depth__gt=2))


@register.simple_tag(takes_context=True)
def tabs(context: dict[str, Any], section: SectionPage) -> list[dict[str, Any]]:
    """The tabs of a section: address and name. What is empty is not shown to visitors."""
    user = context["request"].user
    present = listings.types_in(user, section)
    member = access.MEMBERS in access.keys_for(user)
    address = section.get_url(context["request"])
    current = context["request"].path
    shown = [{"url": address, "name": "Overview"}] + [
        {"url": f"{address}{slug}/", "name": name}
        for slug, name, types in TABS
        if member or types & present or current == f"{address}{slug}/"
    ]
    return [tab | {"current": tab["url"] == current} for tab in shown]


@register.simple_tag(takes_context=True)
def stream(context: dict[str, Any], places: list[SectionPage], limit: int = 5) -> list[Entry]:
    """What is new for this reader in some sections."""
    return listings.stream(context["request"].user, places, types=listings.NEWS_TYPES, limit=limit)


@register.simple_tag(takes_context=True)
def shares_anything(context: dict[str, Any], section: SectionPage) -> bool:
    """Whether this reader finds anything in a section, dates included."""
    return bool(listings.types_in(context["request"].user, section))


@register.simple_tag(takes_context=True)
def shared_last(context: dict[str, Any], limit: int = 5) -> list[Entry]:
    """What was shared last anywhere: things to read and to watch, not dates."""
    return listings.stream(context["request"].user, types=listings.NEWS_TYPES, limit=limit)


@register.simple_tag
def open_wishes(limit: int = 2) -> list[Wish]:
    """What sections are looking for."""
    return listings.open_wishes(limit=limit)


@register.simple_tag(takes_context=True)
def near(context: dict[str, Any], section: SectionPage) -> list[Entry]:
    """What sections nearby shared last."""
    return listings.near(context["request"].user, section)


@register.simple_tag(takes_context=True)
def whole_library(context: dict[str, Any]) -> str:
    """What the link to the library says: how many resources this reader finds there."""
    size = Entry.objects.visible_to(context["request"].user).of_type("resource").count()
    return f"Whole library, {size:,} item{'' if size == 1 else 's'}" if size else "Whole library"


@register.simple_tag(takes_context=True)
def recordings(context: dict[str, Any], limit: int = 3) -> list[Entry]:
    """The last webinars with something to watch or read."""
    return listings.recordings(context["request"].user, limit=limit)


@register.simple_tag(takes_context=True)
def topics_of_library(context: dict[str, Any], section: SectionPage) -> list[dict[str, Any]]:
    """The topics of a section's library with counts."""
    return listings.topics_in(context["request"].user, section)


@register.simple_tag(takes_context=True)
def all_sections(context: dict[str, Any]) -> dict[str, list[SectionPage]]:
    """Every section by kind (`state`, `territory`, `work_group`), with its `address` and number of `news` this month."""
    news = listings.counts_by_section(context["request"].user, days=listings.NEWS_DAYS)
    groups: dict[str, list[SectionPage]] = {kind: [] for kind in SectionPage.Kind.values}
    for section in SectionPage.objects.live().order_by("title"):
        section.news = news.get(section.pk, 0)
        section.address = section.get_url(context["request"])
        groups[section.kind].append(section)
    return groups


@register.simple_tag(takes_context=True)
def items_by_section(context: dict[str, Any]) -> dict[int, int]:
    """How much this reader finds in each section, by its primary key."""
    return listings.counts_by_section(context["request"].user)


@register.filter
def at(values: dict[Any, Any], key: Any) -> Any:
    """The value of a key; nothing where there is none."""
    return values.get(key)


@register.filter
def places_of(groups: dict[str, list[SectionPage]]) -> list[SectionPage]:
    """States and territories together, by name."""
    return sorted([*groups["state"], *groups["territory"]], key=lambda section: section.title)


@register.filter
def tint(count: int) -> str:
    """The class of a place on the map, by how much is new there."""
    return "" if not count else "t1" if count < 3 else "t2" if count < 6 else "t3"


@register.simple_tag
def chapters(page: StandardPage) -> dict[str, Any]:
    """All `pages` of the book that a page belongs to, in reading order, and those `previous` and `next` to it.

    A book is a standard page with pages below it; a page that stands by itself has none: nothing is given.
    """
    book = StandardPage.objects.ancestor_of(page, inclusive=True).order_by("depth").first()
    if book is None or not book.numchild:
        return {}
    pages = list(StandardPage.objects.descendant_of(book, inclusive=True).live().order_by("path"))
    position = next((index for index, chapter in enumerate(pages) if chapter.pk == page.pk), None)
    if position is None or len(pages) == 1:
        return {}
    return {
        "pages": pages,
        "previous": pages[position - 1] if position else None,
        "next": pages[position + 1] if position + 1 < len(pages) else None,
    }


@register.filter
def alone(section: SectionPage) -> list[SectionPage]:
    """A list of this section, for tags that take several."""
    return [section]


@register.filter
def sentence(page: Page | None) -> str:
    """What a page says of itself in a sentence or two, as plain text; nothing where there is no page or no sentence."""
    texts = [getattr(page, name, "") for name in ("search_description", "summary")]
    introduction = getattr(page, "introduction", "")
    if isinstance(page, HomePage):  # its introduction is HTML
        introduction = unescape(strip_tags(introduction))
    return next((text for text in [*texts, introduction] if text), "")
