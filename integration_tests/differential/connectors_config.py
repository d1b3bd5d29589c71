"""A user config that fits a connector's spec: defaults, examples, patterns, the first branch of each choice."""
import re

import jsonschema

START = "2024-05-20"
# Texts to try where a pattern or format asks for something special.
CANDIDATES = [
    f"{START}T00:00:00Z", START, f"{START}T00:00:00", f"{START}T00:00:00.000Z", f"{START}T00:00:00.000000Z", f"{START} 00:00:00", "05/20/2024", "P30D",
    "acme", "acme.example.com", "12345", "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6", "key-us12", "user@example.com", "AC" + "0" * 32, "SK" + "0" * 32,
]


def config_for(spec, api, overrides):
    made = value(spec["connection_specification"], "config", api)
    for path, chosen in overrides.items():
        at = made
        *parents, last = path.split("/")
        for part in parents:
            at = at.setdefault(part, {})
        at[last] = f"{api}/{chosen[5:]}" if isinstance(chosen, str) and chosen.startswith("API:/") else chosen
    jsonschema.validate(made, spec["connection_specification"])
    return made


def value(schema, name, api):
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema.get("default", schema["enum"][0])
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        common = {key: each for key, each in schema.items() if key in ("properties", "required", "type")}
        made = value(choices[0], name, api)
        return {**value(common, name, api), **made} if isinstance(made, dict) and "properties" in common else made
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = next(each for each in kind if each != "null") if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {})
        wanted = [key for key, each in properties.items() if key in schema.get("required", []) or "default" in each or "const" in each or "start" in key or key in ("credentials", "authorization")]
        return {key: value(properties[key], key, api) for key in wanted}
    if kind == "array":
        return schema.get("default") or [value(schema.get("items", {"type": "string"}), name, api)]
    if kind in ("integer", "number"):
        return schema.get("default", max(1, schema.get("minimum", 1)))
    if kind == "boolean":
        return schema.get("default", False)
    return text(schema, name, api)


def text(schema, name, api):
    if "date" in name or "start" in name or schema.get("format") in ("date", "date-time") or "pattern" in schema:
        pattern = schema.get("pattern", "")
        candidates = CANDIDATES[1:] if schema.get("format") == "date" else CANDIDATES
        candidates = [*candidates, f"{api}/{name}.example.com", *map(str, schema.get("examples", []))]
        fitting = [each for each in candidates if re.search(pattern, each)]
        if fitting:
            return fitting[0]
    if "default" in schema:
        return schema["default"]
    examples = schema.get("examples") or []
    if examples and not schema.get("airbyte_secret"):
        return str(examples[0]) if isinstance(examples, list) else str(examples)
    return f"{name.replace('_', '-')}-of-acme"
