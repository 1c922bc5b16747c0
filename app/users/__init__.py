"""Who signs in; brands, creators and the platform's people, and what each may do."""
