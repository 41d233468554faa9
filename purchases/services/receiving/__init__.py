"""Taking a delivery in, box by box, until it becomes a goods receipt."""
