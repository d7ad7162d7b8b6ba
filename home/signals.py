"""Signals that let a higher app take part in what this one does, without being imported by it."""

from django.dispatch import Signal

# A home page or a section has been made. Sent in the transaction that made it, with `page` (the HomePage or the
# SectionPage). Receivers make what is theirs: index pages, a collection, groups.
place_created = Signal()

# Pages were written, moved, published or taken down. Sent in the transaction that did it, after our own rows, with
# `pages`: the specific pages as the database has them, live or not. Receivers bring up to date what they derive.
# A page that is deleted sends Django's `post_delete` instead.
pages_changed = Signal()

# Two terms of a vocabulary become one. Sent by the vocabulary's model in the transaction that merges them, before the first
# one is deleted, with `term` and `into`. Receivers move what is theirs.
terms_merged = Signal()
