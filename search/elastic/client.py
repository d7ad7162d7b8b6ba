"""The connection to Elasticsearch, and the names of what is ours there."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

if TYPE_CHECKING:
    from collections.abc import Iterable

# What the client raises when the server is down, slow, busy, or says what nobody can read.
FAILURES = (ApiError, TransportError)


def configured() -> bool:
    """Whether this site has an Elasticsearch at all."""
    return bool(settings.ELASTICSEARCH_URL)


def client(seconds: float) -> Elasticsearch:
    """A client whose requests may take this long. Only a host that refuses is followed by the next one: no other retry."""
    return _client(
        tuple(settings.ELASTICSEARCH_URL), settings.ELASTICSEARCH_API_KEY, settings.ELASTICSEARCH_CA_FILE
    ).options(request_timeout=seconds)


@functools.lru_cache(maxsize=4)
def _client(hosts: tuple[str, ...], api_key: str, ca_file: str) -> Elasticsearch:
    options: dict[str, Any] = {"max_retries": len(hosts) - 1, "retry_on_status": ()}
    if api_key:
        options["api_key"] = api_key
    if ca_file and hosts[0].startswith("https:"):
        options["ca_certs"] = ca_file
    return Elasticsearch(list(hosts), **options)


def alias() -> str:
    """The name under which the live index is asked."""
    return settings.ELASTICSEARCH_PREFIX


def new_name() -> str:
    """A name for a new index, never used before."""
    return f"{alias()}-{timezone.now():%Y%m%d%H%M%S%f}"


def ours(names: Iterable[str]) -> list[str]:
    """Those among these indexes that carry our prefix, and not one that merely begins like it."""
    return sorted(name for name in names if re.fullmatch(re.escape(alias()) + r"-\d{20}", name))


def reason(error: Exception) -> str:
    """Why a request failed, in a line, without addresses or credentials."""
    if isinstance(error, ApiError):
        return f"{type(error).__name__} {error.status_code} {error.error}"[:300]
    return type(error).__name__
