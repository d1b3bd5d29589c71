#!/usr/bin/env bash
# Runs one client test in the virtual environment that its line `# environment: NAME` asks for, or any command in one:
#   run.sh FILE.py [ARGS]        run.sh --in NAME COMMAND [ARGS]
# Environments are kept in .venv-clients/.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ "$1" = --in ]; then name=$2; shift 2; else name=$(sed -n 's/^# environment: //p' "$1"); fi
requirements=integration_tests/clients/environments/$name.txt
folder=$PWD/.venv-clients/$name
if ! cmp -s "$requirements" "$folder/requirements.txt"; then
  [ -x "$folder/bin/python" ] || python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --no-compile --disable-pip-version-check -r "$requirements"
  cp "$requirements" "$folder/requirements.txt"
fi
export PATH=$folder/bin:$PATH
case $1 in *.py) exec python "$@";; *) exec "$@";; esac
