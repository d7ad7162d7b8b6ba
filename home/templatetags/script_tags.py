"""The small modules of `static/js/`, each loaded once on the pages that use it."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

register = template.Library()


@register.simple_tag(takes_context=True)
def module(context: dict[str, Any], name: str) -> str:
    """The element that loads a module, where it first stands on a page; nothing after that. Takes its name: "copy"."""
    request = getattr(context, "request", None)
    if request is not None:
        loaded = request.__dict__.setdefault("_modules", set())
        if name in loaded:
            return ""
        loaded.add(name)
    return format_html('<script type="module" src="{}"></script>', static(f"js/{name}.js"))
