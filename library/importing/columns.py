"""Which column of a table holds what, by its heading."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from library.importing.cells import clean
from library.importing.rows import Refusal

# What each field is called to people, and the headings under which it is found.
FIELDS: dict[str, tuple[str, str]] = {
    "title": ("title", "title, name, resource, resource title, resource name, document title, article title, heading"),
    "summary": ("summary", "summary, abstract, description, abstract note, annotation, synopsis"),
    "topics": ("topics", "topics, topic, keywords, keyword, subjects, subject, tags, manual tags, mesh terms"),
    "authors": ("authors", "authors, author, creator, creators, written by"),
    "year": (
        "year",
        "year, date, publication year, year of publication, pub year, year published, date published, date issued, issued",
    ),
    "url": (
        "web address",
        "url, urls, link, links, address, web address, website, web site, hyperlink, uri, href, resource url, full text",
    ),
    "doi": ("DOI", "doi"),
    "publisher": ("publisher", "publisher, organization, organisation, agency, issuing agency, published by"),
    "language": ("language", "language, languages, lang"),
    "licence": ("licence", "licence, license, rights, copyright, terms of use, usage rights"),
    "kind": ("kind", "kind, type, resource type, item type, document type, resource kind"),
    "source_state": ("source State", "state, source state, state of origin, jurisdiction, from state"),
    "setting": ("setting", "setting, settings, care setting"),
    "population": ("population", "population, populations, target population, for whom"),
    "stage": ("stage", "stage, stages, stage of implementation, implementation stage"),
    "needs": ("what it takes", "what it takes, needs, requirements, requires"),
    "version": ("version", "version, edition"),
}
_FIELD_OF = {heading: name for name, (_, headings) in FIELDS.items() for heading in headings.split(", ")}
_PREFIX = re.compile(r"^(dc|dcterms)\s*[.:]\s*")
_IN_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")


@dataclass(frozen=True)
class Columns:
    """The column of each field that was found, with its heading, and the headings of columns that are not used."""

    found: dict[str, int]
    headings: dict[str, str]
    unused: list[str]
    width: int


def _plain(heading: str) -> str:
    """A heading without case, punctuation, Dublin Core prefix and what stands in brackets."""
    text = unicodedata.normalize("NFKC", heading).replace("\ufeff", "").casefold().strip()
    text = _IN_BRACKETS.sub(" ", _PREFIX.sub("", text))
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def field_of(heading: str) -> str | None:
    """The field that a heading names, or None."""
    return _FIELD_OF.get(_plain(heading)) if len(heading) < 100 else None


def known(cells: list[str]) -> int:
    """How many fields the headings in these cells name."""
    return len({name for name in map(field_of, cells) if name})


def find(header: list[str]) -> Columns:
    """Where each field is. Raises Refusal that names what is missing or there twice, and lists what was found."""
    header = [clean(heading[:1000]) for heading in header]
    at: dict[str, list[int]] = {}
    for index, heading in enumerate(header):
        name = field_of(heading)
        if name:
            at.setdefault(name, []).append(index)
    trouble = []
    if "title" not in at:
        trouble.append("No column holds the title. Give one column the heading “Title”.")
    for name, indexes in at.items():
        if len(indexes) > 1:
            which = " and ".join(f"“{header[index]}” (column {get_column_letter(index + 1)})" for index in indexes)
            trouble.append(
                f"More than one column could be the {FIELDS[name][0]}: {which}. Rename or remove one of them."
            )
    if trouble:
        shown = [f"“{heading[:60]}”" for heading in header if heading]
        more = f" and {len(shown) - 20} more" if len(shown) > 20 else ""
        raise Refusal(f"{' '.join(trouble)} Headings found: {', '.join(shown[:20])}{more}.")
    found = {name: indexes[0] for name, indexes in at.items()}
    unused = [heading for index, heading in enumerate(header) if heading and index not in found.values()]
    return Columns(found, {name: header[index] for name, index in found.items()}, unused, len(header))
