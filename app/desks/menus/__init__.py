"""The menu of every page: what stands on it, and how it is made."""
