"""What people fill in about creators."""
