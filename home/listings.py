"""One way to answer a listing: filter, count, sort, page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

from home.filters import SORTS, FilterSet
from home.models import Entry

if TYPE_CHECKING:
    from django.http import HttpRequest

PER_PAGE = 20

# Which facets each type's listing offers.
FACETS_OF = {
    "announcement": ["kind", "topic", "year"],
    "event": ["kind", "topic"],
    "webinar": ["topic", "year"],
    "resource": ["kind", "topic", "setting", "population", "source", "year"],
}
ANYWHERE = object()


def listing(
    request: HttpRequest, types: tuple[str, ...], *, section: Any = ANYWHERE, facets: list[str] | None = None
) -> dict[str, Any]:
    """The template context of a listing (`components/listing.html`).

    Takes the entry types that it lists; `section` narrows to a section, or with None to what is shared; left out, it
    lists everything. Facets default to those of the first type.
    """
    names = list(facets if facets is not None else FACETS_OF[types[0]])
    base = Entry.objects.visible_to(request.user).of_type(*types)
    filterset = FilterSet(request.GET, base, user=request.user, types=types, facets=names)
    if section is not ANYWHERE:
        filterset.within(section)
    groups = filterset.groups()
    paginator = Paginator(filterset.results(), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    return {
        "filterset": filterset,
        "groups": groups,
        "chips": filterset.chips(groups),
        "sorts": [(value, label) for value, (label, _) in SORTS.items()],
        "page_obj": page,
        "total": paginator.count,
        "previous_address": filterset.address(page=page.number - 1) if page.has_previous() else "",
        "next_address": filterset.address(page=page.number + 1) if page.has_next() else "",
    }
