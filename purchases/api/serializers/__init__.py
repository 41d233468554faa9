"""What the endpoints of purchasing take and give."""
