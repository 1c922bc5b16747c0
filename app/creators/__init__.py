"""Who creators are and what they have shown: profiles, channels, results, lists of accounts, search."""
