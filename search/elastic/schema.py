"""What an index looks like, and a search document in it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings

from search import queries
from search.models import SearchIndex

if TYPE_CHECKING:
    from search.models import SearchDocument

# One analysis for all text, so that fields can be weighed together (cross_fields). It divides as `queries.words` does: at
# whatever is neither letter nor digit, also where the standard tokenizer would not ("example.org", "3,000", "don't").
_MARKS = ".,:;_'’‘·"
_ANALYSIS = {
    "char_filter": {"marks": {"type": "mapping", "mappings": [f"{mark} => \\u0020" for mark in _MARKS]}},
    "filter": {"stem": {"type": "stemmer", "language": "english"}},
    "analyzer": {
        "words": {
            "type": "custom",
            "char_filter": ["marks"],
            "tokenizer": "standard",
            "filter": ["lowercase", "asciifolding", "stem"],
        }
    },
}
_WORDS = {"type": "text", "analyzer": "words"}
_MAPPINGS: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"enabled": False},  # the database has it all; only what is searched is kept here
    "properties": {
        "words": _WORDS,  # all that a document says to everybody, its title and authors too
        "title": _WORDS,
        "authors": _WORDS,
        "members_text": _WORDS,
        "title_key": {"type": "keyword"},
        "document": {"type": "long"},
        "access": {"type": "long"},
        "section": {"type": "long"},
        "published_at": {"type": "date"},
        "year": {"type": "integer"},
        "expires_at": {"type": "date"},
        "facets": {"type": "object", "dynamic": True},
    },
    "dynamic_templates": [{"facets": {"path_match": "facets.*", "mapping": {"type": "keyword"}}}],
}
# Seconds; only a fallback: whoever writes asks for a refresh, and nothing counts as sent before it.
_REFRESH = "30s"


def definition() -> dict[str, Any]:
    """Settings and mappings of a new index."""
    return {
        "settings": {
            "number_of_shards": settings.ELASTICSEARCH_SHARDS,
            "number_of_replicas": settings.ELASTICSEARCH_REPLICAS,
            "refresh_interval": _REFRESH,
            "analysis": _ANALYSIS,
        },
        "mappings": _MAPPINGS,
    }


def fingerprint() -> str:
    """Changes when an index made now would differ from one made before."""
    return hashlib.sha256(json.dumps(definition(), sort_keys=True).encode()).hexdigest()


def current() -> SearchIndex | None:
    """The index that may be asked: it is complete, and made as one would be made now.

    An older one would answer today's questions with nothing.
    """
    live = SearchIndex.live()
    return live if live and live.fingerprint == fingerprint() else None


def body_of(row: SearchDocument) -> dict[str, Any]:
    """A search document, read with its facets, as Elasticsearch gets it."""
    facets: dict[str, list[str]] = {}
    for name, value in row.facets.values:
        facets.setdefault(name, []).append(value)
    return {
        "words": [row.title, row.summary, row.authors, row.text],
        "title": row.title,
        "authors": row.authors,
        "members_text": row.members_text,
        "document": row.pk,
        "title_key": queries.fold(row.title),
        "access": row.access_id,
        "section": row.section_id,
        "published_at": row.published_at.isoformat(),
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
        "year": [int(year) for year in facets.get("year", ()) if year.isdecimal()],
        "facets": facets,
    }
