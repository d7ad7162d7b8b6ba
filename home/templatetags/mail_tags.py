"""What the frame of a mail needs: it is rendered without a request, so without context processors."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from wagtail.models import Site

from home import mail
from home.models import CommunitySettings

register = template.Library()

register.filter("columns", mail.columns)


@register.filter
def quoted(text: str) -> str:
    """A text with `> ` before each line, as mail programs show what somebody else wrote."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


@register.simple_tag(takes_context=True)
def community(context: dict[str, Any]) -> CommunitySettings:
    """The community's name and words; looked up where the context does not hold them as `community`."""
    return context.get("community") or CommunitySettings.for_site(Site.objects.get(is_default_site=True))


@register.simple_tag
def site_address() -> str:
    """Where the site is."""
    return settings.SITE_URL
