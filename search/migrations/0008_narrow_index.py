"""Counts are read from narrow indexes. And the index of words is made anew: SQLite loses the triggers of a table that changes."""

from django.db import migrations, models

from search.engines import postgresql_schema, sqlite_schema


def install(apps, schema_editor):
    """Make the index of words, with the words of what is there."""
    schema = postgresql_schema if schema_editor.connection.vendor == "postgresql" else sqlite_schema
    schema.install(schema_editor.connection)


class Migration(migrations.Migration):
    """Indexes only."""

    dependencies = [("search", "0007_desk_and_saved")]

    operations = [
        migrations.RemoveIndex(model_name="searchdocument", name="search_counts"),
        migrations.AddIndex(
            model_name="searchdocument",
            index=models.Index(fields=["access", "facets", "expires_at", "deleted"], name="search_counts"),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
