"""Elasticsearch while it is well, else the database: nobody waits for a server that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import structlog

from search.engines.base import EngineFailed, OutOfStep
from search.engines.breaker import Breaker

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.engines.base import Engine, Hit, Results, SearchRequest

logger = structlog.get_logger(__name__)
Answer = TypeVar("Answer")

breaker = Breaker(failures=3, pause=30)


class FirstOf:
    """Asks the first engine, and the second where the first fails: from then on only that one, as often as it is asked.

    `Results.engine` says who answered.
    """

    def __init__(self, first: Engine, second: Engine):
        self._first, self._second, self._failed = first, second, False
        self.name = first.name

    def search(self, request: SearchRequest) -> Results:
        """Answer a question, whatever becomes of the first engine."""
        return self._ask(lambda engine: engine.search(request))

    def related(self, document: int, request: SearchRequest) -> list[Hit]:
        """Documents like this one, whatever becomes of the first engine."""
        return self._ask(lambda engine: engine.related(document, request))

    def _ask(self, question: Callable[[Engine], Answer]) -> Answer:
        if not self._failed and breaker.allows():
            try:
                answer = question(self._first)
            except OutOfStep as error:
                logger.info("search_by_database", reason=str(error))
            except EngineFailed as error:
                breaker.failed()
                logger.warning("search_by_database", reason=str(error))
            else:
                breaker.succeeded()
                return answer
        self._failed = True
        return question(self._second)
