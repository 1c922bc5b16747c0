"""What two sides promise each other, and in which words."""
