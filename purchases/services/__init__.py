"""Everything that writes in purchasing."""
