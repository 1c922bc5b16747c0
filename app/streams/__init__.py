"""Live shows, and the channels they run on."""
