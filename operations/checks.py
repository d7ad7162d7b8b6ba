"""What must be right before anything serves: besides the settings, which see to themselves."""

from __future__ import annotations

import sys
from typing import NoReturn

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
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

    Does nothing in development. On exit code 3 gunicorn ends too, instead of starting another worker.
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
        _refuse(problems[0])


def refuse_missing_static_files() -> None:
    """End the process with one sentence if static files are served by their hashed names and have not been collected."""
    if isinstance(staticfiles_storage, ManifestFilesMixin) and not staticfiles_storage.hashed_files:
        _refuse("The static files have not been collected. Run `manage.py collectstatic --noinput` first.")


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"Worksite does not start. {sentence}\n")
    raise SystemExit(3)
