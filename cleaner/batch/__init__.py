"""Cleaning of many files in several processes, recorded in a manifest."""
