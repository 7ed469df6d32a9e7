"""Names of tables: as the models write them, and as the catalog has them."""
from __future__ import annotations

import re
from typing import Mapping

BRONZE = "bronze.crypto_ticks_raw"
GAPS = "bronze.offset_gaps"
TICKS = "silver.crypto_ticks"
REVISIONS = "silver.crypto_revisions"
REJECTS = "silver.crypto_rejects"
CLEAN = "silver.crypto_prices_clean"
LATEST = "gold.crypto_latest"
HOURLY = "gold.crypto_hourly_ohlc"
DAILY = "gold.crypto_daily_ohlc"
DIM_CRYPTO = "gold.dim_crypto"
DIM_TIME = "gold.dim_time"
FACT = "gold.fact_crypto_hourly"

#: In the order in which they are made.
TABLES = (
    BRONZE, GAPS, TICKS, REVISIONS, REJECTS, CLEAN,
    LATEST, HOURLY, DAILY, DIM_CRYPTO, DIM_TIME, FACT,
)

_RELATION = re.compile(r"(?<![\w.`'\"])(?:bronze|silver|gold)\.\w+(?!\w)")


class Names:
    """The names in one catalog, with one prefix."""

    def __init__(self, catalog: str, prefix: str) -> None:
        self.catalog = catalog
        self.prefix = prefix

    def full(self, name: str) -> str:
        """`bronze.x` -> `catalog.PREFIXbronze.x`."""
        return f"{self.catalog}.{self.prefix}{name}"

    def local(self, name: str) -> str:
        """`bronze.x` -> `PREFIXbronze.x`: as procedures of the catalog want it."""
        return f"{self.prefix}{name}"

    def namespaces(self) -> list[str]:
        """The three namespaces, in full."""
        return [self.full(layer) for layer in ("bronze", "silver", "gold")]

    def place(self, sql: str, views: Mapping[str, str] | None = None) -> str:
        """Puts full names, or those of views, into a generated statement.

        The statements are ours: no such name stands in a text or a comment of theirs.
        """
        given = views or {}

        def replaced(found: re.Match[str]) -> str:
            return given.get(found.group(), self.full(found.group()))

        return _RELATION.sub(replaced, sql)


def text(value: str) -> str:
    """A text as a literal of Spark's SQL."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
