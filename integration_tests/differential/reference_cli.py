"""The reference executable `source-declarative-manifest` with its pauses cut short.

Only sleeping is changed: what is sent, in which order and how often, is the reference's own.
"""
import os
import sys
import time

_sleep = time.sleep
LONGEST_PAUSE = float(os.environ.get("REFERENCE_LONGEST_PAUSE", "0.02"))
time.sleep = lambda seconds: _sleep(min(seconds, LONGEST_PAUSE))

from airbyte_cdk.cli.source_declarative_manifest._run import run  # noqa: E402

if __name__ == "__main__":
    run()
