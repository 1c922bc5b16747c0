"""Whom to pay where, and what banks say and read."""
