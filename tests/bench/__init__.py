"""`make bench`: how fast and how frugal the product is beside bare PostgreSQL, in ratios (docs/benchmarks.md)."""
