"""The reference's manifest server on a port, with its pauses cut short: `reference_manifest_server.py PORT`."""
import os
import sys
import time

_sleep = time.sleep
LONGEST_PAUSE = float(os.environ.get("REFERENCE_LONGEST_PAUSE", "0.02"))
time.sleep = lambda seconds: _sleep(min(seconds, LONGEST_PAUSE))

import uvicorn  # noqa: E402
from airbyte_cdk.manifest_server.app import app  # noqa: E402

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
