"""The bottom app: pages, sections, the audience rule, the flat rows that listings read."""

import mimetypes

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Connects what keeps entries true, and registers the checks."""

    name = "home"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from wagtail.admin.views.mixins import SpreadsheetExportMixin
        from wagtail.admin.widgets import BaseChooser

        from home import checks, receivers, widgets  # noqa: F401
        from home.filters import name_choices
        from home.models import AnnouncementPage
        from home.spreadsheets import defused

        BaseChooser.render = widgets.render_chooser  # Wagtail's own writes a script into the page
        # Every CSV of the admin, Wagtail's own reports included.
        SpreadsheetExportMixin.custom_value_preprocess[str] = {SpreadsheetExportMixin.FORMAT_CSV: defused}
        # Pythons before 3.13, without a list of the system's, send these as a stream of bytes.
        mimetypes.add_type("image/webp", ".webp")
        mimetypes.add_type("image/avif", ".avif")
        name_choices("kind", AnnouncementPage.Kind.choices)
