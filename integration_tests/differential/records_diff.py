"""Compares our record pipeline with the reference CDK on random cases: extractor, filter, transformations, normalisation.

Needs a Python with airbyte-cdk, and node with esbuild from this checkout:
    python integration_tests/differential/records_diff.py [number of cases] [seed]
Prints each difference and a summary; exits with 1 when there is one.
"""

import ast
import json
import logging
import pathlib
import random
import subprocess
import sys
import tempfile

import requests
from airbyte_cdk.sources.declarative.decoders import JsonDecoder
from airbyte_cdk.sources.declarative.models import declarative_component_schema as models
from airbyte_cdk.sources.declarative.parsers.model_to_component_factory import ModelToComponentFactory
from airbyte_cdk.sources.types import Record, StreamSlice

logging.disable(logging.CRITICAL)
ROOT = pathlib.Path(__file__).resolve().parents[2]
KEYS = ["a", "b", "c", "id", "Name", "firstName", "HTTPCode", "x y", "größe (cm)", "2nd", "items", "data", "__proto__", "constructor", "A", "_x_", "a.b"]
TEXTS = ["", "x", "5", "007", "1.10", "true", "False", "None", "no", "[1, 2]", "it's", "a\"b", "ä", " 7 ", "12345678901234567890", "1e3", "y"]
PATH_PARTS = KEYS[:12] + ["*", "*", "0", "1", "-1", "**", "[ab]", "?", "i*"]
CONFIG = {"kind": "data", "n": 3, "word": "id"}


def value(rng, depth):
    roll = rng.random()
    if depth > 0 and roll < 0.3:
        return {rng.choice(KEYS): value(rng, depth - 1) for _ in range(rng.randint(0, 4))}
    if depth > 0 and roll < 0.5:
        return [value(rng, depth - 1) for _ in range(rng.randint(0, 3))]
    return rng.choice([None, True, False, 0, 1, -3, 2.5, 9007199254740993, rng.choice(TEXTS), rng.choice(TEXTS)])


def record(rng, depth=3):
    return {rng.choice(KEYS): value(rng, depth) for _ in range(rng.randint(1, 6))}


def path(rng, longest=3, parts=PATH_PARTS):
    found = [rng.choice(parts) for _ in range(rng.randint(1, longest))]
    return found if found.count("**") <= 1 else found[:1]


def plain_path(rng, longest=2):
    # Digits only below the top: JavaScript puts such names first, and FlattenFields depends on the order.
    return [rng.choice(KEYS[:12])] + path(rng, longest, KEYS[:12] + ["0", "2"])[: rng.randint(0, longest - 1)]


def expander(rng):
    model = {"type": "RecordExpander", "expand_records_from_field": path(rng, 2, [part for part in PATH_PARTS if part != "**"])}
    if rng.random() < 0.4:
        model["remain_original_record"] = True
    if rng.random() < 0.4:
        model["merge_parent"] = True
    if rng.random() < 0.3:
        model["on_no_records"] = "emit_parent"
    if rng.random() < 0.3:
        model["parent_fields"] = [{"type": "ParentFieldPath", "parent_path": plain_path(rng), "record_path": [rng.choice(KEYS)]}]
    return model


def dpath_extractor(rng):
    model = {"type": "DpathExtractor", "field_path": rng.choice([[], ["items"], ["data", "*"], ["{{ config['kind'] }}"], path(rng), path(rng)])}
    if rng.random() < 0.3:
        model["record_expander"] = expander(rng)
    return model


def extractor(rng):
    if rng.random() < 0.8:
        return dpath_extractor(rng)
    model = {"type": "CombinedExtractor", "extractors": [extractor(rng) for _ in range(rng.randint(1, 3))]}
    if rng.random() < 0.5:
        model["mode"] = "first_match"
    if rng.random() < 0.5:
        model["skip_empty_records"] = True
    return model


def transformation(rng):
    kind = rng.randrange(8)
    if kind == 0:
        values = ["{{ record['a'] }}", "{{ record.id }}", "{{ config['n'] + 1 }}", "fixed", "007", "{{ stream_slice['start'] }}", "{{ record }}", "{{ record['b'] | string }}", "[1, {'a': None}]"]
        fields = []
        for _ in range(rng.randint(1, 2)):
            one = {"type": "AddedFieldDefinition", "path": plain_path(rng, 3), "value": rng.choice(values)}
            if rng.random() < 0.4:
                one["value_type"] = rng.choice(["string", "number", "integer", "boolean"])
            fields.append(one)
        return {"type": "AddFields", "fields": fields, **({"condition": "{{ value is not none and path | length > 0 }}"} if rng.random() < 0.3 else {})}
    if kind == 1:
        if rng.random() < 0.3:
            # With a condition the reference ignores the pointers, so only this one means the same on both sides.
            return {"type": "RemoveFields", "field_pointers": [["**"]], "condition": rng.choice(["{{ property == '' }}", "{{ property is integer }}", "{{ property is none }}"])}
        return {"type": "RemoveFields", "field_pointers": [path(rng) for _ in range(rng.randint(1, 2))]}
    if kind == 2:
        return {"type": "KeysToLower"}
    if kind == 3:
        return {"type": "KeysToSnakeCase"}
    if kind == 4:
        return {"type": "KeysReplace", "old": rng.choice(["a", " ", "{{ config['word'] }}", "Na"]), "new": rng.choice(["_", "", "X{{ config['n'] }}"])}
    if kind == 5:
        return {"type": "FlattenFields", **({"flatten_lists": False} if rng.random() < 0.3 else {})}
    model = {"type": "DpathFlattenFields", "field_path": path(rng, 2, KEYS[:12] + ["*"])}
    if rng.random() < 0.4 and "*" not in model["field_path"]:
        model["delete_origin_value"] = True
    if rng.random() < 0.3:
        model["replace_record"] = True
    if rng.random() < 0.4:
        model["key_transformation"] = {"type": "KeyTransformation", **({"prefix": "p_"} if rng.random() < 0.7 else {}), **({"suffix": "_s{{ config['n'] }}"} if rng.random() < 0.5 else {})}
    return model


def transformations(rng):
    made = [transformation(rng) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
    # The reference leaves the order of fields after KeysToLower to chance, so nothing may come after it; and where
    # names are digits, JavaScript has an order of its own, on which the names that FlattenFields gives depend.
    made.sort(key=lambda model: model["type"] == "KeysToLower")
    if any(model["type"] == "FlattenFields" for model in made):
        made = [model for model in made if "'0'" not in str(model) and "'2'" not in str(model) and model["type"] != "KeysToLower"]
    return made


def schema(rng, depth=3):
    names = ["string", "number", "integer", "boolean", "array", "object"]
    kind = rng.choice(names)
    made = {"type": rng.choice([kind, ["null", kind], [kind, "null"], ["null", "string", kind]])}
    if rng.random() < 0.05:
        return {}
    if kind == "object" and depth > 0:
        made["properties"] = {key: schema(rng, depth - 1) for key in rng.sample(KEYS, 6)}
    if kind == "array" and depth > 0 and rng.random() < 0.7:
        made["items"] = rng.choice([schema(rng, depth - 1), {"type": ["null", rng.choice(names)]}])
    return made


def case(rng, number):
    one = lambda: rng.choice([record(rng), {"items": [record(rng, 2) for _ in range(3)]}, {"data": record(rng)}, [record(rng), record(rng)]])
    selector = {"type": "RecordSelector", "extractor": extractor(rng) if rng.random() < 0.6 else {"type": "DpathExtractor", "field_path": []}}
    if rng.random() < 0.25:
        selector["record_filter"] = {"type": "RecordFilter", "condition": rng.choice(["{{ record['a'] }}", "{{ record.id is defined }}", "{{ record | length > 2 }}", "{{ stream_slice['start'] == '2024-01-01' and 'a' in record }}"])}
    if rng.random() < 0.3:
        selector["transform_before_filtering"] = rng.random() < 0.7
    normalises = rng.random() < 0.4
    if normalises:
        selector["schema_normalization"] = "Default"
    return {
        "id": number,
        "selector": selector,
        "transformations": transformations(rng),
        "body": one(),
        "schema": {"type": "object", "properties": {key: schema(rng) for key in rng.sample(KEYS, 12)}} if normalises else {},
        "config": CONFIG,
        "partition": {"part": "p1"},
        "cursor_slice": {"start": "2024-01-01"},
    }


def reference(one):
    factory = ModelToComponentFactory()
    make = lambda model: factory.create_component(getattr(models, model["type"]), json.loads(json.dumps(model)), CONFIG)
    selector = factory.create_component(
        models.RecordSelector, json.loads(json.dumps(one["selector"])), CONFIG,
        decoder=JsonDecoder(parameters={}), name="s", transformations=[make(model) for model in one["transformations"]],
    )
    response = requests.Response()
    response.status_code = 200
    response._content = json.dumps(one["body"]).encode()
    stream_slice = StreamSlice(partition=one["partition"], cursor_slice=one["cursor_slice"])
    return [each.data if isinstance(each, Record) else each for each in selector.select_records(response, {}, one["schema"], stream_slice, None)]


def names(record):
    """The keys in order; JavaScript puts those that are integers first."""
    return sorted(filter(str.isdecimal, record), key=int), [key for key in record if not key.isdecimal()]


def same(ours, theirs, ordered):
    if isinstance(theirs, bool) or isinstance(ours, bool):
        return ours is theirs
    if isinstance(theirs, dict):
        return isinstance(ours, dict) and (names(ours) == names(theirs) if ordered else set(ours) == set(theirs)) and all(same(ours[key], theirs[key], ordered) for key in theirs)
    if isinstance(theirs, (list, tuple)):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(same(a, b, ordered) for a, b in zip(ours, theirs))
    if isinstance(theirs, (int, float)):
        if not isinstance(ours, (int, float)):
            return False
        # The reference makes floats of all numbers, which costs big ones their last digits.
        return ours == theirs or (isinstance(theirs, float) and float(ours) == theirs)
    return type(ours) is type(theirs) and (ours == theirs or same_object_text(ours, theirs))


def same_object_text(ours, theirs):
    """Objects written out as text: names of digits come first in a JavaScript object."""
    if not (isinstance(theirs, str) and theirs.startswith("{") and ours.startswith("{")):
        return False
    try:
        return same(ast.literal_eval(ours), ast.literal_eval(theirs), False)
    except (ValueError, SyntaxError):
        return False


def our_side(cases):
    with tempfile.TemporaryDirectory() as directory:
        bundle = pathlib.Path(directory, "records_side.mjs")
        side = ROOT / "integration_tests/differential/records_side.ts"
        subprocess.run(
            [ROOT / "node_modules/.bin/esbuild", side, "--bundle", "--platform=node", "--format=esm", "--external:jsonpath", f"--outfile={bundle}", "--log-level=error"],
            check=True,
        )
        lines = "".join(json.dumps(one) + "\n" for one in cases)
        done = subprocess.run(["node", bundle], input=lines, capture_output=True, text=True, check=True)
    return {result["id"]: result for result in map(json.loads, done.stdout.splitlines())}


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    cases = [case(rng, number) for number in range(count)]
    ours = our_side(cases)
    compared = different = failed = 0
    for one in cases:
        result = ours[one["id"]]
        try:
            expected = reference(one)
        except Exception:  # the reference has no answer to compare with
            failed += 1
            if result.get("error", "").startswith("bug"):
                different += 1
                print("BUG", result["error"], json.dumps(one))
            continue
        if not all(isinstance(each, dict) for each in expected) or "records.not_an_object" in result.get("error", ""):
            failed += 1  # records that are no objects: an error on our side (a list of pairs is an object to the reference)
            if not result.get("error", "bug").startswith(("records.", "interpolation.")):
                different += 1
                print("NON-OBJECT", json.dumps(one), expected, result)
            continue
        if "interpolation.type_error" in result.get("error", ""):
            failed += 1  # there the source of the template is the value
            continue
        compared += 1
        ordered = not any(model["type"] == "KeysToLower" for model in one["transformations"])
        if not same(result.get("records"), expected, ordered):
            different += 1
            print("DIFFERENT", json.dumps(one), "\n  reference", json.dumps(expected), "\n  ours     ", json.dumps(result.get("records", result.get("error"))))
    print(f"records: {compared} compared, {different} different ({failed} more where the reference has no records to compare)")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
