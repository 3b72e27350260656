"""Input and output: from bytes to records and back; nothing is cleaned here."""
