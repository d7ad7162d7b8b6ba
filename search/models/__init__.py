"""What can be found, one family a file."""

from search.models.desk import Pick, SearchTerm
from search.models.documents import Passage, SearchDocument
from search.models.facets import FacetSet
from search.models.files import FileText
from search.models.index import SearchIndex, SearchLease
from search.models.saved import SavedSearch, ToldResult
from search.models.synonyms import SynonymGroup
from search.models.wanted import Wanted
from search.models.words import Word

__all__ = [
    "FacetSet",
    "FileText",
    "Passage",
    "Pick",
    "SavedSearch",
    "SearchDocument",
    "SearchIndex",
    "SearchLease",
    "SearchTerm",
    "SynonymGroup",
    "ToldResult",
    "Wanted",
    "Word",
]
