"""Do grades come true? What happened after earlier grades, read from a publication."""
