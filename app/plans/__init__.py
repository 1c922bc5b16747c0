"""What a budget could buy."""
