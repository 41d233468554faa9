"""Purchase orders: placing, sending, what suppliers answer, changing, cancelling."""
