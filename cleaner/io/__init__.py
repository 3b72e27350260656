"""Bytes to records and back; nothing is cleaned here."""
