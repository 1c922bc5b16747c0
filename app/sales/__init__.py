"""Sale lines and refunds, whose they are and what they earn."""
