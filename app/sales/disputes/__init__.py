"""Disputes between a creator and a brand about a sale: what each says, by when, and what the platform rules."""
