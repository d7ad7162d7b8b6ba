"""What `manage.py search` can do, one module for each.

A module has `HELP`, one sentence; `arguments(parser)`, which declares its arguments; and `run(command, options)`, which does
it, writes to `command.stdout`, and raises `CommandError` with a plain sentence where it cannot.
"""

COMMANDS: tuple[str, ...] = ("status", "drain", "rebuild", "audit", "evaluate")
