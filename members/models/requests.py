"""Requests to join a section, and who answers them where a section has no lead yet."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

ANSWER_WITHIN = dt.timedelta(days=7)
SATURDAY = 5


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    """Requests by where they stand."""

    def waiting(self) -> JoinRequestQuerySet:
        """Those that wait for an answer: the address is confirmed, nobody has decided."""
        return self.filter(decided_at=None).exclude(sent_at=None)


class JoinRequest(models.Model):
    """Somebody asks to become a member of a section. `members.joining.answering` says who answers.

    A request is made with the account and reaches nobody until the e-mail address is confirmed. Who the person is and
    where they work stands in the account.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests")
    section = models.ForeignKey("home.SectionPage", on_delete=models.CASCADE, related_name="join_requests")
    work = models.TextField("what they work on", max_length=1000)
    asked_at = models.DateTimeField("asked", default=timezone.now)
    sent_at = models.DateTimeField("with the lead since", null=True)
    escalated_at = models.DateTimeField("with others too since", null=True)
    decided_at = models.DateTimeField("answered", null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved = models.BooleanField(default=False)
    reason = models.TextField("why not", max_length=1000, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "pk"]
        verbose_name = "request to join"
        verbose_name_plural = "requests to join"
        default_permissions = ()
        indexes = [models.Index(fields=["section", "decided_at"], name="join_requests_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "section"], condition=models.Q(decided_at=None), name="one_open_request_a_section"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.section}"

    def get_absolute_url(self) -> str:
        """The page on which it is answered."""
        return reverse("request", args=[self.pk])

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return self.sent_at is not None and self.decided_at is None

    @property
    def expected(self) -> dt.date:
        """By when an answer can be expected: a week after it was sent, on a working day."""
        day = timezone.localdate((self.sent_at or self.asked_at) + ANSWER_WITHIN)
        return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= SATURDAY else 0)


class Helper(models.Model):
    """The section whose lead answers for one that has no lead yet. Named by administrators."""

    section = models.OneToOneField(
        "home.SectionPage", on_delete=models.CASCADE, related_name="helper", help_text="The section without a lead."
    )
    helped_by = models.ForeignKey(
        "home.SectionPage",
        on_delete=models.CASCADE,
        related_name="helps",
        verbose_name="helped by",
        help_text="Its lead answers requests to join until the other section has a lead of its own.",
    )

    class Meta:
        ordering = ["section__title"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(section=models.F("helped_by")),
                name="nobody_helps_themselves",
                violation_error_message="Choose another section: this one is helped.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.section}, helped by {self.helped_by}"
