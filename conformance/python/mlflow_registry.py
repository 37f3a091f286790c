"""Lets the real MLflow client work with a registry, and shows each HTTP call it made.

    python mlflow_registry.py http://127.0.0.1:5000            # one JSON object a line
    python mlflow_registry.py http://127.0.0.1:5000 http://127.0.0.1:5001
                                                               # the differences; exit code 1 if any

Servers that nobody used before are compared best. Either has to reach this machine with its webhooks, and at once:
MLFLOW_WEBHOOK_ALLOWED_SCHEMES=http,https MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS=true MLFLOW_WEBHOOK_CACHE_TTL=0
for `mlflow server`; the settings of the same names for the sandbox.
"""

import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import logging
import os
import re
import sys
import threading
import time
import urllib.parse
import uuid
import warnings

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")

import mlflow  # noqa: E402
import requests  # noqa: E402
from mlflow.entities import Metric, Param, RunTag, ViewType  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402
from mlflow.tracking import MlflowClient  # noqa: E402

logging.disable(logging.WARNING)
# Stages are deprecated, and what this is about.
warnings.simplefilter("ignore")

SECRET = "s3cret"
SUBSCRIBED = [
    "registered_model.created",
    "model_version.created",
    "model_version_tag.set",
    "model_version_tag.deleted",
    "model_version_alias.created",
    "model_version_alias.deleted",
]


class Receiver:
    """Hears webhooks on the loopback interface."""

    def __init__(self):
        heard = self.heard = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.append((dict(self.headers), body))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"

    def wait_for(self, count):
        deadline = time.monotonic() + 10
        while len(self.heard) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.heard


class Trace:
    """What the client sent and was told, step by step."""

    def __init__(self):
        self.step = ""
        self.lines = []

    @contextlib.contextmanager
    def recording(self):
        send = requests.adapters.HTTPAdapter.send

        def recorded(adapter, request, **options):
            response = send(adapter, request, **options)
            self.lines.append(
                {
                    "step": self.step,
                    "method": request.method,
                    "path": request.path_url,
                    "body": (request.body or b"").decode()
                    if isinstance(request.body, bytes)
                    else (request.body or ""),
                    "status": response.status_code,
                    "type": response.headers.get("Content-Type"),
                    "response": response.text,
                }
            )
            return response

        requests.adapters.HTTPAdapter.send = recorded
        try:
            yield
        finally:
            requests.adapters.HTTPAdapter.send = send


def refused(action):
    try:
        action()
    except MlflowException:
        return
    raise AssertionError("was not refused")


def steps(client, receiver, name):
    """The names of the steps, and what to do in each. State is handed on in `made`."""
    made = {}

    def create_webhook():
        made["webhook"] = client.create_webhook(
            name="sb", url=receiver.url, events=SUBSCRIBED, description="d", secret=SECRET
        ).webhook_id

    def set_experiment():
        mlflow.set_experiment(f"wine-{name}")
        made["experiment"] = mlflow.get_experiment_by_name(f"wine-{name}").experiment_id

    def start_run():
        made["run"] = client.create_run(
            made["experiment"], start_time=1_700_000_000_000, run_name="untuned", tags={"team": "a"}
        ).info.run_id

    def log_batch():
        client.log_batch(
            made["run"],
            metrics=[Metric("loss", 0.5, 1_700_000_000_001, 0), Metric("loss", 0.25, 1_700_000_000_002, 1)],
            params=[Param("depth", "3")],
            tags=[RunTag("kind", "forest")],
        )

    def register_model():
        run = client.get_run(made["run"])
        client.create_registered_model(name, tags={"team": "a"}, description="é")
        client.create_model_version(name, f"{run.info.artifact_uri}/model", made["run"])

    def register_again():
        client.create_model_version(
            name, "s3://bucket/model", run_id=made["run"], tags={"kind": "forest"}, description="second"
        )

    def log_model():
        with mlflow.start_run(run_id=made["run"]):
            made["logged"] = mlflow.create_external_model(name="external", source_run_id=made["run"])

    return made, [
        ("create_webhook", create_webhook),
        ("list_webhooks", lambda: client.list_webhooks()),
        ("get_webhook", lambda: client.get_webhook(made["webhook"])),
        ("test_webhook", lambda: client.test_webhook(made["webhook"])),
        ("test_webhook_event", lambda: client.test_webhook(made["webhook"], event="model_version_tag.set")),
        ("update_webhook", lambda: client.update_webhook(made["webhook"], description="e")),
        ("bad_webhook_name", lambda: refused(
            lambda: client.create_webhook(name="-", url=receiver.url, events=SUBSCRIBED[:1]))),
        ("bad_webhook_scheme", lambda: refused(
            lambda: client.create_webhook(name="x", url="ftp://x/", events=SUBSCRIBED[:1]))),
        ("missing_webhook", lambda: refused(lambda: client.get_webhook("nope"))),
        ("set_experiment", set_experiment),
        ("experiment_tag", lambda: client.set_experiment_tag(made["experiment"], "team", "a")),
        ("search_experiments", lambda: client.search_experiments(filter_string=f"name = 'wine-{name}'")),
        ("search_experiments_by_tag", lambda: client.search_experiments(
            filter_string=f"tags.team = 'a' AND name LIKE 'wine-{name}%'", order_by=["name DESC"])),
        ("start_run", start_run),
        ("log_param", lambda: client.log_param(made["run"], "n", 10)),
        ("log_metric", lambda: client.log_metric(made["run"], "auc", 0.8, timestamp=1_700_000_000_003, step=1)),
        ("change_param", lambda: refused(lambda: client.log_param(made["run"], "n", 11))),
        ("log_batch", log_batch),
        ("set_tag", lambda: client.set_tag(made["run"], "mlflow.note.content", "text")),
        ("delete_tag", lambda: client.delete_tag(made["run"], "kind")),
        ("metric_history", lambda: client.get_metric_history(made["run"], "loss")),
        ("end_run", lambda: client.set_terminated(made["run"], "FINISHED", 1_700_000_000_004)),
        ("search_runs", lambda: client.search_runs(
            [made["experiment"]], 'tags.mlflow.runName = "untuned"', ViewType.ACTIVE_ONLY)),
        ("search_runs_by_metric", lambda: client.search_runs(
            [made["experiment"]], "metrics.auc > 0.5 AND params.n = '10'", order_by=["metrics.auc DESC"])),
        ("search_runs_in_vain", lambda: client.search_runs([made["experiment"]], "metrics.auc > 0.9")),
        ("bad_filter", lambda: refused(lambda: client.search_runs([made["experiment"]], "bogus.x = '1'"))),
        ("register_model", register_model),
        ("register_twice", lambda: refused(lambda: client.create_registered_model(name))),
        ("register_again", register_again),
        ("bad_source", lambda: refused(lambda: client.create_model_version(name, "/etc/passwd"))),
        ("transition_stage", lambda: client.transition_model_version_stage(name, "1", "Staging")),
        ("transition_archiving", lambda: client.transition_model_version_stage(name, "2", "staging", True)),
        ("bad_stage", lambda: refused(lambda: client.transition_model_version_stage(name, "1", "Nowhere"))),
        ("get_latest_versions", lambda: client.get_latest_versions(name)),
        ("get_latest_in_stage", lambda: client.get_latest_versions(name, ["Staging"])),
        ("set_alias", lambda: client.set_registered_model_alias(name, "champion", "1")),
        ("move_alias", lambda: client.set_registered_model_alias(name, "champion", "2")),
        ("get_by_alias", lambda: client.get_model_version_by_alias(name, "champion")),
        ("missing_alias", lambda: refused(lambda: client.get_model_version_by_alias(name, "nobody"))),
        ("reserved_alias", lambda: refused(lambda: client.set_registered_model_alias(name, "v1", "1"))),
        ("set_mv_tag", lambda: client.set_model_version_tag(name, "1", "signalbox.run", "ok")),
        ("set_rm_tag", lambda: client.set_registered_model_tag(name, "owner", "ann")),
        ("search_mv", lambda: client.search_model_versions(f"name='{name}'")),
        ("search_mv_by_tag", lambda: client.search_model_versions(f"name='{name}' AND tags.kind = 'forest'")),
        ("search_mv_by_run", lambda: client.search_model_versions(f"run_id = '{made['run']}'")),
        ("search_mv_page", lambda: client.search_model_versions(f"name='{name}'", max_results=1)),
        ("search_rm", lambda: client.search_registered_models(f"name ILIKE '{name.upper()}'")),
        ("search_rm_by_tag", lambda: client.search_registered_models(f"tags.owner = 'ann' AND name = '{name}'")),
        ("update_rm", lambda: client.update_registered_model(name, "desc")),
        ("update_mv", lambda: client.update_model_version(name, "1", "desc")),
        ("get_dl_uri", lambda: client.get_model_version_download_uri(name, "1")),
        ("copy_version", lambda: client.copy_model_version(f"models:/{name}/2", f"{name}-copy")),
        ("log_model", log_model),
        ("search_logged_models", lambda: client.search_logged_models([made["experiment"]])),
        ("delete_alias", lambda: client.delete_registered_model_alias(name, "champion")),
        ("delete_mv_tag", lambda: client.delete_model_version_tag(name, "1", "signalbox.run")),
        ("delete_rm_tag", lambda: client.delete_registered_model_tag(name, "owner")),
        ("missing", lambda: refused(lambda: client.get_model_version(name, "99"))),
        ("missing_model", lambda: refused(lambda: client.get_registered_model(f"{name}-none"))),
        ("rename", lambda: client.rename_registered_model(name, f"{name}-new")),
        ("delete_version", lambda: client.delete_model_version(f"{name}-new", "2")),
        ("get_renamed", lambda: client.get_registered_model(f"{name}-new")),
        ("delete_model", lambda: client.delete_registered_model(f"{name}-new")),
        ("delete_copy", lambda: client.delete_registered_model(f"{name}-copy")),
        ("delete_run", lambda: client.delete_run(made["run"])),
        ("restore_run", lambda: client.restore_run(made["run"])),
        ("delete_experiment", lambda: client.delete_experiment(made["experiment"])),
    ]


def is_genuine(headers, body):
    signed = f"{headers['X-MLflow-Delivery-Id']}.{headers['X-MLflow-Timestamp']}.{body.decode()}"
    mac = base64.b64encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()).decode()
    return headers.get("X-MLflow-Signature") == f"v1,{mac}"


def play(url):
    """All steps against one server: the trace, and the webhooks that arrived."""
    mlflow.set_tracking_uri(url)
    mlflow.set_registry_uri(url)
    receiver, trace, name = Receiver(), Trace(), f"wine_{uuid.uuid4().hex[:8]}"
    client = MlflowClient(url, url)
    made, todo = steps(client, receiver, name)
    with trace.recording():
        for trace.step, act in todo:
            act()
            # Webhooks have no order; here, each arrives before the next is caused.
            time.sleep(0.05)
        heard = list(receiver.wait_for(12))
        trace.step = "delete_webhook"
        client.delete_webhook(made["webhook"])
    receiver.server.shutdown()
    if not all(is_genuine(headers, body) for headers, body in heard):
        raise AssertionError("a delivery was not signed as it should be")
    return trace.lines, [json.loads(body) for _, body in heard]


TIMES = re.compile(r"(time|timestamp|timestamp_ms)$")
IDS = re.compile(
    r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?:m-)?[0-9a-f]{32}\b|wine[_-][0-9a-f]{8}"
)


def shape(value, key=""):
    """The value, with what must differ between two servers taken out of it."""
    if isinstance(value, dict):
        return {name: shape(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one, key) for one in value]
    if isinstance(value, (int, float)) and TIMES.search(key):
        return type(value).__name__
    if key == "experiment_id":
        return "EXPERIMENT"
    if isinstance(value, str):
        text = re.sub(r"http://127\.0\.0\.1:\d+", "RECEIVER", IDS.sub("ID", value))
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", "ISO", text)
        return re.sub(r"^/[\w./-]*/\d+(?=/ID/|/models/|$)", "EXPERIMENT", text)
    return value


def comparable(lines, heard):
    told = []
    for line in lines:
        try:
            response = shape(json.loads(line["response"]))
        except ValueError:
            response = line["response"]
        path = IDS.sub("ID", urllib.parse.unquote_plus(line["path"]).lower())
        path = re.sub(r"(experiment_ids?=)\d+", r"\1N", path)
        told.append([line["step"], line["method"], path, line["status"], line["type"], response])
    return told + [["webhook", shape(one)] for one in heard]


def differences(first, second):
    for number, (one, other) in enumerate(zip(first, second)):
        if one != other:
            yield f"{number}: {json.dumps(one)}\n   {json.dumps(other)}"
    if len(first) != len(second):
        yield f"{len(first)} calls and deliveries, and {len(second)}"


def main():
    urls = sys.argv[1:]
    if len(urls) not in (1, 2):
        sys.exit(__doc__)
    played = [play(url) for url in urls]
    if len(urls) == 1:
        lines, heard = played[0]
        for line in lines:
            print(json.dumps(line))
        for body in heard:
            print(json.dumps({"step": "webhook", "body": body}))
        print(f"{len(lines)} calls, {len(heard)} webhooks, mlflow {mlflow.__version__}", file=sys.stderr)
        return 0
    found = list(differences(*(comparable(lines, heard) for lines, heard in played)))
    print("\n".join(found))
    print(f"{len(played[0][0])} calls, {len(found)} differences, mlflow {mlflow.__version__}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
