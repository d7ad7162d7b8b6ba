"""What an administrator can set for the whole site."""

from django.db import models
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="site")
class CommunitySettings(BaseSiteSetting):
    """The community's name and the few words about it that stand on every page."""

    name = models.CharField(max_length=60, default="Learning Community")
    tagline = models.CharField(max_length=80, blank=True, default="for Co-Occurring Integration")
    contact_email = models.EmailField(blank=True, help_text="Shown on the contact page and to mail programs.")
    privacy_version = models.PositiveIntegerField(
        "version of the privacy notice",
        default=1,
        help_text="Raise it by one when the privacy page changes in a way that people have to agree to. Whoever signs in "
        "next is asked.",
    )

    class Meta:
        verbose_name = "community"
