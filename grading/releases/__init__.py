"""The warehouse folder and its releases."""
