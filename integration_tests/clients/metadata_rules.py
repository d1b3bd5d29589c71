"""metadata.yaml against the published rules: Airbyte's metadata schema and the model that the reference CDK reads it with."""
# environment: airbyte

import json
import pathlib

import airbyte_connector_models.metadata.v0 as published
import jsonschema
import yaml
from airbyte_cdk.models.connector_metadata import MetadataFile

from shop_api import REPOSITORY



def bundled(value):
    """The published file is put together of several ones, whose `$id`s would lead its references astray."""
    if isinstance(value, list):
        return [bundled(each) for each in value]
    return {key: bundled(each) for key, each in value.items() if key != "$id"} if isinstance(value, dict) else value


path = REPOSITORY / "metadata.yaml"
schema = bundled(json.loads((pathlib.Path(published.__file__).parent / "ConnectorMetadataDefinitionV0.json").read_text()))
document = json.loads(json.dumps(yaml.safe_load(path.read_text()), default=str))
found = [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).iter_errors(document)]
assert not found, "\n".join(found)
assert MetadataFile.from_file(path).data.dockerRepository == "airbyte/source-async-jobs"
# The rules can fail.
document["data"]["connectorSubtype"] = "something"
assert not jsonschema.Draft7Validator(schema).is_valid(document)
print(f"metadata.yaml keeps the {len(schema['properties']['data']['properties'])} rules for its properties")
