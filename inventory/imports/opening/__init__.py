"""The opening balance: checked rows, and the product each of them means."""
