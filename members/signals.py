"""Signals that let a higher app follow what happens to people, without being imported by this one."""

from django.dispatch import Signal

# A person, their parts here or their profile have changed. Sent in the transaction that did it, after our own rows, with
# `user_id`. A profile that is deleted sends Django's `post_delete` instead.
person_changed = Signal()
