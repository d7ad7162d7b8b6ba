"""What a row of a list marks: that a thing is new, and the words that somebody searched for."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from home.filters import MAX_WORDS

if TYPE_CHECKING:
    from home.models import Entry

register = template.Library()

NEW_FOR = dt.timedelta(days=7)


@register.filter
def is_new(entry: Entry) -> bool:
    """Whether an entry was published in the last days. What has no date is not new."""
    return bool(entry.published_at and timezone.now() - NEW_FOR < entry.published_at)


@register.filter
def found(text: str, query: str) -> SafeString:
    """A text with the words of a query marked wherever they stand in it, also inside longer words, as they are found."""
    words = sorted(set(query.split()[:MAX_WORDS]), key=len, reverse=True)
    if not words:
        return escape(text)
    parts = re.split("(" + "|".join(re.escape(word) for word in words) + ")", text, flags=re.IGNORECASE)
    # Every second part is one that was found; each is escaped by itself.
    marked = "".join(f"<mark>{escape(part)}</mark>" if index % 2 else escape(part) for index, part in enumerate(parts))
    return mark_safe(marked)  # noqa: S308
