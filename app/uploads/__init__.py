"""Files a person drops: told apart, previewed, confirmed, taken back."""
