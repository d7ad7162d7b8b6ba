"""What editors see and do about search: what is searched for, picks, synonyms, trying a search."""
