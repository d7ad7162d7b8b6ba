"""What a resource's page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django import template

from home.filters import FACETS
from home.places import places

if TYPE_CHECKING:
    from home.models import Term
    from library.models import ResourceFile, ResourcePage

register = template.Library()


@register.filter
def files_of(page: ResourcePage) -> list[ResourceFile]:
    """The files of a resource with their documents at hand."""
    files = page.files.all()
    return list(files.select_related("document") if hasattr(files, "select_related") else files)


@register.simple_tag
def facts_of(page: ResourcePage, terms: dict[str, list[Term]]) -> list[tuple[str, str]]:
    """What is known of a resource and its terms (`terms_of`), as (term, value); what is not known is left out."""
    states = {place.code: place.name for place in places()}
    vocabularies = [FACETS[name] for name in ("setting", "population", "stage", "needs")]
    facts = [
        ("By", "; ".join(name.strip() for name in page.authors.split(";") if name.strip())),
        ("Publisher", page.publisher),
        ("Year", str(page.year or "")),
        ("Made in", states.get(page.source_state, "")),
        ("Language", page.get_language_display()),
        ("Use", page.get_licence_display() if page.licence != page.Licence.UNKNOWN else ""),
        ("Version", page.version),
        ("What changed", page.change_note),
        *((facet.label, ", ".join(str(term) for term in terms.get(facet.name, []))) for facet in vocabularies),
    ]
    return [(term, value) for term, value in facts if value]


@register.filter
def host(url: str) -> str:
    """The site that a link leads to."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
