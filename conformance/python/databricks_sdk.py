"""databricks-sdk: jobs, the registry of the workspace and its webhooks."""

import base64
import os

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import InvalidParameterValue, NotFound, PermissionDenied, ResourceAlreadyExists
from databricks.sdk.service import compute, iam, jobs, ml, workspace

from scene import check, equal, raises, scene

host = "https://" + scene.databricks.host
azure = scene.azureDevops
GIT = jobs.GitSource(
    git_url="%s/%s/_git/%s" % (azure.url, azure.project, azure.repository),
    git_provider=jobs.GitProvider.AZURE_DEV_OPS_SERVICES,
    git_branch="main",
)


def application(**more):
    settings = dict(
        host=host,
        azure_tenant_id=scene.tenant,
        azure_client_id=scene.app.clientId,
        azure_client_secret=scene.app.secret,
        auth_type="azure-client-secret",
    )
    settings.update(more)
    return WorkspaceClient(**settings)


def task(key, notebook, **more):
    return jobs.Task(
        task_key=key,
        notebook_task=jobs.NotebookTask(notebook_path=notebook, source=jobs.Source.GIT, base_parameters={"who": key}),
        new_cluster=compute.ClusterSpec(
            spark_version="15.4.x-scala2.12", node_type_id="Standard_D4a_v4", num_workers=1
        ),
        **more,
    )


w = None
with check("it logs in with the secret of an application, and hears who it is"):
    w = application()
    equal(w.current_user.me().user_name, scene.app.clientId)

with check("it logs in with a personal access token"):
    user = WorkspaceClient(host=host, token=scene.databricks.token, auth_type="pat")
    equal(user.current_user.me().user_name, "ada@fabrikam.com")

with check("a wrong token is refused"):
    with raises(Exception, "Invalid access token"):
        WorkspaceClient(host=host, token="nobody", auth_type="pat").current_user.me()

job = None
with check("a job is created, read and listed"):
    job = w.jobs.create(name="hello", tasks=[task("one", "notebooks/hello")], git_source=GIT).job_id
    equal(w.jobs.get(job).settings.name, "hello")
    equal([one.job_id for one in w.jobs.list(name="hello")], [job])

run = None
with check("a run of it is followed to its end, and gives what the notebook gave"):
    run = w.jobs.run_now(job, notebook_params={"who": "sdk"}).result()
    equal(run.state.result_state, jobs.RunResultState.SUCCESS)
    output = w.jobs.get_run_output(run.tasks[0].run_id)
    equal(output.notebook_output.result, "hello, sdk")

with check("the newer status says the same as the older state"):
    equal(run.status.state, jobs.RunLifecycleStateV2State.TERMINATED)
    equal(run.status.termination_details.code, jobs.TerminationCodeCode.SUCCESS)

with check("a notebook that raises makes its run fail, with the error in its output"):
    with raises(Exception, "failed"):
        w.jobs.submit(run_name="raises", tasks=[task("one", "notebooks/raises")], git_source=GIT).result()
    failed = next(one for one in w.jobs.list_runs(expand_tasks=True) if one.run_name == "raises")
    equal(failed.state.result_state, jobs.RunResultState.FAILED)
    equal(failed.state.life_cycle_state, jobs.RunLifeCycleState.INTERNAL_ERROR)
    output = w.jobs.get_run_output(failed.tasks[0].run_id)
    assert "this is what broke" in output.error, output.error
    assert "ValueError" in output.error_trace, output.error_trace

with check("a task after a failed one is not run"):
    tasks = [
        task("one", "notebooks/raises"),
        task("two", "notebooks/hello", depends_on=[jobs.TaskDependency(task_key="one")]),
    ]
    with raises(Exception):
        w.jobs.submit(run_name="two tasks", tasks=tasks, git_source=GIT).result()
    failed = next(one for one in w.jobs.list_runs(expand_tasks=True) if one.run_name == "two tasks")
    states = {one.task_key: one.state.result_state for one in failed.tasks}
    equal(states, {"one": jobs.RunResultState.FAILED, "two": jobs.RunResultState.UPSTREAM_FAILED})

with check("the same idempotency token is the same run"):
    first = w.jobs.run_now(job, idempotency_token="once").run_id
    equal(w.jobs.run_now(job, idempotency_token="once").run_id, first)

with check("the output of a run of several tasks is asked for by task"):
    with raises(InvalidParameterValue, "multiple tasks"):
        w.jobs.get_run_output(failed.run_id)

with check("a job that there is not is not found"):
    with raises((NotFound, InvalidParameterValue), "does not exist"):
        w.jobs.get(4242)

MODEL = "conformance"
registry = None
with check("a model and a version of it are registered"):
    registry = w.model_registry
    registry.create_model(MODEL, tags=[ml.ModelTag(key="team", value="ml")])
    version = registry.create_model_version(MODEL, "dbfs:/models/one", description="the first").model_version
    equal(version.version, "1")
    equal(registry.get_model(MODEL).registered_model_databricks.name, MODEL)
    equal([one.name for one in registry.list_models()], [MODEL])

with check("a model that there is cannot be made again"):
    with raises(ResourceAlreadyExists):
        registry.create_model(MODEL)

with check("a version goes to a stage, and is the latest there"):
    moved = registry.transition_stage(MODEL, "1", "Staging", archive_existing_versions=False)
    equal(moved.model_version_databricks.current_stage, "Staging")
    latest = list(registry.get_latest_versions(MODEL, stages=["Staging"]))
    equal([one.version for one in latest], ["1"])

with check("a transition is requested, and approved"):
    registry.create_transition_request(MODEL, "1", "Production", comment="please")
    equal([one.to_stage for one in registry.list_transition_requests(MODEL, "1")], ["Production"])
    registry.approve_transition_request(MODEL, "1", "Production", archive_existing_versions=True, comment="yes")
    equal(registry.get_model_version(MODEL, "1").model_version.current_stage, "Production")

with check("a transition is requested, and rejected"):
    registry.create_transition_request(MODEL, "1", "Archived")
    registry.reject_transition_request(MODEL, "1", "Archived", comment="no")
    equal(list(registry.list_transition_requests(MODEL, "1")), [])

with check("tags and comments are put on a version"):
    registry.set_model_version_tag(MODEL, "1", "signalbox", "green")
    registry.delete_model_version_tag(MODEL, "1", "signalbox")
    comment = registry.create_comment(MODEL, "1", "hello").comment
    registry.update_comment(comment.id, "hello again")
    registry.delete_comment(comment.id)

with check("versions are searched for"):
    found = [one.version for one in registry.search_model_versions(filter="name='%s'" % MODEL)]
    equal(found, ["1"])

with check("a webhook is made, listed, changed, tested and deleted"):
    spec = ml.HttpUrlSpec(url="https://%s/nowhere" % scene.databricks.host, secret="s3cret")
    events = [ml.RegistryWebhookEvent.MODEL_VERSION_TRANSITIONED_STAGE]
    made = registry.create_webhook(events, model_name=MODEL, http_url_spec=spec).webhook
    equal([one.id for one in registry.list_webhooks(model_name=MODEL)], [made.id])
    equal(made.http_url_spec.as_dict().get("secret"), None)
    registry.update_webhook(made.id, status=ml.RegistryWebhookStatus.DISABLED)
    equal(next(iter(registry.list_webhooks(model_name=MODEL))).status, ml.RegistryWebhookStatus.DISABLED)
    assert registry.test_registry_webhook(made.id, event=events[0]).status_code is not None
    registry.delete_webhook(made.id)
    equal(list(registry.list_webhooks(model_name=MODEL)), [])

with check("the git credentials of the caller are listed"):
    equal(len(list(w.git_credentials.list())), 1)

with check("a model that there is not is not found"):
    with raises(NotFound):
        registry.get_model("nothing")

with check("Databricks' own OAuth secret gives a token, by what the workspace says of itself"):
    oauth = WorkspaceClient(
        host=host, client_id=scene.app.clientId, client_secret=scene.oauthSecret, auth_type="oauth-m2m"
    )
    equal(oauth.current_user.me().user_name, scene.app.clientId)

with check("the token of an issuer that the workspace trusts is exchanged"):
    os.environ["DATABRICKS_OIDC_TOKEN"] = open(scene.assertionFile).read()
    federated = WorkspaceClient(
        host=host,
        client_id=scene.app.clientId,
        auth_type="env-oidc",
        token_audience="api://AzureADTokenExchange",
    )
    equal(federated.current_user.me().user_name, scene.app.clientId)

SOURCE = "# Databricks notebook source\ndbutils.notebook.exit('from the workspace')\n"

with check("a notebook is imported into the workspace, exported, listed and run"):
    w.workspace.mkdirs("/Shared/conformance")
    w.workspace.import_(
        "/Shared/conformance/own",
        content=base64.b64encode(SOURCE.encode()).decode(),
        format=workspace.ImportFormat.SOURCE,
        language=workspace.Language.PYTHON,
        overwrite=True,
    )
    exported = w.workspace.export("/Shared/conformance/own", format=workspace.ExportFormat.SOURCE)
    equal(base64.b64decode(exported.content).decode(), SOURCE)
    equal([one.path for one in w.workspace.list("/Shared/conformance")], ["/Shared/conformance/own"])
    own = jobs.SubmitTask(
        task_key="own",
        notebook_task=jobs.NotebookTask(notebook_path="/Shared/conformance/own", source=jobs.Source.WORKSPACE),
    )
    ended = w.jobs.submit(run_name="own", tasks=[own]).result()
    equal(w.jobs.get_run_output(ended.tasks[0].run_id).notebook_output.result, "from the workspace")

with check("what is deleted from the workspace is gone"):
    w.workspace.delete("/Shared/conformance", recursive=True)
    with raises(NotFound):
        w.workspace.get_status("/Shared/conformance/own")

with check("a repository is cloned into the workspace, and moved to a branch"):
    repo = w.repos.create(GIT.git_url, "azureDevOpsServices", path="/Repos/conformance/pipelines")
    equal(w.repos.get(repo.id).branch, "main")
    w.repos.update(repo.id, branch="main")
    equal([one.id for one in w.repos.list(path_prefix="/Repos/conformance")], [repo.id])
    w.repos.delete(repo.id)

with check("a secret is kept, listed without its value, and given to who may read it"):
    w.secrets.create_scope("conformance")
    w.secrets.put_secret("conformance", "key", string_value="hush-hush")
    equal([one.key for one in w.secrets.list_secrets("conformance")], ["key"])
    equal(base64.b64decode(w.secrets.get_secret("conformance", "key").value).decode(), "hush-hush")
    w.secrets.delete_secret("conformance", "key")
    w.secrets.delete_scope("conformance")

with check("the permissions of a job are read and changed"):
    access = [iam.AccessControlRequest(user_name="ada@fabrikam.com", permission_level=iam.PermissionLevel.CAN_VIEW)]
    w.permissions.update("jobs", str(job), access_control_list=access)
    found = w.permissions.get("jobs", str(job)).access_control_list
    assert "ada@fabrikam.com" in [one.user_name for one in found], found

with check("a job is changed, repaired where it failed, and deleted"):
    broken = w.jobs.create(name="broken", tasks=[task("one", "notebooks/raises")], git_source=GIT).job_id
    started = w.jobs.run_now(broken)
    with raises(Exception):
        started.result()
    run_id = started.response.run_id
    w.jobs.update(broken, new_settings=jobs.JobSettings(name="no longer broken"))
    equal(w.jobs.get(broken).settings.name, "no longer broken")
    with raises(Exception):
        w.jobs.repair_run(run_id, rerun_all_failed_tasks=True).result()
    equal(len(w.jobs.get_run(run_id, include_history=True).repair_history), 2)
    w.jobs.delete(broken)
    with raises((NotFound, InvalidParameterValue), "does not exist"):
        w.jobs.get(broken)

with check("a model of Unity Catalog is made, found and listed"):
    w.registered_models.create(catalog_name="main", schema_name="default", name="conformance")
    name = "main.default.conformance"
    equal(w.registered_models.get(name).full_name, name)
    assert name in [one.full_name for one in w.registered_models.list()]
    equal(list(w.model_versions.list(name)), [])
