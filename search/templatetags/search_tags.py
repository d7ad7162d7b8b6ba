"""What pages show of search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from search import related
from search.extraction.run import READABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from home.models import ContentPage, Entry, SiteDocument, Term

register = template.Library()


@register.filter
def is_text(document: SiteDocument) -> bool:
    """Whether a file is of a type that can be read as text."""
    return document.file_extension.lower() in READABLE


@register.simple_tag(takes_context=True)
def related_to(context: dict[str, Any], page: ContentPage, topics: Iterable[Term]) -> list[Entry]:
    """What else is like this page, of what this reader may see."""
    return related.related(context["request"].user, page, [topic.slug for topic in topics])
