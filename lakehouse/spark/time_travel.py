"""A statement of a user, asked of the tables as they were: pure."""
from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Callable, Iterator, Mapping, Optional

from events import Refused

#: Texts, quoted names and comments; then words with dots; then any other sign.
_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|--[^\n]*|/\*.*?\*/"""
    r"""|(?:`(?:[^`]|``)*`|\w+)(?:\s*\.\s*(?:`(?:[^`]|``)*`|\w+))*|\s+|.""",
    re.DOTALL,
)

_TRAVELS = {"version", "timestamp", "for"}


def tokens(sql: str) -> Iterator[str]:
    """The statement in pieces: joined, they are the statement."""
    for found in _TOKEN.finditer(sql):
        yield found.group()


def _is_blank(token: str) -> bool:
    return token.isspace() or token.startswith(("--", "/*"))


def travelled(sql: str, version_of: Callable[[str], Optional[int]]) -> str:
    """Puts `VERSION AS OF` behind the tables in FROM and JOIN.

    `version_of` gives a table's snapshot by its name as written; None: not one of ours.
    """
    pieces = list(tokens(sql))
    written: list[str] = []
    in_from = expects = False
    for at, piece in enumerate(pieces):
        written.append(piece)
        if _is_blank(piece):
            continue
        word = piece.lower()
        if word in ("from", "join"):
            in_from = expects = True
        elif word == ",":
            expects = in_from
        elif word in ("where", "select", "group", "order", "having", "limit", "on", "union", ")"):
            in_from = expects = False
        elif expects:
            expects = False
            following = next((it.lower() for it in pieces[at + 1:] if not _is_blank(it)), "")
            version = None if following in _TRAVELS else version_of(_plain(piece))
            if version is not None:
                written.append(f" VERSION AS OF {version}")
    return "".join(written)


def renamed(sql: str, names: Mapping[str, str]) -> str:
    """Puts other names in the place of tables, columns that name their table included."""
    written = []
    for piece in tokens(sql):
        plain = _plain(piece)
        lower = plain.lower()
        for name, other in names.items():
            if lower == name or lower.startswith(f"{name}."):
                piece = other + plain[len(name):]
                break
        written.append(piece)
    return "".join(written)


def _plain(name: str) -> str:
    """`a`.b -> a.b"""
    return re.sub(r"[`\s]", "", name)


def moment_of(text: str) -> datetime:
    """A time in UTC, without a zone as Spark's collected ones.

    Raises Refused for a text that is not ISO 8601.
    """
    try:
        moment = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text.strip()))
    except ValueError as error:
        raise Refused(
            f"at is {text!r}: expected a snapshot's id, or a time like 2026-11-26T10:00:00Z",
            "deno task lake history --engine=spark lists the snapshots and their times",
        ) from error
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
