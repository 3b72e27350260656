"""The standard library's parse trees are what the code that reads them knows; they are private, and may change with Python."""

from __future__ import annotations

from typing import Any

import pytest

from cleaner.patterns.syntax_tree import frozen, parse_tree
from tests.conftest import shipped

#: Patterns that hold every kind of node that the code asks for, and their trees.
TREES = {
    r"^a.$": "((AT, AT_BEGINNING), (LITERAL, 97), (ANY, None), (AT, AT_END))",
    r"\Aa\b\Z": "((AT, AT_BEGINNING_STRING), (LITERAL, 97), (AT, AT_BOUNDARY), (AT, AT_END_STRING))",
    "(?:ab|cd)": "((BRANCH, (None, (((LITERAL, 97), (LITERAL, 98)), ((LITERAL, 99), (LITERAL, 100))))),)",
    r"(a)\1(?(1)b|c)": "((SUBPATTERN, (1, 0, 0, ((LITERAL, 97),))), (GROUPREF, 1), "
    "(GROUPREF_EXISTS, (1, ((LITERAL, 98),), ((LITERAL, 99),))))",
    "a{2,9}b+?c*+": "((MAX_REPEAT, (2, 9, ((LITERAL, 97),))), (MIN_REPEAT, (1, MAXREPEAT, ((LITERAL, 98),))), "
    "(POSSESSIVE_REPEAT, (0, MAXREPEAT, ((LITERAL, 99),))))",
    r"[^a-c\d]": "((IN, ((NEGATE, None), (RANGE, (97, 99)), (CATEGORY, CATEGORY_DIGIT))),)",
    r"[^a]\s\W": "((NOT_LITERAL, 97), (IN, ((CATEGORY, CATEGORY_SPACE),)), (IN, ((CATEGORY, CATEGORY_NOT_WORD),)))",
    "(?=a)(?<!b)": "((ASSERT, (1, ((LITERAL, 97),))), (ASSERT_NOT, (-1, ((LITERAL, 98),))))",
    "(?>a)(?i:b)": "((ATOMIC_GROUP, ((LITERAL, 97),)), (SUBPATTERN, (None, 2, 0, ((LITERAL, 98),))))",
}


@pytest.mark.parametrize(("pattern", "tree"), TREES.items())
def test_trees_are_as_known(pattern: str, tree: str) -> None:
    assert repr(frozen(parse_tree(pattern))) == tree


def test_every_shipped_pattern_has_a_tree_of_known_kinds() -> None:
    patterns = [alternative.pattern for prepared in shipped().prepared for alternative in prepared.alternatives]
    found = set[str]()

    def look(node: Any) -> None:
        if isinstance(node, tuple):
            found.update({str(node[0])} if node and type(node[0]).__name__ == "_NamedIntConstant" else ())
            for below in node:
                look(below)

    for pattern in patterns:
        tree = parse_tree(pattern)
        assert tree is not None, pattern
        look(frozen(tree))
    assert len(patterns) > 4000
    assert found <= {kind for tree in TREES.values() for kind in tree.replace("(", " ").replace(",", " ").replace(")", " ").split()}
