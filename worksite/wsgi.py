"""The WSGI entry point: `gunicorn worksite.wsgi` serves the production settings."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "worksite.settings.production")

application = get_wsgi_application()

from operations.checks import refuse_unfit_database  # noqa: E402  needs the apps, which the line above loads

refuse_unfit_database()
