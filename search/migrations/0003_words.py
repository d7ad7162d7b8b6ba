"""The index of words that the database's own engine searches."""

from django.db import migrations

from search.engines import postgresql_schema, sqlite_schema


def schema_of(schema_editor):
    """The statements for this database."""
    return postgresql_schema if schema_editor.connection.vendor == "postgresql" else sqlite_schema


def add(apps, schema_editor):
    """Make the index, with the words of what is there."""
    schema_of(schema_editor).install(schema_editor.connection)


def remove(apps, schema_editor):
    """Undo `add`."""
    schema_of(schema_editor).remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Tables that Django does not know of, kept by triggers."""

    dependencies = [("search", "0002_accessible_copy")]

    operations = [migrations.RunPython(add, remove)]
