"""Registration with Wagtail. Behaviour lives elsewhere."""

from django.urls import path
from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from search.admin import SearchGroup
from search.desk.views import try_search
from search.panels import UnreadFilesPanel

modeladmin_register(SearchGroup)


@hooks.register("register_admin_urls")
def desk_addresses():
    """Try a search."""
    return [path("search-trial/", try_search, name="try_search")]


@hooks.register("construct_homepage_panels")
def files_without_words(request, panels):
    """For those who keep files."""
    panels.append(UnreadFilesPanel())
