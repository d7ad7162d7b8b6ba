"""Profiles and the directory: what a person tells, who sees which part of it, and how people are found."""
