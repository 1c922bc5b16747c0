"""Money to creators: bank details, batches made by one person and approved by another, bank files."""
