"""Languages: catalogues, formatting of dates and numbers, error messages."""
