"""Markdown tables, and their insertion between marks in the pages."""

import re
from collections.abc import Iterable, Sequence

_BLOCK = "<!-- computed: {name} -->\n{body}\n<!-- end -->"


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in GitHub's style."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)])


def marks(page: str) -> list[str]:
    """Names of the computed blocks in `page`."""
    return re.findall(r"<!-- computed: ([\w.-]+) -->", page)


def insert(page: str, name: str, body: str) -> str:
    """`page` with the block `name` replaced; raises KeyError when the page has no such mark."""
    pattern = re.compile(rf"<!-- computed: {re.escape(name)} -->\n.*?<!-- end -->", re.DOTALL)
    if not pattern.search(page):
        raise KeyError(name)
    return pattern.sub(lambda _: _BLOCK.format(name=name, body=body), page)
