"""The index of titles that suggestions are read from."""

from django.db import migrations

from search.engines import titles_schema


def add(apps, schema_editor):
    """Make the index, with the titles of what is there."""
    titles_schema.install(schema_editor.connection)


def remove(apps, schema_editor):
    """Undo `add`."""
    titles_schema.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """A table that Django does not know of, kept by triggers."""

    dependencies = [("search", "0008_narrow_index")]

    operations = [migrations.RunPython(add, remove)]
