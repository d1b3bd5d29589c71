"""PyAirbyte loads the connector's output into a real PostgreSQL server: a full sync, one without news, and one ten days later."""
# environment: airbyte

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager

from shop_api import config_for, executable, shop_api

os.environ.update(AIRBYTE_OFFLINE_MODE="1", DO_NOT_TRACK="1", AIRBYTE_PRINT_FULL_ERROR_LOGS="true")
ROWS = {"orders": 40 * 3, "members": 12 * 6 * 2, "lists": 12, "colours": 7 * 3, "countries": 5}
KEYS = {"orders": ["id"], "members": ["list", "id", "joined_at"], "lists": ["id"], "colours": ["colour", "id"], "countries": ["id"]}


def as_postgres(command, **more):
    """The server refuses to run as root."""
    words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return subprocess.run([*words, *map(str, command)], check=True, stdout=subprocess.DEVNULL, **more)


@contextmanager
def postgres():
    """Yields the port of a server of its own."""
    if not shutil.which("initdb"):
        binaries = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        if not binaries:
            subprocess.run("apt-get update && apt-get install -y --no-install-recommends postgresql", shell=True, check=True, stdout=subprocess.DEVNULL)
            binaries = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        os.environ["PATH"] += f":{binaries[-1]}"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="shop-postgres-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        as_postgres(["initdb", "--auth=trust", "--username=shop", "--no-sync", "-D", f"{folder}/data"], cwd="/")
        as_postgres(["pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", f"-p {port} -h 127.0.0.1 -k {folder} -F", "start"], cwd="/")
        try:
            yield port
        finally:
            as_postgres(["pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop"], cwd="/")


with shop_api() as url, postgres() as port, tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    os.environ["AIRBYTE_PROJECT_DIR"] = folder
    import airbyte
    import psycopg
    from airbyte.caches import PostgresCache

    def sync(end_date):
        """Reads all streams into the database; what PyAirbyte counted, and the rows of each table."""
        source = airbyte.get_source("source-shop", local_executable=executable(folder), config=config_for(url, end_date=end_date), streams="*")
        cache = PostgresCache(host="127.0.0.1", port=port, username="shop", password="none", database="postgres", schema_name="shop")
        read = source.read(cache=cache).processed_records
        counts, doubles = {}, {}
        with psycopg.connect(host="127.0.0.1", port=port, user="shop", dbname="postgres") as connection:
            for stream, key in KEYS.items():
                columns = ", ".join(f'"{name}"' for name in key)
                counts[stream] = connection.execute(f'select count(*) from shop."{stream}"').fetchone()[0]
                doubles[stream] = connection.execute(f'select count(*) from (select 1 from shop."{stream}" group by {columns} having count(*) > 1) as twice').fetchone()[0]
            states = dict(connection.execute("select stream_name, state_json from shop._airbyte_state").fetchall())
        assert not any(doubles.values()), f"rows that are there twice: {doubles}"
        state = states["orders"]
        return read, counts, json.loads(state) if isinstance(state, str) else state

    read, rows, state = sync("2024-02-10")
    assert (read, rows) == (sum(ROWS.values()), ROWS), (read, rows)
    assert "2024-02-09" in json.dumps(state), state
    print(f"full: {read} records, {rows}")

    read, rows, _ = sync("2024-02-10")
    assert rows == ROWS and read < sum(ROWS.values()) / 2, (read, rows)
    print(f"again: {read} records, the same rows")

    read, rows, state = sync("2024-02-20")
    assert rows["orders"] == ROWS["orders"] + 10 * 3 and rows["members"] > ROWS["members"], rows
    assert "2024-02-19" in json.dumps(state), state
    print(f"ten days later: {read} records, {rows}")
