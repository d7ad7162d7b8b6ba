"""Pages, media, vocabularies and the flat rows that listings read; one family a file."""

from home.models.announcements import AnnouncementIndexPage, AnnouncementPage
from home.models.base import Audience, ContentPage, SitePage
from home.models.contact import ContactMessage
from home.models.entries import AccessRule, Entry, EntryFacet
from home.models.media import SiteDocument, SiteImage, SiteRendition
from home.models.sections import HomePage, SectionIndexPage, SectionPage, Wish
from home.models.settings import CommunitySettings
from home.models.standard import StandardPage
from home.models.vocabularies import Population, Requirement, Setting, Stage, Term, Topic

__all__ = [
    "AccessRule",
    "AnnouncementIndexPage",
    "AnnouncementPage",
    "Audience",
    "CommunitySettings",
    "ContactMessage",
    "ContentPage",
    "Entry",
    "EntryFacet",
    "HomePage",
    "Population",
    "Requirement",
    "SectionIndexPage",
    "SectionPage",
    "Setting",
    "SiteDocument",
    "SiteImage",
    "SitePage",
    "SiteRendition",
    "Stage",
    "StandardPage",
    "Term",
    "Topic",
    "Wish",
]
