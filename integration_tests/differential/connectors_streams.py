"""Which streams of a connector to read: few that together have most of the connector's kinds of component."""
import json
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
    text = json.dumps(stream)
    found = {f"type {kind}" for kind in re.findall(r'"type": "([A-Z]\w+)"', text)}
    found |= {f"into {place}" for place in re.findall(r'"inject_into": "(\w+)"', text)}
    found |= {f"has {name}" for name in re.findall(r'"([a-z_]+)": ', re.sub(r'"(schema|\$parameters)": {.*', "", text))}
    found |= {f"calls {name}" for template in re.findall(r"{{.*?}}|{%.*?%}", text) for name in re.findall(r"\b(\w+)\(|\|\s*(\w+)", template) for name in name if name}
    return found
