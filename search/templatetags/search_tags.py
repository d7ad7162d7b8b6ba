"""What pages show of search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from search.extraction.run import READABLE

if TYPE_CHECKING:
    from home.models import SiteDocument

register = template.Library()


@register.filter
def is_text(document: SiteDocument) -> bool:
    """Whether a file is of a type that can be read as text."""
    return document.file_extension.lower() in READABLE
