"""What the subcommands that need Elasticsearch share."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.management.base import CommandError
from tqdm import tqdm

from search.elastic.client import FAILURES, configured, reason

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def answering() -> Iterator[None]:
    """A block that needs an Elasticsearch. Raises CommandError where there is none, or where it fails."""
    if not configured():
        raise CommandError("ELASTICSEARCH_URL is not set: the database answers searches, and is always in step.")
    try:
        yield
    except FAILURES as error:
        raise CommandError(f"Elasticsearch failed: {reason(error)}. Nothing is lost; try again.") from error


def progress(total: int) -> tqdm:
    """A bar, on a terminal."""
    return tqdm(total=total, unit="document", disable=not sys.stderr.isatty())
