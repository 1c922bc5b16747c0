"""Other people's events: stored first, answered at once, handled by the worker."""
