"""The index on PostgreSQL that the admin's search needs, and that no migration of its library makes."""

from django.db import migrations

NAME = "wagtailsearch_title_body_gin"


def add(apps, schema_editor):
    """Index what the search backend matches against: `title || body`."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {NAME} ON wagtailsearch_indexentry USING gin ((title || body))")


def remove(apps, schema_editor):
    """Undo `add`."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):
    """An index only."""

    dependencies = [
        ("home", "0003_retired_as_it_was"),
        ("wagtailsearch", "0010_add_text_fields"),
    ]

    operations = [migrations.RunPython(add, remove)]
