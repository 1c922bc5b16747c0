"""What other systems tell us by webhook: kept first, handled second, looked after by the admin."""
