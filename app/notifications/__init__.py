"""What people are told: letters of the outbox are rendered, sent, tried again, and looked after by the admin."""
