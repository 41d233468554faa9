"""Everything that writes jobs and results."""
