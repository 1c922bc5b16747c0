"""What viewers buy in a show: stock, reservations, orders and their way, withdrawal, waiting, flash prices."""
