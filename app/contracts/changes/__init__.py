"""What happens to a running contract: amendments, better terms, pauses, endings."""
