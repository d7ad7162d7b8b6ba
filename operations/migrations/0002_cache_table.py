"""The cache table of sites without Redis (`worksite.settings.production`)."""

from django.core.management import call_command
from django.db import migrations

TABLE = "worksite_cache"


def make(apps, schema_editor):
    """Make the table, unless it is there."""
    call_command("createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    """Drop it."""
    schema_editor.execute(f"DROP TABLE {schema_editor.quote_name(TABLE)}")


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_mail_and_clock")]

    operations = [migrations.RunPython(make, drop)]
