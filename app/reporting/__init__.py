"""What the platform reports to the tax office: what every creator was paid in a year (DAC7)."""
