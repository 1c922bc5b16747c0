"""Who fits whom, and why: profiles, campaigns, scores with their reasons, samples, plans."""
