"""How Elasticsearch is kept in step with the search documents. What it answers: `search.engines.elasticsearch`."""
