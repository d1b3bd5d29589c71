"""Starts the API of the shop and runs a command with it; {source} is an executable of the connector, {config} its config file.

    python with_shop.py CLIENT {source} --config {config}
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from shop_api import config_for, executable, shop_api

with shop_api() as url, tempfile.TemporaryDirectory() as folder:
    config = pathlib.Path(folder) / "config.json"
    config.write_text(json.dumps(config_for(url)))
    values = {"{source}": str(executable(folder)), "{config}": str(config)}
    sys.exit(subprocess.run([values.get(word, word) for word in sys.argv[1:]], check=False).returncode)
