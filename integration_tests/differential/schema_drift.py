"""Compares our components with the schema of the installed reference CDK: names, required properties, enums.

Every difference must stand in schema_differences.txt with its reason; a line there that no longer applies is an error
too. Closes with `schema drift: N components compared, N different`.
"""
import json
import pathlib
import subprocess
import sys

import airbyte_cdk
import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REVIEWED = HERE / "schema_differences.txt"


def reference_components():
    path = pathlib.Path(airbyte_cdk.__file__).parent / "sources/declarative/declarative_component_schema.yaml"
    schema = yaml.safe_load(path.read_text())
    components = {"DeclarativeSource": schema}
    components.update(schema["definitions"])
    inline = schema["definitions"]["DeclarativeStream"]["properties"].get("file_uploader")
    if inline:
        components["FileUploader"] = inline
    # A component is known by the value of its `type`, which is not always the name of its definition.
    return {type_of(name, body): body for name, body in components.items() if "properties" in body}


def type_of(name, body):
    return body["properties"].get("type", {}).get("enum", [name])[0]


def our_components():
    text = subprocess.check_output(["node", "scripts/run-ts.mjs", "scripts/print-schema.ts"], cwd=ROOT, text=True)
    return json.loads(text)["definitions"]


def enum_of(node):
    if not isinstance(node, dict):
        return None
    if "enum" in node:
        return sorted(map(str, node["enum"]))
    return enum_of(node.get("items"))


def differences():
    reference, ours = reference_components(), our_components()
    found = []
    for name in sorted(set(reference) | set(ours)):
        if name not in ours:
            found.append(f"{name}: missing")
            continue
        if name not in reference:
            found.append(f"{name}: ours only")
            continue
        theirs_p = {k for k in reference[name]["properties"] if k not in ("type", "$parameters")}
        ours_p = {k for k in ours[name]["properties"] if k not in ("type", "$parameters")}
        found += [f"{name}.{p}: missing" for p in sorted(theirs_p - ours_p)]
        found += [f"{name}.{p}: ours only" for p in sorted(ours_p - theirs_p)]
        theirs_r, ours_r = set(reference[name].get("required", [])), set(ours[name].get("required", []))
        found += [f"{name}.{p}: required there only" for p in sorted(theirs_r - ours_r)]
        found += [f"{name}.{p}: required here only" for p in sorted(ours_r - theirs_r)]
        for p in sorted(theirs_p & ours_p):
            theirs_e, ours_e = enum_of(reference[name]["properties"][p]), enum_of(ours[name]["properties"][p])
            if theirs_e and theirs_e != ours_e:
                found.append(f"{name}.{p}: enum {theirs_e} there, {ours_e} here")
    return found, len(set(reference) & set(ours))


def main():
    found, compared = differences()
    reviewed = {}
    for line in REVIEWED.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            difference, _, reason = line.partition(" -- ")
            reviewed[difference.strip()] = reason.strip()
    new = [d for d in found if d not in reviewed]
    stale = [d for d in reviewed if d not in found]
    for d in new:
        print("not reviewed:", d)
    for d in stale:
        print("no longer true:", d)
    print(f"schema drift: {compared} components compared, {len(new) + len(stale)} different")
    return 1 if new or stale else 0


if __name__ == "__main__":
    sys.exit(main())
