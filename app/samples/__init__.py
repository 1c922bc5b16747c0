"""Products sent to creators to be shown, and whether they were."""
