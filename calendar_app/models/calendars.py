"""The calendar that every place has one of."""

from wagtail.models import Page

from home.models.indexes import IndexPage


class CalendarPage(IndexPage, Page):
    """The events and calls of one section, or those shared by all."""

    lists = ("event", "call", "webinar")
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["calendar_app.EventPage", "calendar_app.ConferenceCallPage"]
    page_description = "Holds the events and conference calls of a section. Made with the section."
