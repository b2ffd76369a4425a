"""S-expressions as KiCad writes them: nested lists of strings; a `Quoted` string keeps its quotation marks."""

import re
from collections.abc import Iterator


class Quoted(str):
    """A string that is written between quotation marks."""


_TOKEN = re.compile(r'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|([^\s()"]+))')


def parse(text: str) -> list:
    """The one expression in `text`. Raises ValueError when brackets do not match."""
    stack: list[list] = [[]]
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"not an s-expression at character {position}")
        position = match.end()
        opened, closed, quoted, atom = match.groups()
        if opened:
            stack.append([])
        elif closed:
            if len(stack) == 1:
                raise ValueError(f"unmatched ) at character {position}")
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(Quoted(quoted.replace('\\"', '"')) if quoted is not None else atom)
    if len(stack) != 1 or len(stack[0]) != 1:
        raise ValueError("brackets do not match")
    return stack[0][0]


def write(node, indent: int = 0) -> str:
    """`node` as text: short lists on one line, tabs as KiCad uses them."""
    if not isinstance(node, (list, tuple)):
        if isinstance(node, Quoted):
            return '"' + node.replace('"', '\\"') + '"'
        return f"{node:.4f}".rstrip("0").rstrip(".") if isinstance(node, float) else str(node)
    flat = "(" + " ".join(write(child) for child in node) + ")"
    if len(flat) <= 100 and "\n" not in flat:
        return flat
    lines = ["(" + write(node[0])]
    lines += ["\t" * (indent + 1) + write(child, indent + 1) for child in node[1:]]
    return "\n".join(lines) + "\n" + "\t" * indent + ")"


def children(node: list, name: str) -> Iterator[list]:
    """The lists directly inside `node` that begin with `name`."""
    for child in node:
        if isinstance(child, list) and child and child[0] == name:
            yield child


def child(node: list, name: str) -> list:
    """The first of `children`; raises KeyError when there is none."""
    for found in children(node, name):
        return found
    raise KeyError(name)
