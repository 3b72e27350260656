"""The engine: from a text and rules to a result, without input or output."""
