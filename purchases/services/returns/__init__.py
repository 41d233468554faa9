"""Returns to suppliers: from the draft to the van, and until when."""
