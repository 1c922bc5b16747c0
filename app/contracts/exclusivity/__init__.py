"""What a contract closes to others: claims, waivers, breaches."""
