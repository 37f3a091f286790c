"""azure-devops, the client that the first workshop's Function was written with."""

from azure.devops.connection import Connection
from azure.devops.exceptions import AzureDevOpsServiceError
from azure.devops.v7_1.build.models import Build, DefinitionReference
from azure.devops.v7_1.pipelines.models import RunPipelineParameters
from azure.devops.v7_1.service_hooks.models import Subscription
from azure.devops.v7_1.task_agent.models import (
    ProjectReference,
    VariableGroupParameters,
    VariableGroupProjectReference,
    VariableValue,
)
from msrest.authentication import BasicAuthentication

from scene import check, equal, raises, scene, wait_for

BUILD_NAMESPACE = "33344d9c-fc72-4d6f-aba5-fa317101a7e9"

azure = scene.azureDevops
pipelines = scene.pipelines
project = azure.project


def connect(token=azure.token):
    return Connection(base_url=azure.url, creds=BasicAuthentication("", token))


connection = connect()
runs = None
builds = None

with check("the locations of the interfaces are found, and the clients open"):
    runs = connection.clients_v7_1.get_pipelines_client()
    builds = connection.clients_v7_1.get_build_client()

with check("the project and its repository are found"):
    core = connection.clients_v7_1.get_core_client()
    equal([one.name for one in core.get_projects()], [project])
    git = connection.clients_v7_1.get_git_client()
    equal([one.name for one in git.get_repositories(project)], [azure.repository])
    equal([one.name for one in git.get_refs(azure.repository, project)], ["refs/heads/main"])

with check("the pipelines are listed, and one is looked at"):
    equal(len(runs.list_pipelines(project)), len(vars(pipelines)))
    equal(runs.get_pipeline(project, pipelines.hello).name, "hello")

started = None
with check("a pipeline is run for a branch, and followed to its end"):
    parameters = RunPipelineParameters(
        resources={"repositories": {"self": {"refName": "refs/heads/main"}}}, template_parameters={"who": "python"}
    )
    started = runs.run_pipeline(parameters, project, pipelines.hello)
    equal(started.state, "inProgress")
    ended = wait_for(
        "the end of the run",
        lambda: next((one for one in [runs.get_run(project, pipelines.hello, started.id)] if one.state == "completed"), None),
    )
    equal(ended.result, "succeeded")

with check("its timeline and its logs are read"):
    records = builds.get_build_timeline(project, started.id).records
    step = next(one for one in records if one.name == "Greet")
    lines = builds.get_build_log_lines(project, started.id, step.log.id)
    assert any(line.endswith("Z hello, python") for line in lines), lines
    assert len(runs.list_logs(project, pipelines.hello, started.id).logs) > 0

with check("its runs and its builds are the same"):
    equal([one.id for one in runs.list_runs(project, pipelines.hello)], [started.id])
    equal([one.id for one in builds.get_builds(project, definitions=[pipelines.hello])], [started.id])

with check("a build is queued, and cancelled"):
    queued = builds.queue_build(Build(definition=DefinitionReference(id=pipelines.slow)), project)
    builds.update_build(Build(status="cancelling"), project, queued.id)
    ended = wait_for(
        "the end of the build",
        lambda: next((one for one in [builds.get_build(project, queued.id)] if one.status == "completed"), None),
    )
    equal(ended.result, "canceled")

with check("a build gets tags"):
    builds.add_build_tags(["one", "two"], project, started.id)
    builds.delete_build_tag(project, started.id, "two")
    equal(builds.get_build_tags(project, started.id), ["one"])

with check("definitions are listed"):
    equal(len(builds.get_definitions(project)), len(vars(pipelines)))

with check("a parameter that is not declared is refused with the words of the service"):
    with raises(AzureDevOpsServiceError, "Unexpected parameter 'what'"):
        runs.run_pipeline(RunPipelineParameters(template_parameters={"what": "x"}), project, pipelines.hello)

with check("a run that there is not is an error that names it"):
    with raises(AzureDevOpsServiceError, "99999"):
        builds.get_build(project, 99999)

with check("a variable group is read"):
    agents = connection.clients_v7_1.get_task_agent_client()
    group = agents.get_variable_groups(project, group_name="greetings")[0]
    equal(group.variables["GREETING"].value, "hello")

with check("a variable group is made, changed and deleted, and its secret never told"):
    made = agents.add_variable_group(
        VariableGroupParameters(
            name="made",
            type="Vsts",
            variables={"plain": VariableValue(value="1"), "secret": VariableValue(value="hush", is_secret=True)},
            variable_group_project_references=[
                VariableGroupProjectReference(
                    name="made", project_reference=ProjectReference(id=core.get_project(project).id, name=project)
                )
            ],
        )
    )
    seen = agents.get_variable_group(project, made.id).variables
    equal((seen["plain"].value, seen["secret"].value), ("1", None))
    agents.delete_variable_group(made.id, [core.get_project(project).id])

with check("what the caller may do is asked for, right by right"):
    security = connection.clients_v7_1.get_security_client()
    tokens = "%s/%s" % (core.get_project(project).id, pipelines.hello)
    equal(security.has_permissions(BUILD_NAMESPACE, 128, tokens=tokens), [True])

with check("a subscription to the ends of runs is made, listed and deleted"):
    hooks = connection.clients_v7_1.get_service_hooks_client()
    made = hooks.create_subscription(
        Subscription(
            publisher_id="pipelines",
            event_type="ms.vss-pipelines.run-state-changed-event",
            resource_version="5.1-preview.1",
            consumer_id="webHooks",
            consumer_action_id="httpRequest",
            publisher_inputs={"projectId": core.get_project(project).id, "runStateId": "Completed"},
            consumer_inputs={"url": "https://%s/nowhere" % scene.databricks.host},
        )
    )
    assert made.id in [one.id for one in hooks.list_subscriptions()]
    hooks.delete_subscription(made.id)

with check("a wrong token is refused"):
    with raises(Exception):
        connect("wrong").clients_v7_1.get_build_client().get_build(project, 1)
