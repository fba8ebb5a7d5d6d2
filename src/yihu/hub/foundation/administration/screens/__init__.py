"""Lists and heads of the pages, declared as data."""
