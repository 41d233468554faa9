"""How numbers and dates are written, where Django does it otherwise than the trade."""
