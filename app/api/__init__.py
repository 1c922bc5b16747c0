"""What a brand's own programs do: bring sales, read what became of them, show a creator their earnings elsewhere."""
