"""Everything that moves imports on: jobs, their workers, and what each kind writes."""
