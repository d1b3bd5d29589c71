"""The reference CDK's test suite for images: python cdk_docker_suite.py IMAGE URL_OF_THE_SHOP, with `docker` on the PATH."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "clients"))
from cdk_standard_tests import connector_root  # noqa: E402

SUITE = """
from airbyte_cdk.test.standard_tests.docker_base import DockerConnectorTestSuite


class TestShopImage(DockerConnectorTestSuite):
    pass
"""

image, url = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    root = connector_root(folder, url)
    (root / "test_image.py").write_text(SUITE)
    # The comparison with a published version asks a public registry.
    words = ["-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "-p", "airbyte_cdk.test.standard_tests.pytest_hooks", "-W", "ignore", "--connector-image", image, "--read-from-streams=all", "-k", "not backward_compatibility", "test_image.py"]
    done = subprocess.run([sys.executable, *words], cwd=root, env={**os.environ}, capture_output=True, text=True, check=False)
    print("\n".join(line for line in done.stdout.splitlines() if line.startswith(("PASSED", "FAILED", "ERROR", "SKIPPED"))) or done.stdout)
    print(done.stdout.splitlines()[-1] if done.stdout else done.stderr)
    if done.returncode != 0:
        print(done.stdout)
    sys.exit(done.returncode)
