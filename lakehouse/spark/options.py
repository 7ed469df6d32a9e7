"""What a program was asked for: one JSON object in the variable LAKE_OPTIONS.

Not arguments: those show in the list of processes, and a broker's password may be among them.
"""
from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields
from typing import Any, Mapping

from events import Refused


@dataclass(frozen=True)
class Options:
    """Names as in the JSON object, there in camel case."""

    topic: str = "crypto.prices.raw"
    bootstrap_servers: str = "kafka:29092"
    #: More settings of Kafka's client, `kafka.security.protocol` and the like.
    kafka: Mapping[str, str] = field(default_factory=dict)
    #: Ends when the topic is drained.
    once: bool = False
    #: Seconds between two batches of a job that stays.
    trigger_seconds: int = 60
    #: Records of one batch at most: it bounds memory.
    max_offsets_per_trigger: int = 100_000
    checkpoint_root: str = "s3a://warehouse/_checkpoints/crypto-stream"
    #: The catalog of the tables; the session's default one if empty.
    catalog: str = ""
    #: Stands before the names of the three namespaces.
    namespace_prefix: str = ""
    sql: str = ""
    #: A snapshot's id, or a time.
    at: str = ""
    #: Rows at most; 0: all.
    limit: int = 0
    table: str = ""
    #: Days that `maintain` keeps snapshots.
    keep_days: float = 7.0
    dry_run: bool = False
    #: `maintain` gives stale locks back, and does nothing else.
    clear_locks: bool = False
    #: Records that `verify` computes again; 0: all.
    sample: int = 0


def camel(name: str) -> str:
    """The name of a field in the JSON object."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _checked(name: str, default: Any, value: Any) -> Any:
    """The value, if it is of the default's kind."""
    kind = dict if name == "kafka" else type(default)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise Refused(
            f"LAKE_OPTIONS: {camel(name)} is {value!r}: expected {kind.__name__}",
            "start the program with: deno task lake",
        )
    return value


def read_options(text: str) -> Options:
    """Reads the object; what it does not name keeps its default.

    Raises Refused for a text that is not such an object, or a name that is not known.
    """
    try:
        given = json.loads(text or "{}")
    except ValueError as error:
        raise Refused(
            f"LAKE_OPTIONS is not JSON: {error}", "start the program with: deno task lake"
        ) from error
    if not isinstance(given, dict):
        raise Refused(
            "LAKE_OPTIONS is not a JSON object", "start the program with: deno task lake"
        )
    known = {camel(it.name): it for it in fields(Options)}
    values = {}
    for name, value in given.items():
        if name not in known:
            raise Refused(
                f"LAKE_OPTIONS: unknown option {name!r}: expected one of {', '.join(known)}",
                "start the program with: deno task lake",
            )
        if value is not None:
            it = known[name]
            values[it.name] = _checked(it.name, getattr(Options(), it.name), value)
    options = Options(**values)
    if re.fullmatch(r"[A-Za-z0-9_]*", options.namespace_prefix) is None:
        raise Refused(
            f"namespacePrefix is {options.namespace_prefix!r}: expected letters, digits and _",
            "choose another prefix",
        )
    return options
