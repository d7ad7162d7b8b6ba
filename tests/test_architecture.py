"""Imports point one way, and the project package imports apps only where it wires them together."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)

# Each app may import those after it; `operations` stands alone.
LAYERS = ["styleguide", "search", "library", "calendar_app", "members", "home"]
ALONE = ["operations"]


def imported_apps(file: Path) -> set[str]:
    """The first names of everything that a module imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names & {*LAYERS, *ALONE}


@pytest.mark.parametrize("app", [*LAYERS, *ALONE])
def test_an_app_imports_only_the_apps_below_it(app):
    allowed = {app} | set(LAYERS[LAYERS.index(app) + 1 :] if app in LAYERS else [])
    upward = {
        str(file.relative_to(ROOT)): imported_apps(file) - allowed
        for file in (ROOT / app).rglob("*.py")
        if "migrations" not in file.parts and imported_apps(file) - allowed
    }
    assert upward == {}


def test_the_project_package_imports_apps_only_where_it_wires_them_together():
    importing = {file.name for file in (ROOT / "worksite").rglob("*.py") if imported_apps(file)}
    # The settings need the form of the log lines, the server's entry point the last look before it serves.
    assert importing <= {"urls.py", "base.py", "wsgi.py"}
