"""Spreadsheets that people download: no cell of theirs runs as a formula."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def defused(value: str) -> str:
    """The text as a cell that no spreadsheet program takes for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
