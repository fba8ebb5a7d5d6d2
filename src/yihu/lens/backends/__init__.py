"""The only place that opens a query engine: DuckDB by default, Spark by switch."""
