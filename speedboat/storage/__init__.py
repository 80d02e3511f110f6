"""The database: tables, engines, queries, migrations. All SQL is here."""
