# Databricks notebook source
# MAGIC %md
# MAGIC # Registry
# MAGIC The few calls of the workspace model registry that the notebooks need, with the standard library only.
# MAGIC They run as whoever runs the notebook: in a job of a service principal, as that principal.
# MAGIC Used with `%run ./registry`.

# COMMAND ----------

import json
import time
import urllib.error
import urllib.parse
import urllib.request


class RegistryError(Exception):
    def __init__(self, status, code, message):
        super().__init__("the registry answered %s %s: %s" % (status, code, message))
        self.code = code


def registry_call(method, path, values):
    context = dbutils.notebook.entry_point.getDbutils().notebook().getContext()
    url = "%s/api/2.0/mlflow/%s" % (context.apiUrl().get().rstrip("/"), path)
    body = None
    if method == "GET":
        url += "?" + urllib.parse.urlencode(values)
    else:
        body = json.dumps(values).encode()
    headers = {
        "Authorization": "Bearer " + context.apiToken().get(),
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        text = error.read().decode("utf8", "replace")
        try:
            problem = json.loads(text)
        except ValueError:
            problem = {"message": text[:500]}
        raise RegistryError(error.code, problem.get("error_code", ""), problem.get("message", "")) from None

# COMMAND ----------

def register_version(name, source, description, tags):
    """Registers one more version of the model, and the model itself if it is the first."""
    try:
        registry_call("POST", "registered-models/create", {"name": name})
    except RegistryError as error:
        if error.code != "RESOURCE_ALREADY_EXISTS":
            raise
    pairs = [{"key": key, "value": str(value)} for key, value in tags.items()]
    values = {"name": name, "source": source, "description": description, "tags": pairs}
    version = registry_call("POST", "model-versions/create", values)["model_version"]
    # The registry may still be copying the files; until then the version cannot be used.
    for pause in [0.1, 0.2, 0.5] + [1] * 60:
        if version["status"] != "PENDING_REGISTRATION":
            break
        time.sleep(pause)
        version = get_version(name, version["version"])
    if version["status"] != "READY":
        raise RuntimeError("version %s is %s" % (version["version"], version["status"]))
    return version


def get_version(name, version):
    return registry_call("GET", "model-versions/get", {"name": name, "version": version})["model_version"]


def latest_version(name, stage):
    """The newest version in the stage, or None."""
    values = {"name": name, "stages": [stage]}
    versions = registry_call("POST", "registered-models/get-latest-versions", values).get("model_versions", [])
    return max(versions, key=lambda version: int(version["version"]), default=None)


def move_version(name, version, stage, archive_existing, comment):
    values = {
        "name": name,
        "version": version,
        "stage": stage,
        "archive_existing_versions": archive_existing,
        "comment": comment,
    }
    registry_call("POST", "databricks/model-versions/transition-stage", values)
