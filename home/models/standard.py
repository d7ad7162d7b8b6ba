"""Pages that stand by themselves: about, accessibility statement, privacy, contact, help, and their chapters."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from home.blocks import StandardBodyBlock
from home.models.base import SitePage


class StandardPage(SitePage, Page):
    """Text that stays. Always public. Pages below it are its chapters, in order."""

    introduction = models.TextField(blank=True, help_text="One or two sentences under the title.")
    body = StreamField(StandardBodyBlock(), blank=True)

    parent_page_types = ["home.HomePage", "home.SectionPage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    page_description = "Text that stays, such as About or Help. Anyone can see it. Pages below it become chapters."
    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
