"""Brings tables of resources into a library: read the file, find the columns, plan, write, report.

`tables.read(data)` gives the rows of a file; `plans.plan(table, library)` says what would happen to each of them;
`plans.carry_out` does it. The command and the admin are two ways to call these three.
"""
