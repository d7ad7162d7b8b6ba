"""Asks the web server of this container whether it lives; exit code 1 if it does not."""

import os
import urllib.request
from urllib.parse import urlsplit

request = urllib.request.Request("http://127.0.0.1:8000/livez")
request.add_header("Host", urlsplit(os.environ["SITE_URL"]).netloc)  # it answers for no other
with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310  the address is the line above
    raise SystemExit(answer.status != 200)
