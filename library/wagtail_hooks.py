"""Registration with Wagtail. Behaviour lives elsewhere."""

from django.urls import path, reverse
from wagtail import hooks

from library import views


@hooks.register("register_admin_urls")
def import_addresses():
    """Upload a table, look at what it would do, import it, see how it went."""
    return [
        path("import-resources/", views.upload, name="import_resources"),
        path("import-resources/<int:import_id>/", views.show, name="resource_import"),
        path("import-resources/<int:import_id>/start/", views.start, name="start_resource_import"),
        path("import-resources/<int:import_id>/drop/", views.drop, name="drop_resource_import"),
        path("import-resources/<int:import_id>/report/", views.report, name="resource_import_report"),
    ]


@hooks.register("register_admin_menu_item")
def import_in_the_menu():
    """The import, for those who may publish in a library."""
    return views.ImportMenuItem("Import resources", reverse("import_resources"), icon_name="upload", order=160)
