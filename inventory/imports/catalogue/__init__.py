"""The catalogue as a table: what its columns mean, and what a file of it would change."""
