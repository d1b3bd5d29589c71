"""Which streams of a connector to read: few that together have most of the connector's kinds of component."""
import re

MOST = 4


def choose(manifest, catalog, wanted=None):
    by_name = {each["name"]: each for each in catalog}
    if wanted:
        return [by_name[name] for name in wanted]
    features = {stream["name"]: features_of(stream) for stream in manifest.get("streams", []) if stream.get("name") in by_name}
    for name in by_name:
        features.setdefault(name, {"dynamic"})
    chosen, covered = [], set()
    while features and len(chosen) < MOST:
        best = max(features, key=lambda name: (len(features[name] - covered), -list(by_name).index(name)))
        covered |= features.pop(best)
        chosen.append(best)
    return [by_name[name] for name in chosen]


def features_of(stream):
    found = set()
    collect(stream, found)
    return found


def collect(node, found):
    if isinstance(node, dict):
        for name, value in node.items():
            if name not in ("$parameters", "schema"):
                found.add(f"{name} {value}" if name in ("type", "inject_into", "action") else f"has {name}")
                collect(value, found)
    elif isinstance(node, list):
        for each in node:
            collect(each, found)
    elif isinstance(node, str):
        for template in re.findall(r"{{.*?}}|{%.*?%}", node):
            found |= {f"calls {name}" for pair in re.findall(r"\b(\w+)\(|\|\s*(\w+)", template) for name in pair if name}
