"""Registration with Wagtail. Behaviour lives elsewhere."""

from wagtail import hooks

from search.panels import UnreadFilesPanel


@hooks.register("construct_homepage_panels")
def files_without_words(request, panels):
    """For those who keep files."""
    panels.append(UnreadFilesPanel())
