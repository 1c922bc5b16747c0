"""What banks say: read, looked at, taken over, and reconciled."""
