"""Offers: drafts, rounds of terms, answers."""
