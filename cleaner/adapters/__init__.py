"""Adapters for data pipelines: Arrow engines and datatrove."""
