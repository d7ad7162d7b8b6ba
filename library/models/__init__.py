"""What stays: the library, its resources, the webinar archive; one family a file."""

from library.models.archive import WebinarArchivePage
from library.models.imports import ResourceImport
from library.models.resources import LibraryPage, ResourceFile, ResourceLink, ResourcePage

__all__ = ["LibraryPage", "ResourceFile", "ResourceImport", "ResourceLink", "ResourcePage", "WebinarArchivePage"]
