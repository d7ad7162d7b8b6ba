"""What people send by the contact form, kept until it is answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from home.models.sections import SectionPage


class ContactMessage(models.Model):
    """One message to a section, or (section empty) to the whole community. `home.contact.inbox` says who reads it."""

    class About(models.TextChoices):
        """What a message is about."""

        STATE = "state", "What a State does"
        JOIN = "join", "Taking part"
        SHARE = "share", "Something to share"
        BARRIER = "barrier", "Something keeps me from using a page"
        FAULT = "fault", "Something is wrong or does not work"
        PRIVACY = "privacy", "Privacy, or something that should not be here"
        OTHER = "other", "Something else"

    about = models.CharField(max_length=16, choices=About.choices)
    section = models.ForeignKey(SectionPage, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey(
        "home.SiteDocument", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )  # of which an accessible copy is asked for
    name = models.CharField(max_length=100)
    email = models.EmailField("e-mail address")
    text = models.TextField("message", max_length=5000)
    sent_at = models.DateTimeField("sent", default=timezone.now)
    answered_at = models.DateTimeField("answered", null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    fingerprint = models.CharField(
        max_length=64,
        unique=True,
        editable=False,
        help_text="Of the opened form and what was typed: sent twice, kept once.",
    )

    class Meta:
        verbose_name = "message"
        indexes = [models.Index(fields=["section", "answered_at"], name="contact_open")]

    def __str__(self) -> str:
        return f"{self.get_about_display()}, from {self.name}"

    @property
    def place(self) -> str:
        """Whose it is, in words."""
        return self.section.title if self.section else "Whole community"
