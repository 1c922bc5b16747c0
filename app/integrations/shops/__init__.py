"""Shops that report their orders by webhook."""
