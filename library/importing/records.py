"""One row of a table as a library record: every value checked, every doubt put into words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import slugify

from home.models.vocabularies import Vocabulary
from home.places import places
from library.importing.cells import clean, cut, fold
from library.models import ResourceLink, ResourcePage

if TYPE_CHECKING:
    from library.importing.columns import Columns
    from library.importing.rows import Row

CELL_LIMIT = 50_000
VOCABULARIES = {
    "topics": Vocabulary.TOPIC,
    "setting": Vocabulary.SETTING,
    "population": Vocabulary.POPULATION,
    "stage": Vocabulary.STAGE,
    "needs": Vocabulary.REQUIREMENT,
}
SEPARATORS = (";", "|", "\n", ",")

_KINDS = {
    **{slugify(word): value for value, label in ResourcePage.Kind.choices for word in (value, label)},
    **dict.fromkeys(["journal-article", "journalarticle", "paper", "publication", "research"], "article"),
    **dict.fromkeys(["guide", "manual", "toolkit", "handbook", "guideline", "guidelines", "book"], "guide"),
    **dict.fromkeys(["policy", "memo", "law", "statute", "regulation", "legislation"], "policy"),
    **dict.fromkeys(["presentation", "powerpoint", "slide-deck"], "slides"),
    **dict.fromkeys(["dataset", "data-set", "statistics"], "data"),
    **dict.fromkeys(["budget", "rate-sheet", "rates"], "budget"),
    **dict.fromkeys(["screening-instrument", "assessment-tool", "screener"], "screening_tool"),
    **dict.fromkeys(["training", "curriculum", "course", "webinar"], "training"),
    **dict.fromkeys(["brief", "issue-brief", "white-paper", "technical-report"], "report"),
}
_LANGUAGES = {
    **{slugify(word): value for value, label in ResourcePage.Language.choices for word in (value, label)},
    **dict.fromkeys(["eng", "en-us", "en-gb"], "en"),
    **dict.fromkeys(["spa", "espanol"], "es"),
    **dict.fromkeys(["zho", "chi", "mandarin", "cantonese"], "zh"),
    "vie": "vi",
    "kor": "ko",
    "tgl": "tl",
    "rus": "ru",
    "ara": "ar",
    "fra": "fr",
    "fre": "fr",
    "hat": "ht",
    "francais": "fr",
    "haitian": "ht",
    "kreyol": "ht",
    "filipino": "tl",
}
_LICENCES = [
    (r"\bcc[ -]?0\b|publicdomain/zero", "cc0"),
    (r"public ?domain|u\.?s\.? government work", "public_domain"),
    (r"by-nc(/|$| )|\bcc[ -]by[ -]nc\b(?![ -](nd|sa))|attribution-?\s?noncommercial(?!.*(deriv|share))", "cc_by_nc"),
    (r"licenses/by/|\bcc[ -]by\b(?![ -](nc|nd|sa))|creative commons attribution(?!.*(non|deriv|share))", "cc_by"),
    (r"permission|all rights reserved|copyright|©", "permission"),
    (r"^unknown$|^not known$|^unclear$", "unknown"),
]
_STATES = {key: place.code for place in places() for key in (place.code.casefold(), place.name.casefold())}
_NO_DATE = {"n.d.", "n.d", "nd", "no date", "undated", "unknown", "-", "–"}
_NO_LINK = {"n/a", "na", "none", "-", "–", "no link"}
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_ADDRESS = re.compile(r"(?:https?://|ftp://|www\.)\S+", re.IGNORECASE)
_BETWEEN_ADDRESSES = re.compile(r"[\s;,|]+(?=https?://|ftp://|www\.)", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}/\S+", re.IGNORECASE)
_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid)$")
_check_address = URLValidator()


class BadRowError(Exception):
    """A row that makes no record. Its text says why."""


@dataclass
class Record:
    """What a resource page is made of. `terms` are names by vocabulary, as the file has them."""

    row: int
    title: str
    full_title: str = ""
    summary: str = ""
    kind: str = ResourcePage.Kind.OTHER
    authors: str = ""
    publisher: str = ""
    year: int | None = None
    source_state: str = ""
    licence: str = ResourcePage.Licence.UNKNOWN
    language: str = ResourcePage.Language.ENGLISH
    version: str = ""
    addresses: list[str] = field(default_factory=list)
    terms: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Reader:
    """Reads rows by the columns that were found. Takes also what separates several terms in each column."""

    def __init__(self, columns: Columns, rows: list[Row]) -> None:
        self.columns = columns
        self.separators = {
            name: self._separator(rows, columns.found[name]) for name in VOCABULARIES & columns.found.keys()
        }

    @staticmethod
    def _separator(rows: list[Row], index: int) -> str:
        cells = [row.cell(index) for row in rows]
        return next((mark for mark in SEPARATORS if any(mark in cell for cell in cells)), ";")

    def read(self, row: Row) -> Record:
        """The record of a row. Raises BadRowError."""
        if any(cell.strip() for cell in row.cells[self.columns.width :]):
            raise BadRowError(
                f"The row has {len(row.cells)} cells but there are {self.columns.width} headings. "
                "A text with a separator in it may lack its quotation marks."
            )
        values = {name: self._value(row, name, index) for name, index in self.columns.found.items()}
        if not values["title"]:
            raise BadRowError("There is no title.")
        record = Record(row.number, title=cut(values["title"], 255), summary=values.get("summary", ""))
        if record.title != values["title"]:
            record.full_title = values["title"]
            record.notes.append("The title is cut at 255 characters; the body has all of it.")
        record.year = _year(values.get("year", ""))
        record.addresses = _addresses(values.get("url", ""), values.get("doi", ""))
        self._names(record, values)
        self._choices(record, values)
        for name, separator in self.separators.items():
            record.terms[VOCABULARIES[name]] = _split(row.cell(self.columns.found[name]), separator)
        return record

    def _value(self, row: Row, name: str, index: int) -> str:
        if index in row.problems:
            raise BadRowError(row.problems[index])
        cell = row.cell(index)
        if len(cell) > CELL_LIMIT:
            heading = self.columns.headings[name]
            raise BadRowError(f"The cell under “{heading}” has {len(cell):,} characters. The limit is {CELL_LIMIT:,}.")
        return clean(cell)

    @staticmethod
    def _names(record: Record, values: dict[str, str]) -> None:
        for name, length, mark in (("authors", 1000, "; and others"), ("publisher", 255, "…"), ("version", 40, "…")):
            value = cut(values.get(name, ""), length, mark)
            setattr(record, name, value)
            if value != values.get(name, ""):
                record.notes.append(f"The {name} did not fit and was cut at {length} characters.")

    @staticmethod
    def _choices(record: Record, values: dict[str, str]) -> None:
        known = {
            "kind": lambda value: _KINDS.get(slugify(value)) or _KINDS.get(slugify(value).removesuffix("s")),
            "language": lambda value: _LANGUAGES.get(slugify(value)),
            "licence": _licence,
            "source_state": lambda value: _STATES.get(value.casefold()),
        }
        for name, find in known.items():
            value = values.get(name, "")
            choice = find(value) if value else ""
            if choice:
                setattr(record, name, choice)
            elif value:
                label = "source State" if name == "source_state" else name
                record.notes.append(f"The {label} “{cut(value, 60)}” is not one of ours.")
                if name == "language":
                    record.language = ResourcePage.Language.OTHER


def _licence(value: str) -> str | None:
    text = value.casefold()
    return next((licence for pattern, licence in _LICENCES if re.search(pattern, text)), None)


def _year(value: str) -> int | None:
    if not value or value.casefold() in _NO_DATE:
        return None
    years = {int(match) for match in _YEAR.findall(value)}
    if not years and not value.isdecimal():
        raise BadRowError(f"“{cut(value, 60)}” is not a year.")
    year = max(years) if years else int(value[:9])
    if not 1800 <= year <= 2100:
        raise BadRowError(f"The year {year} is not between 1800 and 2100.")
    return year


def _addresses(cell: str, doi: str) -> list[str]:
    found = []
    if cell and cell.casefold() not in _NO_LINK:
        found = [match.rstrip(";,|") for match in _ADDRESS.findall(_BETWEEN_ADDRESSES.sub(" ", cell))]
        if not found and not any(space in cell for space in " ;|"):
            found = [f"https://doi.org/{cell}" if _DOI.fullmatch(cell) else cell]
        if not found:
            raise BadRowError(f"“{cut(cell, 60)}” is not a web address.")
    number = _DOI.search(doi)
    if number:
        found.append(f"https://doi.org/{number.group()}")
    elif doi and doi.casefold() not in _NO_LINK:
        raise BadRowError(f"“{cut(doi, 60)}” is not a DOI.")
    addresses: dict[str, str] = {}
    for address in found:
        whole = address if "://" in address else f"https://{address}"
        try:
            _check_address(whole)
        except ValidationError as error:
            raise BadRowError(f"“{cut(address, 60)}” is not a web address.") from error
        if len(whole) > ResourceLink._meta.get_field("url").max_length:
            raise BadRowError("The web address is longer than 1,000 characters.")
        addresses.setdefault(same_address(whole), whole)
    return list(addresses.values())


def same_address(address: str) -> str:
    """An address as duplicates are compared: whatever its scheme, `www.`, last slash, fragment and tracking words."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return address
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query, True) if not _TRACKING.match(key)])
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    path = parts.path.rstrip("/")
    if host in ("doi.org", "dx.doi.org"):
        host, path = "doi.org", path.casefold()
    return f"{host}{port}{path}{'?' + query if query else ''}{fragment}"


def _split(cell: str, separator: str) -> list[str]:
    if separator == "\n":
        parts = [clean(part) for part in cell.splitlines()]
    else:
        parts = [part.strip() for part in clean(cell).split(separator)]
    return list({fold(part): part for part in reversed(parts) if part}.values())[::-1]
