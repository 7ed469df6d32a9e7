"""A statement of a user: read-only."""
from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Iterator, Optional

from py4j.java_gateway import JavaObject
from py4j.protocol import Py4JJavaError
from pyspark.errors import (
    AnalysisException, ArithmeticException, ArrayIndexOutOfBoundsException, DateTimeException,
    IllegalArgumentException, NumberFormatException, ParseException, SparkRuntimeException,
)
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import BinaryType, DataType, DecimalType

from events import Refused, emit
from names import TABLES, Names
from options import Options
from session import names_of, open_session
from snapshots import snapshots_of, versions_at
from stop import Stop
from tables import existing
from time_travel import renamed, travelled

_NEXT = "ask with SELECT, WITH, VALUES, TABLE, DESCRIBE or SHOW"

#: Commands that only read the catalog.
_READING = {
    "ShowTables", "ShowNamespaces", "ShowColumns", "ShowTableProperties", "ShowPartitions",
    "ShowFunctions", "ShowCreateTable", "ShowCurrentNamespaceCommand", "ShowCurrentNamespace",
    "DescribeRelation", "DescribeColumn", "DescribeQueryCommand", "DescribeNamespace",
    "ShowViews", "ExplainCommand",
}

#: Functions that run any code.
_DANGEROUS = ("reflect", "java_method", "try_reflect")

#: What a statement itself brings about; anything else is the engine's trouble.
_FAULTS = (
    AnalysisException, ArithmeticException, ArrayIndexOutOfBoundsException, DateTimeException,
    IllegalArgumentException, NumberFormatException, ParseException, SparkRuntimeException,
)

_SCRIPT = re.compile(r"^[\s:+|\-]*'?ScriptTransformation\b", re.MULTILINE)


def main(options: Options, _stop: Stop) -> dict:
    """Answers with `rows`."""
    spark = open_session("sql")
    names = names_of(spark, options)
    sql = prepared(spark, names, options)
    check(spark, sql)
    try:
        rows = spark.sql(sql)
        emit("rows", **answer(rows, options.limit))
    except _FAULTS as error:
        raise Refused(first_line(error), "check the statement; SHOW TABLES IN gold lists tables"
                      ) from error
    return {}


def first_line(error: Exception) -> str:
    """What is wrong, without Spark's plan and stack."""
    java = getattr(error, "java_exception", None)
    said = str(java.getMessage() if java is not None else error)
    return said.strip().splitlines()[0] if said.strip() else type(error).__name__


def prepared(spark: SparkSession, names: Names, options: Options) -> str:
    """The statement with the tables as they were, and without a semicolon at its end."""
    sql = options.sql.strip().rstrip(";").strip()
    if not sql:
        raise Refused("the statement is empty", _NEXT)
    if names.prefix:
        sql = renamed(sql, {name: names.full(name) for name in TABLES})
    if not options.at:
        return sql
    known = snapshots_of(spark, names, list(existing(spark, names)))
    versions = versions_at(known, options.at)

    def version_of(written: str) -> Optional[int]:
        name = written.lower()
        for table in TABLES:
            if name in (names.full(table).lower(), names.local(table).lower()):
                if table not in versions:
                    raise Refused(
                        f"{table} had no commit by {options.at}",
                        "deno task lake history --engine=spark lists the snapshots",
                    )
                return versions[table]
        return None

    return travelled(sql, version_of)


def check(spark: SparkSession, sql: str) -> None:
    """Raises Refused for anything but one query, or what only reads the catalog."""
    session = spark._jsparkSession.sessionState()
    try:
        plan = session.sqlParser().parsePlan(sql)
    except (ParseException, Py4JJavaError) as error:
        raise Refused(first_line(error), f"check the statement: {_NEXT}") from error
    logical = "org.apache.spark.sql.catalyst.plans.logical"
    find = spark._jvm.java.lang.Class.forName
    writing = [find(f"{logical}.{it}") for it in ("Command", "ParsedStatement")]
    root = str(plan.getClass().getSimpleName())
    for node in _nodes(plan):
        kind = str(node.getClass().getSimpleName())
        # A query may lead to one: WITH ... INSERT, FROM ... INSERT.
        is_writing = any(it.isInstance(node) for it in writing) or kind.startswith("Call")
        if is_writing and root not in _READING:
            raise Refused("the statement is not a query: the lake is only read here", _NEXT)
    if _SCRIPT.search(str(plan.treeString())):
        raise Refused("TRANSFORM runs a program: the lake is only read here", _NEXT)
    for name in _DANGEROUS:
        identifier = spark._jvm.org.apache.spark.sql.catalyst.FunctionIdentifier(name)
        session.functionRegistry().dropFunction(identifier)


def _nodes(plan: JavaObject) -> Iterator[JavaObject]:
    yield plan
    children = plan.children()
    for place in range(children.size()):
        yield from _nodes(children.apply(place))


def answer(rows: DataFrame, limit: int) -> dict[str, Any]:
    """Columns and values: every value as text, numbers with all their digits."""
    fields = rows.schema.fields
    columns = [{"name": it.name, "type": it.dataType.simpleString()} for it in fields]
    # By place: two columns may have one name.
    plain = rows.toDF(*[f"c{place}" for place in range(len(fields))])
    shown = plain.select(*[
        _readable(F.col(f"c{place}"), it.dataType) for place, it in enumerate(fields)
    ])
    taken = shown.limit(limit + 1).collect() if limit > 0 else shown.collect()
    kept = taken[:limit] if limit > 0 else taken
    result: dict[str, Any] = {
        "columns": columns, "rows": [[_text(value) for value in row] for row in kept]
    }
    if len(kept) < len(taken):
        result["more"] = True
    return result


def _readable(column: Column, kind: DataType) -> Column:
    """As text, but for what Spark would write with an exponent."""
    if isinstance(kind, DecimalType):
        return column
    if isinstance(kind, BinaryType):
        return F.lower(F.hex(column))
    return column.cast("string")


def _text(value: Any) -> Optional[str]:
    if value is None:
        return None
    return format(value, "f") if isinstance(value, Decimal) else str(value)
