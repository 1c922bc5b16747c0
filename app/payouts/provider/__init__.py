"""Stripe's own books: what moved our balance there, held against our records and the bank's statements."""
