"""Bank statements: files read into lines, and lines matched with the journal. Pure, but
for `status`, which reads the database."""
