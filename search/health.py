"""What administrators read of the search on `/readyz` and in `manage.py search status`."""

from __future__ import annotations

import datetime as dt
import time

from django.utils import timezone

from search.elastic import schema
from search.elastic.client import FAILURES, client, configured, reason
from search.models import SearchDocument, SearchIndex

LATE = dt.timedelta(seconds=30)  # for a document to wait


def elasticsearch() -> str:
    """Why the database answers searches although there is an Elasticsearch; empty while all is well."""
    if not configured():
        return ""
    try:
        client(1).info()
    except FAILURES as error:
        return f"Elasticsearch does not answer ({reason(error)}); the database answers searches."
    if schema.current() is None:
        return "The index of Elasticsearch is not complete yet; the database answers searches."
    late = SearchDocument.objects.waiting().filter(changed_at__lt=timezone.now() - LATE).count()
    if late:
        return f"{late} documents have waited for more than {LATE.seconds} seconds; the database answers searches."
    return ""


def facts() -> dict[str, str]:
    """How the search stands, as names and values to print. Asks Elasticsearch; never raises what the client raises."""
    documents = SearchDocument.objects.present().count()
    found = {"Documents": f"{documents:,}"}
    if not configured():
        return {"Engine": "the database"} | found
    problem = elasticsearch()
    found = {"Engine": "the database, for the moment" if problem else "elasticsearch"} | found
    began = time.monotonic()
    try:
        version = client(1).info()["version"]["number"]
        found["Server"] = f"Elasticsearch {version}, answers in {(time.monotonic() - began) * 1000:.0f} ms"
    except FAILURES as error:
        found["Server"] = f"does not answer ({reason(error)})"
    for index in SearchIndex.objects.order_by("-state", "name"):
        current = "" if index.fingerprint == schema.fingerprint() else ", of another mapping than today's: rebuilt soon"
        sent = SearchDocument.objects.present().filter(pk__lte=index.cursor).count()
        share = f", {sent:,} of {documents:,}" if index.state == SearchIndex.State.BUILDING else ""
        found[f"Index {index.name}"] = f"{index.get_state_display().lower()}{share}{current}"
    waiting = SearchDocument.objects.waiting()
    oldest = waiting.order_by("changed_at").values_list("changed_at", flat=True).first()
    since = f", the oldest for {(timezone.now() - oldest).total_seconds():.0f} s" if oldest else ""
    found["Waiting"] = f"{waiting.count():,}{since}"
    return found
