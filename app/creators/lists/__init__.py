"""Lists of accounts from elsewhere: what their columns are is guessed and shown, what can't be read is said, and what
can is stored as creators, channels and figures with their source and day."""
