"""Files into the store: what is there, what it holds, and what could not be read."""
