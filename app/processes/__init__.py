"""The programs beside the web server: worker, scheduler, supervisor; what they do when, and how they fare."""
