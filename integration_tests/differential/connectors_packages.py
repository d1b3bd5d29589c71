"""Published connectors as manifests that both sides can run: fetched as wheels, hosts redirected, custom Python taken out."""
import copy
import json
import pathlib
import re
import subprocess
import sys
import zipfile

import yaml
from airbyte_cdk.sources.declarative.parsers.manifest_component_transformer import ManifestComponentTransformer
from airbyte_cdk.sources.declarative.parsers.manifest_reference_resolver import ManifestReferenceResolver

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache/connectors"
OWN = pathlib.Path(__file__).resolve().parent / "connectors_own"

# What stands in for a custom component: one of the language with the same fields, or nothing. Any other takes its stream with it.
SUBSTITUTES = {
    "CustomRequester": lambda node: {**node, "type": "HttpRequester"},
    "CustomAuthenticator": lambda node: {"type": "BearerAuthenticator", "api_token": "stands-in"},
    "CustomErrorHandler": lambda node: {"type": "DefaultErrorHandler"},
    "CustomRecordExtractor": lambda node: {"type": "DpathExtractor", "field_path": node.get("field_path", [])},
    "CustomTransformation": lambda node: None,
    "CustomStateMigration": lambda node: None,
    "CustomSchemaNormalization": lambda node: "None",
    "CustomBackoffStrategy": lambda node: None,
    "CustomRecordFilter": lambda node: None,
    "CustomConfigTransformation": lambda node: None,
    "CustomValidationStrategy": lambda node: None,
}


class NeedsPython(Exception):
    """A component that only the connector's own Python can stand for."""


class Connector:
    """A manifest with a folder of its own, in which both sides run."""

    def __init__(self, name, manifest, folder, text=None):
        self.name = name
        self.manifest = manifest
        self.folder = folder
        # Where nothing but hosts was changed, the text as it was written is part of the comparison.
        self.text = text

    def write(self, without=(), keeps_budget=True):
        """Leaves out the streams named."""
        if not keeps_budget:
            del self.manifest["api_budget"]
            self.text = None
        if without:
            named = [resolved.get("name") for resolved in resolve(self.manifest)["streams"]]
            self.manifest["streams"] = [stream for stream, name in zip(self.manifest["streams"], named) if name not in without]
            self.text = None
        (self.folder / "manifest.yaml").write_text(self.text or yaml.dump(self.manifest, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))
        self.resolved = resolve(self.manifest)


def resolve(manifest):
    """The manifest as the components see it: references and parameters in place."""
    plain = ManifestReferenceResolver().preprocess_manifest({"type": "DeclarativeSource", **copy.deepcopy(manifest)})
    return ManifestComponentTransformer().propagate_types_and_parameters("", plain, {})


def redirect(text, api):
    """Sends every address to the fake API; the host becomes the first part of the path."""
    return re.sub(r"https?://(?!json-schema\.org)", f"{api}/", text)


def fetch(name):
    """The wheel of a published connector, from the cache or the package index."""
    pattern = f"airbyte_source_{name.replace('-', '_')}-*.whl"
    if not list(CACHE.glob(pattern)):
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(CACHE), f"airbyte-source-{name}"], check=True)
    return sorted(CACHE.glob(pattern))[-1]


def published(name, api, folder):
    package = f"source_{name.replace('-', '_')}"
    manifest, spec, original = None, None, None
    with zipfile.ZipFile(fetch(name)) as wheel:
        for entry in wheel.namelist():
            if not entry.startswith(package + "/") or not entry.endswith((".json", ".yaml", ".yml")):
                continue
            text = redirect(wheel.read(entry).decode(), api)
            if entry == f"{package}/manifest.yaml":
                manifest, original = load(text), text
            elif re.fullmatch(rf"{package}/spec\.(json|ya?ml)", entry):
                spec = load(text)
            else:
                target = folder / entry
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
    (folder / package).mkdir(exist_ok=True)
    (folder / package / "__init__.py").touch()
    if name_schema_files(manifest, package):
        original = None
    if "spec" not in manifest and spec:
        original = None
        manifest["spec"] = {"type": "Spec", "connection_specification": spec["connectionSpecification"]}
        for theirs, ours in (("documentationUrl", "documentation_url"), ("advanced_auth", "advanced_auth")):
            if theirs in spec:
                manifest["spec"][ours] = spec[theirs]
    made = without_python(manifest)
    return Connector(name, made, folder, original if made is manifest else None)


def own(name, api, folder):
    text = redirect((OWN / f"{name}.yaml").read_text(), api)
    return Connector(name, load(text), folder, text)


def name_schema_files(node, package):
    """Gives schema loaders the place that the connector's own package is for them; tells whether there was one."""
    if isinstance(node, list):
        return any([name_schema_files(each, package) for each in node])
    if not isinstance(node, dict):
        return False
    found = node.get("type") == "JsonFileSchemaLoader" and "file_path" not in node
    if found:
        node["file_path"] = f"./{package}/schemas/{{{{ parameters['name'] }}}}.json"
    return any([found, *(name_schema_files(each, package) for each in node.values())])


def load(text):
    # Dates stay texts, as in JSON.
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.yaml_implicit_resolvers = {
        key: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"] for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, loader)


def without_python(manifest):
    """A manifest that needs no custom Python stays as it is, references and all."""
    if "class_name" not in json.dumps(manifest, default=str):
        return manifest
    plain = ManifestReferenceResolver().preprocess_manifest(copy.deepcopy(manifest))
    made = {key: value for key, value in plain.items() if key not in ("definitions", "schemas", "streams", "dynamic_streams")}
    made = substituted(made)
    for part in ("streams", "dynamic_streams"):
        made[part] = []
        for stream in plain.get(part, []):
            try:
                made[part].append(substituted(stream))
            except NeedsPython:
                pass
        if not made[part]:
            del made[part]
    names = [stream.get("name") for stream in resolve(made).get("streams", [])]
    check = made["check"]
    if "stream_names" in check:
        check["stream_names"] = [name for name in check["stream_names"] if name in names][:2] or names[:1]
    return made


def substituted(node):
    if isinstance(node, list):
        return [made for made in (substituted(each) for each in node) if made is not None]
    if not isinstance(node, dict):
        return node
    if "class_name" in node:
        substitute = SUBSTITUTES.get(node.get("type"))
        if not substitute:
            raise NeedsPython(node["class_name"])
        node = substitute({key: value for key, value in node.items() if key != "class_name"})
        if not isinstance(node, dict):
            return node
    made = {key: substituted(value) for key, value in node.items()}
    return {key: value for key, value in made.items() if value is not None or node[key] is None}
