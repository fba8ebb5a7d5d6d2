"""The canonical source tables and code lists, as data."""

from yihu.lens.schema.catalogue import CODES, TABLES, Column, Table

__all__ = ["CODES", "TABLES", "Column", "Table"]
