"""How gunicorn serves the worksite. It reads this file by itself; WEB_WORKERS and BIND are in the README's table."""

import os

bind = os.environ.get("BIND", "0.0.0.0:8000")  # in a container; docs/operations.md binds to localhost
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
timeout = 30
graceful_timeout = 30
max_requests = 1000
max_requests_jitter = 100
# Settings and database are looked at once, before any worker starts, so that a refusal is one sentence and an end.
preload_app = True
control_socket_disable = True  # nothing here uses it, and it wants a home directory
