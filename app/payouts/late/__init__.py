"""Money that a brand paid too late: by when it was due, and what the law adds (Directive 2011/7/EU)."""
