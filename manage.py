#!/usr/bin/env python
"""Django's command line for the worksite."""

import os
import sys


def main() -> None:
    """Run one management command with the development settings, unless told otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "worksite.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
