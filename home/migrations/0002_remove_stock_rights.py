"""Take away what Wagtail's own migrations hand out: rights on the whole tree, and a welcome page in our home's place.

Wagtail makes the groups Editors and Moderators with rights on the root, and a workflow "Moderators approval" on it; any
section's editor put into one of them could edit every section. Our groups are made with each section (members.roles).
"""

from django.db import migrations


def remove(apps, schema_editor):
    """Remove the stock groups, workflow and welcome page, if nobody has made anything of them."""
    apps.get_model("auth", "Group").objects.filter(name__in=["Editors", "Moderators"], user=None).delete()
    apps.get_model("wagtailcore", "Workflow").objects.filter(name="Moderators approval").delete()
    apps.get_model("wagtailcore", "Task").objects.filter(name="Moderators approval").delete()
    Page = apps.get_model("wagtailcore", "Page")
    welcome = Page.objects.filter(slug="home", depth=2, numchild=0, content_type__model="page").first()
    if welcome:
        apps.get_model("wagtailcore", "Site").objects.filter(root_page=welcome).delete()
        welcome.delete()
        Page.objects.filter(depth=1).update(numchild=0)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [
        ("home", "0001_tree"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(remove, migrations.RunPython.noop)]
