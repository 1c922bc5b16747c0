"""What people fill in about offers and contracts."""
