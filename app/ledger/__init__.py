"""The books: entries, balances, and what a brand has available. Knows amounts and owners, nothing of sales."""
