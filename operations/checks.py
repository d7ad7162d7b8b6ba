"""What a database must be like before anything serves from it."""

from __future__ import annotations

import sys

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Error, Tags, register
from django.db import DatabaseError, connection

DEMONSTRATION_DOMAIN = "@worksite.example"  # `.example` is reserved: no real person has such an address


@register(Tags.database, deploy=True)
def no_demonstration_logins(databases=None, **kwargs) -> list[Error]:
    """In production, nobody may sign in with a demonstration login: their password is in the documentation."""
    if not databases or settings.DEMONSTRATION or not _has_users():
        return []
    emails = get_user_model().objects.filter(email__iendswith=DEMONSTRATION_DOMAIN, is_active=True)
    names = ", ".join(sorted(emails.values_list("email", flat=True))[:3])
    if not names:
        return []
    return [
        Error(
            f"This database holds demonstration logins ({names} …), whose password anybody can read. Delete or "
            "deactivate every account that ends in @worksite.example.",
            id="operations.E001",
        )
    ]


def _has_users() -> bool:
    return get_user_model()._meta.db_table in connection.introspection.table_names()


def refuse_unfit_database() -> None:
    """End the process with one sentence if the database cannot be reached, is not migrated or holds demonstration logins.

    Does nothing in development. Exit code 3 tells gunicorn to stop rather than to start another worker.
    """
    if settings.DEMONSTRATION:
        return
    try:
        ready = _has_users()
        problems = [error.msg for error in no_demonstration_logins(databases=["default"])]
    except DatabaseError as error:
        ready, problems = True, [f"The database cannot be reached: {' '.join(str(error).split())}"]
    finally:
        connection.close()
    if not ready:
        problems = ["The database has no tables yet. Run `manage.py migrate` first."]
    if problems:
        sys.stderr.write(f"Worksite does not start. {problems[0]}\n")
        raise SystemExit(3)
