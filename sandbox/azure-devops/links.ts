import type { AzureDevops } from './state.ts';

/** Addresses as the API gives them: the project is always its id. */
export function linksOf({ organization, project }: AzureDevops) {
  const organizationUrl = `https://dev.azure.com/${encodeURIComponent(organization)}`;
  const web = `${organizationUrl}/${project.id}`;
  const api = `${web}/_apis`;
  return {
    organization: organizationUrl,
    projectApi: `${organizationUrl}/_apis/projects/${project.id}`,
    pipeline: (id: number, revision: number) => `${api}/pipelines/${id}?revision=${revision}`,
    pipelineWeb: (id: number) => `${web}/_build/definition?definitionId=${id}`,
    run: (pipelineId: number, id: number) => `${api}/pipelines/${pipelineId}/runs/${id}`,
    runWeb: (id: number) => `${web}/_build/results?buildId=${id}`,
    build: (id: number) => `${api}/build/Builds/${id}`,
    log: (buildId: number, id: number) => `${api}/build/builds/${buildId}/logs/${id}`,
    definition: (id: number, revision: number) =>
      `${api}/build/Definitions/${id}?revision=${revision}`,
    repository: (id: string) => `${api}/git/repositories/${id}`,
    oidcToken: (planId: string, jobId: string) =>
      `${api}/distributedtask/hubs/build/plans/${planId}/jobs/${jobId}/oidctoken`,
    /** Under which git finds a repository. */
    remote: (name: string) =>
      `${organizationUrl}/${encodeURIComponent(project.name)}/_git/${encodeURIComponent(name)}`,
  };
}
