"""What editors find on public pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from home.models import HomePage, SectionPage
from home.models.indexes import IndexPage
from home.workplace import adding

if TYPE_CHECKING:
    from wagtail.models import Page

register = template.Library()


@register.inclusion_tag("components/add_links.html", takes_context=True)
def add_links(context: dict[str, Any], page: Page) -> dict[str, Any]:
    """“Add to Ohio” for those who may: on a section, the home page, and their index pages. Nothing for anyone else."""
    request = context.get("request")
    place = page.get_parent() if isinstance(page, IndexPage) else page
    if request is None or not isinstance(page, (IndexPage, SectionPage, HomePage)):
        return {"places": []}
    return {"places": adding.places_to_add(request.user, place)}
