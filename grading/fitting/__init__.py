"""Parameters of models that are fitted, not computed in SQL."""
