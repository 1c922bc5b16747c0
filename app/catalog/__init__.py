"""Shared words and what brands sell."""
