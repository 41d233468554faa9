"""Stock counts: planning, counting, review and posting."""
