"""The reference executable as a server: imports once, then forks for each run, which saves the start-up of a second a run.

Reads one JSON line a run from stdin (`arguments`, `folder` to run in, `stdout`, `stderr`, `timeout`) and answers with a
line: the exit code, or "time-out".
"""
import json
import os
import select
import signal
import sys
import time
import traceback

import pyrate_limiter
import reference_cli
from airbyte_cdk.cli.source_declarative_manifest import _run
from airbyte_cdk.entrypoint import launch
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource

skipped_seconds = 0.0


def sleep(seconds):
    """As reference_cli does it, but by a call that works while libfaketime holds the clock."""
    global skipped_seconds
    skipped_seconds += max(0.0, seconds - reference_cli.LONGEST_PAUSE)
    select.select([], [], [], min(seconds, reference_cli.LONGEST_PAUSE))


time.sleep = sleep
# Call rates count real and skipped time; the clock that they go by stands still.
pyrate_limiter.TimeClock.now = lambda _: int(1000 * (time.monotonic() + skipped_seconds))


def execute(arguments):
    if arguments[0] != "spec":
        return _run.handle_command(arguments)
    # The executable prints the spec of a manifest only from a fixed place of its image.
    manifest = _run._parse_manifest_from_file(arguments[arguments.index("--manifest-path") + 1])
    launch(ConcurrentDeclarativeSource(config={}, catalog=None, state=[], source_config=manifest), ["spec"])


def child(run):
    for number, path in ((1, run["stdout"]), (2, run["stderr"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.chdir(run["folder"])
    # JsonFileSchemaLoader reads from the connector's package.
    sys.path.insert(0, run["folder"])
    code = 0
    try:
        execute(run["arguments"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    os._exit(code)


def main():
    for line in sys.stdin:
        run = json.loads(line)
        process = os.fork()
        if process == 0:
            child(run)
        signal.signal(signal.SIGALRM, lambda *_: os.kill(process, signal.SIGKILL))
        signal.alarm(run["timeout"])
        status = os.waitpid(process, 0)[1]
        signal.alarm(0)
        answer = "time-out" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else os.waitstatus_to_exitcode(status)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
