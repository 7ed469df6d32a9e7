"""What spark-submit runs: main.py run | sql | history | status | verify | maintain.

Exit codes: 0 after `done`, 3 after `refused`; anything else is a crash, with its text.
"""
from __future__ import annotations

import os
import sys
import traceback
from typing import Callable, Mapping

from events import Refused, Watch, emit, used
from options import Options, read_options
from stop import Stop

Program = Callable[[Options, Stop], dict]


def _programs() -> Mapping[str, Program]:
    import history
    import maintain
    import query
    import run
    import status
    import verify

    return {
        "run": run.main,
        "sql": query.main,
        "history": history.main,
        "status": status.main,
        "verify": verify.main,
        "maintain": maintain.main,
    }


def main(words: list[str]) -> int:
    """Runs a program; gives the exit code."""
    watch = Watch()
    try:
        programs = _programs()
        if len(words) != 1 or words[0] not in programs:
            raise Refused(
                f"sub-command {' '.join(words) or '(none)'}: expected one of {', '.join(programs)}",
                "start the program with: deno task lake",
            )
        options = read_options(os.environ.get("LAKE_OPTIONS", ""))
        result = programs[words[0]](options, Stop())
    except Refused as refused:
        emit("refused", problem=refused.problem, next=refused.next_step)
        return 3
    except Exception:  # Spark's text tells the cause; the other side reads it.
        traceback.print_exc()
        return 1
    emit("done", seconds=watch.seconds, **used(), **result)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
