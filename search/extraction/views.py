"""A file as a page of text, for who cannot use the file itself. As visible as the file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from home import access
from home.models import ContactMessage, Entry, SiteDocument
from home.views import as_visible_as_its_pages, refuse
from search import reading
from search.models import FileText

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_safe
def file_text(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The text of a file, its parts in order; or an honest sentence, and the way to ask for an accessible copy."""
    document = get_object_or_404(SiteDocument.objects.select_related("text"), uuid=uuid)
    if not access.can_see_file(request.user, document):
        return refuse(request)
    pages = reading.pages_with(document.pk)
    entries = Entry.objects.visible_to(request.user).filter(page__in=pages).select_related("section").order_by("pk")
    entry = entries.first()
    asking = {"about": ContactMessage.About.BARRIER, "file": document.uuid}
    if entry and entry.section:
        asking["section"] = entry.section.slug
    text = getattr(document, "text", None) or FileText(document=document)
    context = {
        "document": document,
        "text": text,
        "parts": [_shown(part) for part in text.parts],
        "entry": entry,
        "ask_address": f"{reverse('contact')}?{urlencode(asking)}",
    }
    return as_visible_as_its_pages(request, render(request, "search/file_text.html", context), document)


def _shown(part: dict) -> dict:
    """A part as the template shows it: its place as a heading, unless its first line is one that says the same."""
    headings = set(part["headings"])
    lines = [(number in headings, line) for number, line in enumerate(part["text"].split("\n"))]
    place = "" if part["place"].startswith("under ") else part["place"]
    return {"place": place[:1].upper() + place[1:], "lines": lines}
