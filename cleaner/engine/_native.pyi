from typing import Any

def scan(line: str, stop_words: frozenset[str], /) -> tuple[Any, ...] | None: ...
def points(
    facts: list[list[float]],
    first_prose: int,
    features: bytes,
    nodes: bytes,
    roots: bytes,
    start: float,
    first_trees: int,
    hopeless: float,
    /,
) -> list[float]: ...
