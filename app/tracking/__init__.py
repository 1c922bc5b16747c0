"""Touches: who came by whose link."""
