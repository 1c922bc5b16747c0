"""Freezing a text, signing it, and what comes into being then."""
