"""Briefs of brands, and who takes part: invitations, applications, participation."""
