"""What somebody follows, what they have been told by mail, and how far a new member has come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterable

KEEP_TOLD = dt.timedelta(days=90)


class Follow(models.Model):
    """One section or one topic that somebody follows. One's own sections need no row: they come first anyway."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    section = models.ForeignKey("home.SectionPage", null=True, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey("home.Topic", null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(section=None, topic__isnull=False) | models.Q(section__isnull=False, topic=None),
                name="follow_a_section_or_a_topic",
            ),
            models.UniqueConstraint(fields=["user", "section"], name="follow_a_section_once"),
            models.UniqueConstraint(fields=["user", "topic"], name="follow_a_topic_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} follows {self.section or self.topic}"


class Told(models.Model):
    """The ledger of mail: one row a person and thing, so that nothing is told twice.

    `item` names the thing: `page:12`, or `date:34` for one date of an event. It is no foreign key, so that deleting a
    page costs nothing here; rows are forgotten when no mail looks back that far.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    item = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "item"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.item} to {self.user_id}"

    @classmethod
    def to(cls, people: Iterable[int]) -> dict[int, set[str]]:
        """What each of these people (their keys) has been told."""
        told: dict[int, set[str]] = {pk: set() for pk in people}
        for user, item in cls.objects.filter(user__in=told).values_list("user", "item"):
            told[user].add(item)
        return told


class Beginning(models.Model):
    """The path of a new member, made with the first membership: four steps, each done by a press, and its end."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="beginning")
    done = models.JSONField(default=list)  # names of steps (`members.beginning`)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Beginning of {self.user}"


def forget_told() -> None:
    """Forget what was told so long ago that no mail can repeat it. The clock calls it once a day."""
    Told.objects.filter(at__lt=timezone.now() - KEEP_TOLD).delete()
