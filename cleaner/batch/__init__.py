"""Many inputs over many processes, on record."""
