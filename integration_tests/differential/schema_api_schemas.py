"""The schema of a stream, for the fake API: inline, or in the connector's own files."""
import json
import pathlib


class SchemaFinder:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def __call__(self, stream):
        loaders = stream.get("schema_loader") or {}
        for loader in loaders if isinstance(loaders, list) else [loaders]:
            if loader.get("type") == "InlineSchemaLoader":
                return loader.get("schema") or {}
            if loader.get("type") == "JsonFileSchemaLoader" or not loader:
                name = stream.get("name") or (stream.get("$parameters") or {}).get("name")
                path = next(iter(self.folder.glob(f"source_*/schemas/{name}.json")), None)
                return self.resolved(json.loads(path.read_text()), path.parent, 0) if path else {}
        return {}

    def resolved(self, node, folder, depth):
        if isinstance(node, list):
            return [self.resolved(each, folder, depth) for each in node]
        if not isinstance(node, dict) or depth > 12:
            return node
        if isinstance(node.get("$ref"), str) and not node["$ref"].startswith("#"):
            path = next((each for each in (folder / "shared" / node["$ref"], folder / node["$ref"]) if each.exists()), None)
            return self.resolved(json.loads(path.read_text()), folder, depth + 1) if path else {}
        return {key: self.resolved(value, folder, depth + 1) for key, value in node.items()}
