"""Runs notebooks of this repository on Databricks, follows the run to its real end, and exits by how it ended.

Tasks run one after the other, each with every parameter that has a value. Who we are is in the environment: TENANT_ID,
SP_CLIENT_ID, SP_CREDENTIAL, DATABRICKS_WORKSPACE_URI, DATABRICKS_RESOURCE, and SIGNALBOX_KEY if Signalbox started us.
Exit: 0 every task succeeded, 1 failed, 2 wrong usage, 3 refused, 4 contact lost, 5 canceled, 6 timed out, 7 skipped.
"""
import argparse, http.client, json, os, re, signal, ssl, sys, time, urllib.parse, urllib.request, uuid

CLUSTER = json.load(open(os.path.join(os.path.dirname(__file__), "cluster.json")))
EXIT_CODES = {"SUCCESS": 0, "CANCELED": 5, "USER_CANCELED": 5, "TIMEDOUT": 6, "SKIPPED": 7}  # anything else: 1


class AsItIs(urllib.request.HTTPErrorProcessor):  # a redirect leads to a sign-in page, and would take our token along
    def http_response(self, _, response):
        return response
    https_response = http_response


web = urllib.request.build_opener(AsItIs)


def say(text):
    """Prints text that may come from outside: it must not be able to give orders to the pipeline's agent."""
    print(re.sub(r"##(?=vso\[|\[)", "# #", str(text), flags=re.IGNORECASE), flush=True)


def stop(code, text):
    say(text)
    sys.exit(code)


def needed(name):
    value = os.environ.get(name, "").strip()
    if not value or value.startswith("$("):  # Azure Pipelines leaves $(x) as it is where there is no x
        stop(2, "%s is not set: is it in the variable group, and mapped under env?" % name)
    return value


def send(request, to):
    """Status and answer, always an object. Unanswered or told to wait, it asks again for two minutes."""
    until, pause = time.monotonic() + 120, 0.5
    while True:
        try:
            with web.open(request, timeout=60) as reply:
                status, body, after = reply.status, reply.read(), reply.headers.get("Retry-After", "")
        except (OSError, http.client.HTTPException) as error:
            status, body, after = 0, str(error).encode(), ""
            until = 0 if isinstance(getattr(error, "reason", None), ssl.SSLError) else until  # that will not heal
        wait = float(after) if after.isdigit() else pause
        if status not in (0, 429, 503) or time.monotonic() + wait > until:
            break
        time.sleep(wait)
        pause = min(pause * 2, 10)
    if not status:
        stop(4, "No contact with %s; if a run was started, it may be going on: %s" % (to, body.decode()))
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    return status, answer if isinstance(answer, dict) else {"message": "no JSON: %r" % body[:200]}


def log_in():
    """An access token for Databricks. Without one nothing goes on: an empty token is an error here, not later."""
    url = "https://login.microsoftonline.com/%s/oauth2/v2.0/token" % needed("TENANT_ID")
    form = {"grant_type": "client_credentials", "client_id": needed("SP_CLIENT_ID"),
            "client_secret": needed("SP_CREDENTIAL"), "scope": needed("DATABRICKS_RESOURCE") + "/.default"}
    status, answer = send(urllib.request.Request(url, urllib.parse.urlencode(form).encode()), "Entra ID")
    token = str(answer.get("access_token", ""))
    if status != 200 or not re.fullmatch(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", token):
        why = answer.get("error_description") or answer.get("message") or "the answer holds no token"
        stop(3, "Entra ID gave no token (%d): %s" % (status, why))
    if os.environ.get("TF_BUILD"):
        print("##vso[task.setsecret]" + token, flush=True)  # the agent keeps this line, and masks the token from now on
    return token


class Databricks:
    def __init__(self):
        self.host, self.token = needed("DATABRICKS_WORKSPACE_URI").rstrip("/"), log_in()

    def call(self, path, body=None, again=True):
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        url, data = self.host + "/api/2.2/jobs/runs/" + path, json.dumps(body).encode() if body else None
        status, answer = send(urllib.request.Request(url, data, headers), "Databricks")  # with data it is a POST
        if status in (401, 403) and again:  # a token lives for an hour, a run may take longer
            self.token = log_in()
            return self.call(path, body, again=False)
        if status != 200 or "message" in answer:
            stop(3 if status in (301, 302, 303, 307, 401, 403) else 1, "Databricks answered %d to runs/%s: %s %s" % (
                status, path, answer.get("error_code", ""), answer.get("message", "")))
        return answer

    def follow(self, run_id):
        run, pause = self.call("get?run_id=%d" % run_id), 0.2
        say("Run page: %s" % run.get("run_page_url"))
        while run["state"]["life_cycle_state"] not in ("TERMINATED", "SKIPPED", "INTERNAL_ERROR"):
            time.sleep(pause)
            run, pause = self.call("get?run_id=%d" % run_id), min(pause * 1.3, 15)
        return run


def ending(thing):
    """How a run or task ended. `result_state` goes first: the newer code calls a timeout a cancellation."""
    code = (thing.get("status") or {}).get("termination_details", {}).get("code")
    return thing["state"].get("result_state") or code or thing["state"]["life_cycle_state"]


def judge(databricks, run):
    """Prints how each task ended, and of a failed one the error and its trace; returns our exit code."""
    tasks = {task["task_key"]: task for task in sorted(run["tasks"], key=lambda task: task.get("attempt_number", 0))}
    for key, task in tasks.items():
        say("Task %s: %s" % (key, ending(task)))
        if ending(task) == "FAILED":
            output = databricks.call("get-output?run_id=%d" % task["run_id"])
            say("%s\n%s" % (output.get("error", "no error given"), output.get("error_trace", "")))
    say("The run ended: %s. %s" % (ending(run), run["state"].get("state_message", "")))
    return EXIT_CODES.get(ending(run), 1) or int(not tasks or any(ending(task) != "SUCCESS" for task in tasks.values()))


def main():
    options = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("--run-name", "--git-url", "--branch"):
        options.add_argument(name, required=True)
    options.add_argument("--task", action="append", required=True, metavar="KEY=NOTEBOOK")
    options.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")
    given, key, tasks = options.parse_args(), os.environ.get("SIGNALBOX_KEY", ""), []
    params = dict(pair.partition("=")[::2] for pair in given.param + ["signalbox_key=" + key])
    for task_key, _, notebook in (task.partition("=") for task in given.task):
        what = {"notebook_path": notebook, "source": "GIT", "base_parameters": {k: v for k, v in params.items() if v}}
        after = [{"task_key": previous["task_key"]} for previous in tasks[-1:]]
        tasks.append({"task_key": task_key, "notebook_task": what, "depends_on": after, "new_cluster": CLUSTER})
    # One start of the pipeline is one run, however often we have to ask; "Rerun failed jobs" is a start of its own.
    token = (key or uuid.uuid4().hex) + "-%s" % os.environ.get("SYSTEM_JOBATTEMPT", "1")
    url = urllib.parse.quote(given.git_url, safe=":/%")
    git = {"git_url": url, "git_provider": "azureDevOpsServices", "git_branch": given.branch}
    order = {"run_name": given.run_name, "git_source": git, "tasks": tasks, "timeout_seconds": 3600}
    databricks = Databricks()
    run_id = databricks.call("submit", {**order, "idempotency_token": token.removesuffix("-1")})["run_id"]
    say('"run_id": %d' % run_id)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(judge(databricks, databricks.follow(run_id)))
    except KeyboardInterrupt:  # the pipeline was canceled, so its run is canceled too
        databricks.call("cancel", {"run_id": run_id})
        stop(5, "Canceled.")


if __name__ == "__main__":
    main()
