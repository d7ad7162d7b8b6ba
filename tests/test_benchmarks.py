"""The benchmark of pages still finds its pages and its people."""

from __future__ import annotations

import pytest
from django.contrib.auth.signals import user_logged_in

from benchmarks import content
from benchmarks.pages import ADMIN_ONLY, count_queries
from tests import conftest, factories


@pytest.mark.slow
def test_every_page_of_the_benchmark_opens_for_those_who_ask_for_it():
    for role in ("member", "editor"):
        factories.user(f"{role}@benchmark.example", ("Ohio", role))
    for make in (factories.resource, factories.event, factories.announcement):
        make(audience="public")
    user_logged_in.disconnect(conftest._second_step)  # people of the benchmark pass the second step by themselves
    try:
        counted = count_queries(content.addresses())
    finally:
        user_logged_in.connect(conftest._second_step)
    assert {name for name, page in counted.items() if "queries_out" not in page} == set(ADMIN_ONLY)
    assert all(page["queries_in"] and page["cookie"] for page in counted.values())
