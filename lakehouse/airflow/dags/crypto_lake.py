"""Two DAGs over the commands of crypto-stream: one fills and checks the lake,
one maintains it. docs/airflow.md explains the settings."""

from __future__ import annotations

import json
import logging
import os
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param

log = logging.getLogger(__name__)


def setting(name: str, default: str) -> str:
    """A variable of Airflow's environment; an empty one is unset."""
    return os.environ.get(name) or default


# The project. In its own folder this file knows it, also through a symbolic link.
HOME = setting("CRYPTO_STREAM_HOME", str(Path(__file__).resolve().parents[3]))
LAKE_DIR = setting("LAKE_DIR", f"{HOME}/.state/lake")
ENGINE = setting("LAKE_ENGINE", "embedded")

ENV = {
    # Named here, so that every command means the same lake, and not that of the
    # container which `deno task setup --lake` starts.
    "LAKE_DIR": LAKE_DIR,
    # A run of a few seconds serves no page, and leaves maintenance to its DAG.
    "LAKE_ADDRESS": "off",
    "LAKE_MAINTAIN_HOURS": "off",
    "NO_COLOR": "1",
}

# Safe, since no command depends on what the one before has done: the offsets
# are in the lake, written in the transaction of their rows, so that a run goes
# on where the last commit ended, however it ended. A second writer is refused.
# The delay between tries is that of Airflow's configuration.
RETRIES = 2


def alert(context) -> None:
    """Logs a task that failed for good, and sends it to LAKE_ALERT_WEBHOOK."""
    ti = context["task_instance"]
    failure = {
        "text": f"{ti.dag_id}.{ti.task_id} failed: {context.get('exception')}",
        "dag_id": ti.dag_id,
        "task_id": ti.task_id,
        "run_id": ti.run_id,
        "try_number": ti.try_number,
        "log_url": getattr(ti, "log_url", None),
    }
    log.error("ALERT %s", json.dumps(failure))
    url = setting("LAKE_ALERT_WEBHOOK", "")
    if not url:
        return
    try:
        request = urllib.request.Request(
            url,
            data=json.dumps(failure).encode(),
            headers={"content-type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()
    except (OSError, ValueError) as error:
        # Without the URL, which is often a secret.
        log.error("LAKE_ALERT_WEBHOOK did not take the alert: %s", error)


def command(task_id: str, line: str, minutes: int, **options) -> BashOperator:
    """A task that is one command of the project."""
    return BashOperator(
        task_id=task_id,
        bash_command=line,
        cwd=HOME,
        env=ENV,
        append_env=True,
        do_xcom_push=False,
        execution_timeout=timedelta(minutes=minutes),
        **options,
    )


SKIP = 99


def only_on(engine: str) -> str:
    """A first line that skips the task on another engine."""
    return f'[ "{{{{ params.engine }}}}" = {engine} ] || exit {SKIP}\n'


def lake_dag(dag_id: str, schedule: str, doc_md: str) -> DAG:
    """What both DAGs have in common."""
    return DAG(
        dag_id,
        schedule=schedule,
        start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
        catchup=False,
        max_active_runs=1,
        default_args={"retries": RETRIES, "on_failure_callback": alert},
        params={
            "engine": Param(
                ENGINE,
                enum=["embedded", "spark"],
                description="where the lake is: this machine, or Spark's",
            ),
        },
        tags=["crypto-stream"],
        doc_md=doc_md,
    )


with lake_dag(
    "crypto_pipeline",
    setting("LAKE_SCHEDULE", "*/15 * * * *"),
    f"""
### The topic into the lake, then the quality gate

1. `fill`: `deno task lake run --once` takes all that is in the topic. Bronze,
   silver and gold are one task, since one command fills them: on the embedded
   engine in one transaction for each batch, on Spark in one commit after the
   other, where silver and gold go on from the mark in their own table.
2. `quality_gate`: `deno task lake verify` fails the run where an offset or an
   observation is missing or doubled, or silver differs from what the models
   make of bronze.
3. `dbt_tests`, where `LAKE_DBT_TESTS=true`: dbt's tests of the models
   (embedded engine).

A run that finds nothing new adds nothing. Clear and run again what you like.

Lake of the embedded engine: `{LAKE_DIR}`
""",
):
    fill = command(
        "fill",
        "deno task lake run --once --engine={{ params.engine }}",
        minutes=60,
    )
    quality_gate = command(
        "quality_gate",
        "deno task lake verify --engine={{ params.engine }}",
        minutes=30,
    )
    fill >> quality_gate
    if setting("LAKE_DBT_TESTS", "false") == "true":
        dbt_tests = command(
            "dbt_tests",
            only_on("embedded") + "deno task models --test",
            minutes=30,
            skip_on_exit_code=SKIP,
        )
        fill >> dbt_tests


with lake_dag(
    "crypto_maintenance",
    setting("LAKE_MAINTENANCE_SCHEDULE", "30 3 * * *"),
    f"""
### Fewer files, fewer snapshots

1. `dry_run`, on Spark alone: `deno task lake maintain --dry-run` says what would
   be merged and expired, looks for files that no snapshot names, and changes
   nothing: where it fails, nothing else is done. The embedded engine looks for
   such files within the next command.
2. `maintain`: `deno task lake maintain` compacts small files, on Spark rewrites
   manifests, expires old snapshots (`LAKE_KEEP_DAYS`), and removes files that no
   snapshot names: on Spark it lists them for each table, then removes them. One
   task, since it is one command; it is safe beside a run of the pipeline.
3. `verify_all`: `deno task lake verify` over the whole lake proves that it still
   holds all that the topic held.

Lake of the embedded engine: `{LAKE_DIR}`
""",
):
    dry_run = command(
        "dry_run",
        only_on("spark") + "deno task lake maintain --dry-run --engine=spark",
        minutes=60,
        skip_on_exit_code=SKIP,
    )
    maintain = command(
        "maintain",
        "deno task lake maintain --engine={{ params.engine }}",
        minutes=120,
        # Also where the dry run was skipped.
        trigger_rule="none_failed",
    )
    verify_all = command(
        "verify_all",
        "deno task lake verify --engine={{ params.engine }}"
        # Spark's verify has no other form.
        "{{ ' --all' if params.engine == 'embedded' else '' }}",
        minutes=120,
    )
    dry_run >> maintain >> verify_all
