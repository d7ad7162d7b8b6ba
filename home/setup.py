"""Makes what every worksite starts with: home, the shared indexes, a section for every State and territory, vocabularies.

Safe to run again: what is there is left as it is, what is missing is added. Interrupted, the next run goes on.
"""

from __future__ import annotations

import csv
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Page, Site
from wagtail.rich_text import RichText

from home.models import HomePage, SectionIndexPage, SectionPage, StandardPage, Term
from home.places import DATA, places

STANDARD_PAGES = {
    "about": ("About", "Who we are and how we work."),
    "accessibility": ("Accessibility", "How accessible this site is, and whom to tell when it is not."),
    "privacy": ("Privacy", "What we keep, why, and for how long."),
    "contact": ("Contact", "How to reach us."),
    "help": ("Help", "How to find, share and take part."),
    "it-desk": ("For your IT desk", "What a locked-down network has to let through, and what this site does not need."),
}


def set_up() -> HomePage:
    """Make what is missing and give the home page."""
    home = _home()
    index = _child(home, SectionIndexPage, "sections", "States and work groups")
    for place in places():
        if not SectionPage.objects.filter(code=place.code).exists():
            add_section(
                index,
                title=place.name,
                code=place.code,
                kind=place.kind,
                hhs_region=place.hhs_region,
                time_zone=place.time_zones[0],
                other_time_zone=place.time_zones[1] if len(place.time_zones) > 1 else "",
            )
    for slug, (title, introduction) in STANDARD_PAGES.items():
        _child(home, StandardPage, slug, title, introduction=introduction, body=_text(slug))
    _vocabularies()
    return home


def add_section(index: SectionIndexPage, *, title: str, **values) -> SectionPage:
    """A new section with all its parts, as one write."""
    with transaction.atomic():
        return index.add_child(instance=SectionPage(title=title, slug=slugify(title.replace(".", "")), **values))


@transaction.atomic
def _home() -> HomePage:
    home = HomePage.objects.first()
    if home is None:
        home = Page.get_first_root_node().add_child(instance=HomePage(title="Learning Community", slug="home"))
    address = urlsplit(settings.SITE_URL)
    place = {
        "hostname": address.hostname or "localhost",
        "port": address.port or (443 if address.scheme == "https" else 80),
    }
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True, root_page=home)
    if place != {name: getattr(site, name) for name in place}:  # the site has moved: another port, another domain
        for name, value in place.items():
            setattr(site, name, value)
        site.save()
    return home


@transaction.atomic
def _child(parent: Page, model: type[Page], slug: str, title: str, **values) -> Page:
    found = model.objects.child_of(parent).filter(slug=slug).first()
    return found or parent.add_child(instance=model(title=title, slug=slug, **values))


def _text(slug: str) -> list[tuple[str, Any]]:
    """What a standard page starts with, from `data/pages/`, as the blocks of its body; nothing for one that has no text
    of ours. True for every community, so that a new one has to write only about itself.
    """
    source = DATA / "pages" / f"{slug}.html"
    blocks: list[tuple[str, Any]] = []
    for part in re.split(
        r"(<h2>.*?</h2>|<site-facts></site-facts>)", source.read_text("utf-8") if source.exists() else ""
    ):
        if part.startswith("<h2>"):
            blocks.append(("heading", {"text": part.removeprefix("<h2>").removesuffix("</h2>"), "level": "h2"}))
        elif part.startswith("<site-facts>"):
            blocks.append(("site_facts", None))
        elif part.strip():
            blocks.append(("text", RichText(part.strip())))
    return blocks


def _vocabularies() -> None:
    with (DATA / "vocabularies.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Term(
                vocabulary=row["vocabulary"],
                name=row["name"],
                slug=slugify(row["name"]),
                description=row["description"] or "",
            )
            for row in csv.DictReader(file)
        ]
    Term.objects.bulk_create(rows, ignore_conflicts=True)
