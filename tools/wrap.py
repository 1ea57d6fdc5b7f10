"""Once: docstrings and comments that are wider than 100 columns, wrapped; everything else stays as
it is.

    python tools/wrap.py FILE ...

`ruff format` breaks neither. Only white space changes: the syntax tree is compared, docstrings word
by word.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

WIDTH = 100
ITEM = re.compile(r"\s*([-*>|`+#]|\d+\.|[\w.]+(, [\w.]+)*:( |$)|\w+\[)")
"""How a line begins that is not the rest of the one above it."""


def docstrings(tree: ast.AST) -> list[tuple[int, int]]:
    """First and last line (from 1) of every string that is a statement."""
    return [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]


def split(line: str, room: int = WIDTH) -> tuple[str, str]:
    """The line in two, at the last blank that lets the first fit; the second is empty where there
    is none.
    """
    indent = len(line) - len(line.lstrip())
    at = line.rfind(" ", indent + 4, room + 1)
    return (line, "") if at < 0 else (line[:at].rstrip(), line[at:].strip())


def wrapped(lines: list[str], lead: str = "") -> list[str]:
    """Lines of a docstring (or of a comment, `lead` = "# "), none too wide if it has a blank to
    break it at.
    """
    queue, done = list(lines), []
    table = False
    while queue:
        line = queue.pop(0)
        table = line.lstrip().startswith(("|", ">>>"))
        head, tail = (line, "") if len(line) <= WIDTH or table else split(line)
        done.append(head)
        if not tail:
            continue
        indent = line[: len(line) - len(line.lstrip())]
        deeper = (
            indent + "    " if re.match(r"\s*[\w.]+(, [\w.]+)*: ", line) and done[:-1] else indent
        )
        deeper = indent + "  " if re.match(r"\s*- ", line) else deeper
        following = queue[0] if queue else ""
        goes_on = following.strip(' "#') and not ITEM.match(
            following.replace(lead, "", 1) if lead else following
        )
        if goes_on and len(following) - len(following.lstrip()) >= len(indent):
            own = following[: len(following) - len(following.lstrip())]
            queue[0] = f"{own}{lead}{tail} {following.strip().removeprefix(lead)}"
        else:
            queue.insert(0, f"{deeper}{lead}{tail}")
    return done


def rewrite(source: str) -> str:
    """The source with its docstrings and whole-line comments wrapped."""
    lines = source.split("\n")
    for first, last in sorted(docstrings(ast.parse(source)), reverse=True):
        old = lines[first - 1 : last]
        if all(len(line) <= WIDTH for line in old) or '"""' not in old[0]:
            continue
        new = wrapped(old)
        if len(old) == 1 and len(new) > 1 and new[-1].endswith('"""') and new[-1].strip() != '"""':
            indent = old[0][: len(old[0]) - len(old[0].lstrip())]
            new[-1:] = [new[-1].removesuffix('"""'), f'{indent}"""']
        lines[first - 1 : last] = new
    strings = {n for a, b in docstrings(ast.parse("\n".join(lines))) for n in range(a, b + 1)}
    i = 0
    while i < len(lines):
        if (
            len(lines[i]) > WIDTH
            and re.match(r"\s*# ", lines[i])
            and i + 1 not in strings
            and "fmt:" not in lines[i]
        ):
            end = i + 1
            while end < len(lines) and re.match(r"\s*# ", lines[end]):
                end += 1
            new = wrapped(lines[i:end], "# ")
            strings = {n if n <= i else n + len(new) - (end - i) for n in strings}
            lines[i:end] = new
        i += 1
    return "\n".join(lines)


def words(source: str) -> str:
    """The syntax tree with every docstring as its words."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            node.value.value = " ".join(node.value.value.split())
    return ast.dump(tree)


def main() -> None:
    for name in sys.argv[1:]:
        file = Path(name)
        before = file.read_text(encoding="utf-8")
        after = rewrite(before)
        assert words(before) == words(after), name
        if after != before:
            file.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main()
