"""Everything that only reads in purchasing."""
