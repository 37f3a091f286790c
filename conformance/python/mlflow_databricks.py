"""The MLflow client with the two registries of a Databricks workspace: its own, and Unity Catalog."""

import os
import warnings

from scene import check, equal, raises, scene

os.environ.update(
    DATABRICKS_HOST="https://" + scene.databricks.host,
    DATABRICKS_TOKEN=scene.databricks.token,
    MLFLOW_DISABLE_TELEMETRY="true",
    MLFLOW_HTTP_REQUEST_MAX_RETRIES="1",
)
warnings.simplefilter("ignore")

from mlflow import MlflowClient  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402

MODEL = "wine"
registry = MlflowClient("databricks", "databricks")
catalog = MlflowClient("databricks", "databricks-uc")

with check("a model and its first version are registered in the workspace"):
    registry.create_registered_model(MODEL, tags={"team": "ml"}, description="wines")
    version = registry.create_model_version(MODEL, "dbfs:/models/wine", await_creation_for=0)
    equal((version.version, version.current_stage), ("1", "None"))

with check("it goes to Staging, and is the latest version there"):
    registry.transition_model_version_stage(MODEL, "1", "Staging")
    equal([one.version for one in registry.get_latest_versions(MODEL, ["Staging"])], ["1"])

with check("a second version archives the first when it takes its stage"):
    registry.create_model_version(MODEL, "dbfs:/models/wine", await_creation_for=0)
    registry.transition_model_version_stage(MODEL, "2", "Staging", archive_existing_versions=True)
    equal(registry.get_model_version(MODEL, "1").current_stage, "Archived")

with check("versions carry tags and descriptions, and are searched for"):
    registry.set_model_version_tag(MODEL, "2", "signalbox", "green")
    registry.update_model_version(MODEL, "2", "the better one")
    found = registry.search_model_versions("name='%s'" % MODEL)
    equal(sorted(one.version for one in found), ["1", "2"])
    equal(registry.get_model_version(MODEL, "2").tags, {"signalbox": "green"})
    registry.delete_model_version_tag(MODEL, "2", "signalbox")

with check("models are searched for, renamed and deleted"):
    equal([one.name for one in registry.search_registered_models("name='%s'" % MODEL)], [MODEL])
    registry.rename_registered_model(MODEL, "port")
    with raises(MlflowException):
        registry.get_registered_model(MODEL)
    for number in ("1", "2"):
        registry.transition_model_version_stage("port", number, "Archived")
    registry.delete_registered_model("port")

UC = "main.default.wine"

with check("a model is registered in Unity Catalog, which has no stages"):
    catalog.create_registered_model(UC, description="wines")
    equal(catalog.get_registered_model(UC).name, UC)
    with raises(MlflowException):
        catalog.transition_model_version_stage(UC, "1", "Staging")

with check("models of Unity Catalog are searched for, changed and tagged"):
    assert UC in [one.name for one in catalog.search_registered_models()]
    catalog.update_registered_model(UC, "red and white")
    catalog.set_registered_model_tag(UC, "team", "ml")
    model = catalog.get_registered_model(UC)
    equal((model.description, model.tags), ("red and white", {"team": "ml"}))
    catalog.delete_registered_model_tag(UC, "team")

MLMODEL = """artifact_path: model
flavors:
  python_function:
    loader_module: none
model_uuid: 0123456789abcdef0123456789abcdef
signature:
  inputs: '[{"type": "double", "name": "alcohol", "required": true}]'
  outputs: '[{"type": "double", "required": true}]'
utc_time_created: '2026-11-23 00:00:00.000000'
"""

with check("a version is uploaded, and found by its alias"):
    folder = os.path.join(scene.folder, "model")
    os.makedirs(folder)
    with open(os.path.join(folder, "MLmodel"), "w") as file:
        file.write(MLMODEL)
    version = catalog.create_model_version(UC, folder)
    equal((version.version, version.status), ("1", "READY"))
    catalog.set_registered_model_alias(UC, "champion", "1")
    equal(catalog.get_model_version_by_alias(UC, "champion").version, "1")
    catalog.set_model_version_tag(UC, "1", "signalbox", "green")
    equal([one.version for one in catalog.search_model_versions("name='%s'" % UC)], ["1"])
    catalog.delete_registered_model_alias(UC, "champion")
    catalog.delete_model_version(UC, "1")

with check("an alias for a version that there is not is refused"):
    with raises(MlflowException):
        catalog.set_registered_model_alias(UC, "champion", "1")

with check("versions of a model without any are none"):
    equal(list(catalog.search_model_versions("name='%s'" % UC)), [])

with check("a model of Unity Catalog is deleted"):
    catalog.delete_registered_model(UC)
    with raises(MlflowException):
        catalog.get_registered_model(UC)
