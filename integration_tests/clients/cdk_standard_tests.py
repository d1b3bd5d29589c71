"""The reference CDK's own test suite for sources, run against our executable: its in-process runner is replaced by one that starts a process."""
# environment: airbyte

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from shop_api import REPOSITORY, SHOP, config_for, executable, shop_api

SUITE = '''
import os
import subprocess

from airbyte_cdk.test import entrypoint_wrapper
from airbyte_cdk.test.standard_tests import SourceTestSuiteBase

pytest_plugins = ["airbyte_cdk.test.standard_tests.pytest_hooks"]


class Process:
    """Stands in the place of a source in Python."""

    def spec(self, logger):
        raise NotImplementedError


def run_process(source, args, expecting_exception=None, *, expected_outcome=None):
    done = subprocess.run([os.environ["SHOP_SOURCE"], *args], capture_output=True, text=True, check=False)
    error = None if done.returncode == 0 else RuntimeError(f"exit code {done.returncode}")
    return entrypoint_wrapper.EntrypointOutput(messages=done.stdout.splitlines(), uncaught_exception=error)


entrypoint_wrapper._run_command = run_process


class TestShop(SourceTestSuiteBase):
    connector = Process
'''
ACCEPTANCE = """
connector_image: airbyte/source-shop:dev
acceptance_tests:
  spec: { tests: [{ spec_path: manifest.yaml, config_path: secrets/config.json }] }
  connection:
    tests:
      - { config_path: secrets/config.json, status: succeed }
      - { config_path: secrets/invalid.json, status: failed }
  discovery: { tests: [{ config_path: secrets/config.json }] }
  basic_read: { tests: [{ config_path: secrets/config.json }] }
"""


def connector_root(folder, url):
    """A folder that looks to the CDK like that of a connector."""
    root = pathlib.Path(folder) / "source-shop"
    (root / "secrets").mkdir(parents=True)
    (root / "secrets/config.json").write_text(json.dumps(config_for(url, end_date="2024-01-10")))
    (root / "secrets/invalid.json").write_text(json.dumps(config_for(url, api_key="a-wrong-secret-key")))
    (root / "acceptance-test-config.yml").write_text(ACCEPTANCE)
    (root / "manifest.yaml").write_text((SHOP / "manifest.yaml").read_text())
    (root / "metadata.yaml").write_text((REPOSITORY / "metadata.yaml").read_text().replace("source-async-jobs", "source-shop"))
    return root


if __name__ == "__main__":
    with shop_api() as url, tempfile.TemporaryDirectory() as folder:
        root = connector_root(folder, url)
        (root / "test_shop.py").write_text(SUITE)
        environment = {**os.environ, "SHOP_SOURCE": str(executable(folder))}
        words = ["-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "-m", "not image_tests", "-W", "ignore::DeprecationWarning", "test_shop.py"]
        done = subprocess.run([sys.executable, *words], cwd=root, env=environment, capture_output=True, text=True, check=False)
        print(done.stdout)
        assert done.returncode == 0, done.stderr
        assert "7 passed" in done.stdout.splitlines()[-1], "some tests of the suite did not run"
