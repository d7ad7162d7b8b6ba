"""The demonstration as production would serve it: collected and compressed static files, no debug, at a fixed moment.

The moment keeps measurements and pictures the same from one run to the next: the demonstration arranges itself around
the day on which it is made.
"""

import datetime as dt
from pathlib import Path

import time_machine

from benchmarks.settings import *  # noqa: F403
from worksite.settings import base
from worksite.settings.base import env

DEMONSTRATION = True
STATIC_ROOT = Path(env.str("PRIVATE_ROOT")).parent / "static"
STORAGES = {**base.STORAGES}
LOGGING = {"version": 1, "handlers": {"none": {"class": "logging.NullHandler"}}, "root": {"handlers": ["none"]}}
MOMENT = dt.datetime(2026, 12, 3, 16, 5, tzinfo=dt.UTC)  # a Thursday, shortly after eleven in the morning in Ohio
time_machine.travel(MOMENT, tick=True).start()
