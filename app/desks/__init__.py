"""What brands, creators and finance look at: pages that show things of several rooms."""
