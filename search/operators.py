"""The operators of the search box: `state:ohio topic:housing type:webinar year:2019..2024 author:"Ann Lee"`.

What has a box to tick (a State, a topic, a type, a year) acts as if it were ticked; the others narrow the question
itself. A value that nobody knows is left out, and a sentence says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.text import slugify

from home.models import SectionPage, Term

TYPES = {
    "announcement": "Announcements",
    "event": "Events",
    "call": "Conference calls",
    "webinar": "Webinars",
    "resource": "Resources",
    "section": "Sections",
    "page": "Pages of this site",
    "person": "People",
}
_YEAR = r"(?:19|20)[0-9]{2}"
_YEARS = re.compile(rf"({_YEAR})?\.\.({_YEAR})?")
FIRST_YEAR, LAST_YEAR = 1900, 2099
Operator = tuple[str, str]


@dataclass
class Understood:
    """What operators ask for."""

    ticked: dict[Operator, tuple[str, str]] = field(default_factory=dict)  # operator -> (facet, value)
    author: str = ""
    years: tuple[int, int] | None = None
    kept: dict[Operator, str] = field(default_factory=dict)  # those that stay in the box -> their words
    unknown: dict[Operator, str] = field(default_factory=dict)  # -> why it was left out


def understand(operators: tuple[Operator, ...]) -> Understood:
    """Take operators as `search.queries.parse` gives them. Asks the database only for States and topics."""
    found = Understood()
    for operator in dict.fromkeys(operators):
        name, value = operator
        if name == "author":
            found.author = f"{found.author} {value}".strip()
            found.kept[operator] = f"By {value}"
        elif name == "year" and _years(value):
            found.years = _years(value)
            found.kept[operator] = value.replace("..", " to ").strip()
        elif ticked := _ticked(name, value):
            found.ticked[operator] = ticked
        else:
            found.unknown[operator] = _why_not(name, value)
    return found


def _ticked(name: str, value: str) -> tuple[str, str] | None:
    if name == "year":
        return ("year", value) if re.fullmatch(_YEAR, value) else None
    if name == "type":
        known = {label.lower().removesuffix("s"): key for key, label in TYPES.items()} | {key: key for key in TYPES}
        found = known.get(value) or known.get(value.removesuffix("s"))
        return ("type", found) if found else None
    if name == "state":
        sections = SectionPage.objects.live().filter(Q(slug=slugify(value)) | Q(code__iexact=value))
        slug = sections.values_list("slug", flat=True).first()
        return ("state", slug) if slug else None
    if name == "topic":
        terms = Term.objects.filter(vocabulary="topic").filter(Q(slug=slugify(value)) | Q(name__iexact=value))
        slug = terms.values_list("slug", flat=True).first()
        return ("topic", slug) if slug else None
    return None


def _years(value: str) -> tuple[int, int] | None:
    match = _YEARS.fullmatch(value)
    if not match or value == "..":
        return None
    first, last = int(match[1] or FIRST_YEAR), int(match[2] or LAST_YEAR)
    return (min(first, last), max(first, last))


def _why_not(name: str, value: str) -> str:
    if name.startswith("-"):
        return f"“{name}:{value}” was left out: only words can be taken out of a search with a minus."
    if name == "year":
        return f"“{value}” is not a year, so it was left out. Write year:2024 or year:2019..2024."
    what = {"state": "State or work group", "topic": "topic"}.get(name, "type")
    return f"There is no {what} called “{value}”, so it was left out."
