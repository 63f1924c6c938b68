"""A synthetic world with known truth, and what the warehouse recovered of it."""
