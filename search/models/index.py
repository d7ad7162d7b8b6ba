"""What Elasticsearch has of ours: its indexes, as far as they are built, and who is writing to them."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterator


class SearchIndex(models.Model):
    """One index of Elasticsearch. At most one is live; a second is built beside it, and a kill loses none of its work."""

    class State(models.TextChoices):
        """What it is good for."""

        BUILDING = "building", "Being built"
        LIVE = "live", "Answers"
        LOST = "lost", "Not to be trusted"  # gone from the server, or from another time than the database

    name = models.CharField(max_length=255, primary_key=True)
    uuid = models.CharField(max_length=64)  # Elasticsearch's own: another index of the same name is not this one
    fingerprint = models.CharField(max_length=64)  # of the mapping and analysis that it was made with
    state = models.CharField(max_length=16, choices=State.choices, default=State.BUILDING)
    cursor = models.PositiveBigIntegerField(default=0)  # the last document that was sent while building
    started_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def live(cls) -> SearchIndex | None:
        """The index that answers, if there is one."""
        return cls.objects.filter(state=cls.State.LIVE).first()

    @classmethod
    def building(cls) -> SearchIndex | None:
        """The index that is being built, if there is one."""
        return cls.objects.filter(state=cls.State.BUILDING).first()

    def distrust(self) -> None:
        """It answers no more: it is gone, or of another time than the database. The clock builds another."""
        SearchIndex.objects.filter(pk=self.pk).update(state=self.State.LOST)


class SearchLease(models.Model):
    """Who may write to Elasticsearch now: one at a time, in any process. Ends by itself where its holder was killed."""

    LASTS = dt.timedelta(seconds=30)

    name = models.CharField(max_length=16, primary_key=True)
    holder = models.CharField(max_length=16, blank=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    @contextmanager
    def awaited(cls, name: str) -> Iterator[None]:
        """Hold it for the length of a block, as soon as nobody else does."""
        while True:
            with cls.held(name) as mine:
                if mine:
                    yield
                    return
            time.sleep(0.1)

    @classmethod
    @contextmanager
    def held(cls, name: str) -> Iterator[bool]:
        """Hold it for the length of a block; gives False, at once, where somebody else does. Lasts 30 seconds at most."""
        now, holder = timezone.now(), secrets.token_hex(8)
        cls.objects.get_or_create(name=name, defaults={"until": now})
        mine = bool(cls.objects.filter(name=name, until__lte=now).update(until=now + cls.LASTS, holder=holder))
        try:
            yield mine
        finally:
            if mine:
                cls.objects.filter(name=name, holder=holder).update(until=now, holder="")
