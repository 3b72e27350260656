"""Output for people in the terminal. The only importer of `rich` beside the command line."""
