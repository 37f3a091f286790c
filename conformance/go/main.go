// Makes the checks of databricks-sdk-go, which is generated from the same description as the
// client for Python, and yet reads every answer with types of its own.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/databricks/databricks-sdk-go"
	"github.com/databricks/databricks-sdk-go/apierr"
	"github.com/databricks/databricks-sdk-go/service/compute"
	"github.com/databricks/databricks-sdk-go/service/jobs"
	"github.com/databricks/databricks-sdk-go/service/ml"
)

type scene struct {
	Tenant string
	App    struct{ ClientID, Secret string }

	Databricks  struct{ Host, Token string }
	AzureDevops struct{ URL, Project, Repository string }
}

const model = "conformance"

var (
	ctx  = context.Background()
	here scene
)

func main() {
	if err := json.Unmarshal([]byte(os.Getenv("SCENE")), &here); err != nil {
		panic(err)
	}
	w := logIn()
	if w != nil {
		runJobs(w)
		register(w)
	}
}

// check holds if verify gives no error; if not, the others go on.
func check(sentence string, verify func() error) {
	report := map[string]any{"check": sentence, "ok": true}
	if err := verify(); err != nil {
		report["ok"] = false
		report["because"] = err.Error()
	}
	line, _ := json.Marshal(report)
	fmt.Println(string(line))
}

func same(seen, wanted any) error {
	if fmt.Sprint(seen) != fmt.Sprint(wanted) {
		return fmt.Errorf("%v is not %v", seen, wanted)
	}
	return nil
}

func logIn() *databricks.WorkspaceClient {
	var w *databricks.WorkspaceClient
	host := "https://" + here.Databricks.Host
	check("it logs in with the secret of an application, and hears who it is", func() error {
		client, err := databricks.NewWorkspaceClient(&databricks.Config{
			Host:              host,
			AzureTenantID:     here.Tenant,
			AzureClientID:     here.App.ClientID,
			AzureClientSecret: here.App.Secret,
			AuthType:          "azure-client-secret",
		})
		if err != nil {
			return err
		}
		w = client
		me, err := w.CurrentUser.Me(ctx)
		if err != nil {
			return err
		}
		return same(me.UserName, here.App.ClientID)
	})
	check("it logs in with a personal access token", func() error {
		client, err := databricks.NewWorkspaceClient(&databricks.Config{
			Host: host, Token: here.Databricks.Token, AuthType: "pat",
		})
		if err != nil {
			return err
		}
		me, err := client.CurrentUser.Me(ctx)
		if err != nil {
			return err
		}
		return same(me.UserName, "ada@fabrikam.com")
	})
	check("a wrong token is refused", func() error {
		client, err := databricks.NewWorkspaceClient(&databricks.Config{
			Host: host, Token: "nobody", AuthType: "pat",
		})
		if err != nil {
			return err
		}
		_, err = client.CurrentUser.Me(ctx)
		if err == nil {
			return errors.New("it was let in")
		}
		return nil
	})
	return w
}

func task(key, notebook string) jobs.Task {
	return jobs.Task{
		TaskKey: key,
		NotebookTask: &jobs.NotebookTask{
			NotebookPath:   notebook,
			Source:         jobs.SourceGit,
			BaseParameters: map[string]string{"who": key},
		},
		NewCluster: &compute.ClusterSpec{
			SparkVersion: "15.4.x-scala2.12", NodeTypeId: "Standard_D4a_v4", NumWorkers: 1,
		},
	}
}

func source() *jobs.GitSource {
	azure := here.AzureDevops
	return &jobs.GitSource{
		GitUrl:      strings.Join([]string{azure.URL, azure.Project, "_git", azure.Repository}, "/"),
		GitProvider: jobs.GitProviderAzureDevOpsServices,
		GitBranch:   "main",
	}
}

func runJobs(w *databricks.WorkspaceClient) {
	var id int64
	check("a job is created, read and listed", func() error {
		made, err := w.Jobs.Create(ctx, jobs.CreateJob{
			Name: "hello", Tasks: []jobs.Task{task("one", "notebooks/hello")}, GitSource: source(),
		})
		if err != nil {
			return err
		}
		id = made.JobId
		job, err := w.Jobs.GetByJobId(ctx, id)
		if err != nil {
			return err
		}
		if err := same(job.Settings.Name, "hello"); err != nil {
			return err
		}
		all, err := w.Jobs.ListAll(ctx, jobs.ListJobsRequest{})
		if err != nil {
			return err
		}
		return same(len(all), 1)
	})
	check("a run of it is followed to its end, and gives what the notebook gave", func() error {
		started, err := w.Jobs.RunNow(ctx, jobs.RunNow{
			JobId: id, NotebookParams: map[string]string{"who": "go"},
		})
		if err != nil {
			return err
		}
		run, err := started.GetWithTimeout(time.Minute)
		if err != nil {
			return err
		}
		if err := same(run.State.ResultState, jobs.RunResultStateSuccess); err != nil {
			return err
		}
		output, err := w.Jobs.GetRunOutputByRunId(ctx, run.Tasks[0].RunId)
		if err != nil {
			return err
		}
		return same(output.NotebookOutput.Result, "hello, go")
	})
	check("a notebook that raises makes its run fail, and the client says so", func() error {
		submitted, err := w.Jobs.Submit(ctx, jobs.SubmitRun{
			RunName:   "raises",
			Tasks:     []jobs.SubmitTask{{TaskKey: "one", NotebookTask: task("one", "notebooks/raises").NotebookTask, NewCluster: task("one", "").NewCluster}},
			GitSource: source(),
		})
		if err != nil {
			return err
		}
		_, err = submitted.GetWithTimeout(time.Minute)
		if err == nil {
			return errors.New("it did not fail")
		}
		run, err := w.Jobs.GetRun(ctx, jobs.GetRunRequest{RunId: submitted.RunId})
		if err != nil {
			return err
		}
		return same(run.Status.TerminationDetails.Code, jobs.TerminationCodeCodeRunExecutionError)
	})
	check("a job that there is not is not found", func() error {
		_, err := w.Jobs.GetByJobId(ctx, 4242)
		var refusal *apierr.APIError
		if !errors.As(err, &refusal) {
			return fmt.Errorf("%v", err)
		}
		if !strings.Contains(refusal.Message, "does not exist") {
			return errors.New(refusal.Message)
		}
		return nil
	})
}

func register(w *databricks.WorkspaceClient) {
	registry := w.ModelRegistry
	check("a model and a version of it are registered", func() error {
		if _, err := registry.CreateModel(ctx, ml.CreateModelRequest{Name: model}); err != nil {
			return err
		}
		made, err := registry.CreateModelVersion(ctx, ml.CreateModelVersionRequest{
			Name: model, Source: "dbfs:/models/one",
		})
		if err != nil {
			return err
		}
		return same(made.ModelVersion.Version, "1")
	})
	check("a version goes to a stage, and is the latest there", func() error {
		_, err := registry.TransitionStage(ctx, ml.TransitionModelVersionStageDatabricks{
			Name: model, Version: "1", Stage: ml.StageStaging,
		})
		if err != nil {
			return err
		}
		latest, err := registry.GetLatestVersionsAll(ctx, ml.GetLatestVersionsRequest{
			Name: model, Stages: []string{"Staging"},
		})
		if err != nil {
			return err
		}
		return same(len(latest), 1)
	})
	check("a transition is requested, and approved", func() error {
		_, err := registry.CreateTransitionRequest(ctx, ml.CreateTransitionRequest{
			Name: model, Version: "1", Stage: ml.StageProduction, Comment: "please",
		})
		if err != nil {
			return err
		}
		_, err = registry.ApproveTransitionRequest(ctx, ml.ApproveTransitionRequest{
			Name: model, Version: "1", Stage: ml.StageProduction, ArchiveExistingVersions: true,
		})
		return err
	})
	check("a webhook is made, listed and deleted", func() error {
		made, err := registry.CreateWebhook(ctx, ml.CreateRegistryWebhook{
			Events:      []ml.RegistryWebhookEvent{ml.RegistryWebhookEventModelVersionCreated},
			HttpUrlSpec: &ml.HttpUrlSpec{Url: "https://" + here.Databricks.Host + "/nowhere"},
			ModelName:   model,
		})
		if err != nil {
			return err
		}
		all, err := registry.ListWebhooksAll(ctx, ml.ListWebhooksRequest{ModelName: model})
		if err != nil {
			return err
		}
		if err := same(len(all), 1); err != nil {
			return err
		}
		return registry.DeleteWebhook(ctx, ml.DeleteWebhookRequest{Id: made.Webhook.Id})
	})
}
