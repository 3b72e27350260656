"""How fast it is: `python -m tests.bench`. Makes its own text, so that anyone can run it."""
