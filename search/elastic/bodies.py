"""A question as Elasticsearch is asked it. Pure: a request goes in, a body comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from search import queries

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from search.engines.base import SearchRequest
    from search.queries import Clause

Body = dict[str, Any]

VALUES = 10_000  # of one facet: all of them
BEGINNINGS = 2000  # words that begin as the last one of several does: as many as a question may hold in all its fields
# Words side by side, or nearly, say more than the same words apart.
NEAR = {"slop": 3, "boost": 0.3}
SORTS: dict[str, list[Any]] = {
    "relevance": ["_score", {"published_at": "desc"}, {"document": "desc"}],
    "newest": [{"published_at": "desc"}, {"document": "desc"}],
    "oldest": ["published_at", "document"],
    "title": ["title_key", "document"],
}


def hits(request: SearchRequest, waiting: Sequence[int], now: dt.datetime) -> Body:
    """The body of a search for one page of hits, and nothing else: without a total Elasticsearch passes over what cannot be
    among the best. Without the documents that wait: the index does not have them as they are.
    """
    return {
        "query": {
            "bool": {
                **_matching(request, ranked=request.sort == "relevance"),
                "filter": [*_filters(request, now), *_choices(request, leaving_out="")],
                "must_not": _left_out(request, waiting),
            }
        },
        "sort": _order(request),
        "from": request.offset,
        "size": request.limit,
        "track_total_hits": False,
        "version": True,
    }


def counts(request: SearchRequest, waiting: Sequence[int], now: dt.datetime) -> Body:
    """The body of a search for the numbers: how many match before anything is chosen, how many meet every choice, and what
    each value would find together with the choices of the other facets. Nothing is ranked.
    """
    chosen = {"filter": {"bool": {"filter": _choices(request, leaving_out="")}}}
    facets = {
        f"facet:{name}": {
            "filter": {"bool": {"filter": _choices(request, leaving_out=name)}},
            "aggs": {"values": {"terms": {"field": f"facets.{name}", "size": VALUES}}},
        }
        for name in request.facets
    }
    return {
        "query": {
            "bool": {
                "filter": [*_filters(request, now), {"bool": _matching(request, ranked=False)}],
                "must_not": _left_out(request, waiting),
            }
        },
        "aggs": {"chosen": chosen, **facets},
        "size": 0,
        "track_total_hits": True,
    }


def related(text: str, document: int, request: SearchRequest, waiting: Sequence[int], now: dt.datetime) -> Body:
    """The body of a search for what has the telling words of a text."""
    like = {
        "fields": ["words"],
        "like": text,
        "min_term_freq": 1,
        "min_doc_freq": 1,
        "max_query_terms": 25,
        "minimum_should_match": "20%",
    }
    return {
        "query": {
            "bool": {
                "must": {"more_like_this": like},
                "filter": [*_filters(request, now), *_choices(request, leaving_out="")],
                "must_not": [{"terms": {"document": [document, *waiting]}}],
            }
        },
        "sort": _order(request),
        "from": request.offset,
        "size": request.limit,
        "track_total_hits": False,
        "version": True,
    }


def score_of(hit: Any, request: SearchRequest) -> float:
    """How good a hit is, as it stands in its place in the order; 0 in an order of its own."""
    return float(hit["sort"][0 if request.section is None else 1]) if request.sort == "relevance" else 0.0


def _order(request: SearchRequest) -> list[Any]:
    return [*_section_first(request), *SORTS[request.sort]]


def _left_out(request: SearchRequest, waiting: Sequence[int]) -> list[Body]:
    unwanted = (_clause(clause, _fields(request, ranked=False)) for clause in request.query.unwanted)
    return [*unwanted, {"terms": {"document": list(waiting)}}]


def _fields(request: SearchRequest, *, ranked: bool) -> list[str]:
    """All that a document says; and where it is ranked, its title once more, which says more than the rest of it."""
    return ["words", *(["title^2"] if ranked else []), *(["members_text"] if request.members else [])]


def _matching(request: SearchRequest, *, ranked: bool) -> Body:
    """Plain words are weighed over all fields together; every other clause stands for itself."""
    plain = [clause for clause in request.query.wanted if _is_plain(clause)]
    others = [clause for clause in request.query.wanted if not _is_plain(clause)]
    words = " ".join(clause.alternatives[0][0] for clause in plain)
    fields = _fields(request, ranked=ranked)
    parts = [_clause(clause, fields) for clause in others]
    if plain:
        operator = "and" if request.match == "all" else "or"
        parts.insert(0, _words(words, fields, operator))
    if not parts:
        return {}
    near = [_phrase(words, fields, **NEAR)] if ranked and len(plain) > 1 else []
    if request.match == "all":
        return {"must": parts, "should": near}
    return {"must": [{"bool": {"should": parts, "minimum_should_match": 1}}], "should": near}


def _is_plain(clause: Clause) -> bool:
    return not clause.quoted and not clause.prefix and [len(phrase) for phrase in clause.alternatives] == [1]


def _clause(clause: Clause, fields: list[str]) -> Body:
    alternatives: list[Body] = []
    for phrase in clause.alternatives:
        text = " ".join(phrase)
        if clause.prefix:
            alternatives.append(_beginning(phrase, fields))
        alternatives.append(_phrase(text, fields) if len(phrase) > 1 else _words(text, fields, "and"))
    return alternatives[0] if len(alternatives) == 1 else {"dis_max": {"queries": alternatives, "tie_breaker": 0.1}}


def _words(text: str, fields: list[str], operator: str) -> Body:
    # tie_breaker: what the fields say is added up.
    how = {"type": "cross_fields", "operator": operator, "tie_breaker": 1}
    return {"multi_match": {"query": text, "fields": fields, **how}}


def _phrase(text: str, fields: list[str], **options: Any) -> Body:
    return {"multi_match": {"query": text, "type": "phrase", "fields": fields, **options}}


def _beginning(phrase: Sequence[str], fields: list[str]) -> Body:
    if len(phrase) > 1:
        begins = {"query": " ".join(phrase), "type": "phrase_prefix", "max_expansions": BEGINNINGS}
        return {"multi_match": {**begins, "fields": fields}}
    names = [field.partition("^")[0] for field in fields]
    return {"dis_max": {"queries": [{"prefix": {name: phrase[0]}} for name in names]}}


def _filters(request: SearchRequest, now: dt.datetime) -> list[Body]:
    filters: list[Body] = [
        {"terms": {"access": list(request.rules)}},
        {"bool": {"must_not": {"range": {"expires_at": {"lte": now.isoformat()}}}}},
    ]
    author = " ".join(queries.words(request.author))
    if author:
        filters.append({"match": {"authors": {"query": author, "operator": "and"}}})
    if request.years:
        filters.append({"range": {"year": {"gte": request.years[0], "lte": request.years[1]}}})
    return filters


def _choices(request: SearchRequest, leaving_out: str) -> list[Body]:
    return [
        {"terms": {f"facets.{name}": list(values)}}
        for name, values in request.chosen.items()
        if values and name != leaving_out
    ]


def _section_first(request: SearchRequest) -> list[Body]:
    if request.section is None:
        return []
    script = "doc['section'].size() > 0 && doc['section'].value == params.section ? 0 : 1"
    return [
        {"_script": {"type": "number", "script": {"source": script, "params": {"section": request.section}}}},
    ]
