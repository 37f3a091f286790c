import type { Client } from './client.ts';
import { curl } from './clients/curl.ts';
import { type Amount, generatedRequests } from './clients/generated-requests.ts';
import { git } from './clients/git.ts';
import { goClient } from './clients/go-client.ts';
import { mlflow } from './clients/mlflow-client.ts';
import { nodeClient } from './clients/node-client.ts';
import { pythonClient } from './clients/python-client.ts';
import { targets } from './generated/targets.ts';

/** Every client that the sandbox is shown to, in the order of the table. */
export function clientsFor(amount: Amount): readonly Client[] {
  return [
    curl,
    git,
    nodeClient('@azure/identity', 'azure-identity'),
    nodeClient('azure-devops-node-api', 'azure-devops-node-api'),
    nodeClient('@octokit/rest', 'octokit-rest'),
    nodeClient('azure-pipelines-task-lib', 'azure-pipelines-task-lib'),
    pythonClient('azure-identity', 'azure_identity'),
    pythonClient('azure-devops', 'azure_devops'),
    pythonClient('databricks-sdk', 'databricks_sdk'),
    mlflow,
    pythonClient('mlflow', 'mlflow_databricks', 'mlflow with Databricks'),
    goClient('databricks-sdk-go', 'github.com/databricks/databricks-sdk-go'),
    ...targets.map((target) => generatedRequests(target, amount)),
  ];
}
