"""The webinar archive that every place has one of."""

from wagtail.models import Page

from home.models.indexes import IndexPage


class WebinarArchivePage(IndexPage, Page):
    """The webinars of one section, or those shared by all: what comes, and what was held."""

    lists = ("webinar",)
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["calendar_app.WebinarPage"]
    page_description = "Holds the webinars of a section, coming and held. Made with the section."
