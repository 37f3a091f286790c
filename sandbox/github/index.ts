import type { Action } from '../kit/action.ts';
import { defineService, type Service } from '../kit/service.ts';
import type { SandboxTools } from '../kit/tools.ts';
import type { GithubConfig } from './github-config.ts';
import { answerError, notFound } from './github-error.ts';
import { getJob } from './jobs/get.ts';
import { listJobs } from './jobs/list.ts';
import { downloadJobLogs, downloadRunLogs } from './logs/download.ts';
import { jobLogs, runLogs } from './logs/redirect.ts';
import { LOG_HOST, openSignedUrls } from './logs/signed-urls.ts';
import { me } from './me.ts';
import { runPage } from './pages/run-page.ts';
import { rateLimit } from './rate-limit.ts';
import { openRateLimits } from './rate-limits.ts';
import { createDispatch } from './repositories/create-dispatch.ts';
import { getRepository } from './repositories/get.ts';
import { getBranch } from './repositories/get-branch.ts';
import { repositoriesIn } from './repositories/repository.ts';
import { cancelRun } from './runs/cancel.ts';
import { getRun } from './runs/get.ts';
import { listRuns, listWorkflowRuns } from './runs/list.ts';
import type { Github } from './state.ts';
import { combinedStatus } from './statuses/combined.ts';
import { createStatus } from './statuses/create.ts';
import { listStatuses } from './statuses/list.ts';
import { createWorkflowDispatch } from './workflows/create-dispatch.ts';
import { getWorkflow } from './workflows/get.ts';
import { listWorkflows } from './workflows/list.ts';

const ACTIONS: readonly Action<Github>[] = [
  me,
  rateLimit,
  getRepository,
  getBranch,
  createDispatch,
  listWorkflows,
  getWorkflow,
  createWorkflowDispatch,
  listWorkflowRuns,
  listRuns,
  getRun,
  cancelRun,
  listJobs,
  getJob,
  runLogs,
  jobLogs,
  createStatus,
  listStatuses,
  combinedStatus,
];

/** Ids of the real service look like this one. */
const FIRST_ID = 18_400_000_000;

/**
 * GitHub: its API, the storage that its logs are fetched from, and the pages of runs. Runs are recorded,
 * not executed.
 */
export function openGithub(
  config: GithubConfig,
  tools: Omit<SandboxTools, 'tokens'>,
): readonly Service[] {
  for (const { token } of config.users) tools.hidden.add(token);
  const state = githubIn(config, tools);
  const { now } = tools.clock;
  return [
    defineService({
      name: 'github',
      serves: (host) => host === 'api.github.com',
      actions: ACTIONS,
      state,
      now,
      notFound: () => answerError(notFound()),
      onError: answerError,
    }),
    defineService({
      name: 'github-logs',
      serves: (host) => host === LOG_HOST,
      actions: [downloadRunLogs, downloadJobLogs],
      state,
      now,
      notFound: () => new Response('The resource cannot be found.\n', { status: 404 }),
      onError: answerError,
    }),
    defineService({
      name: 'github-pages',
      serves: (host) => host === 'github.com',
      actions: [runPage],
      state,
      now,
      notFound: () => new Response('Not Found\n', { status: 404 }),
      onError: answerError,
    }),
  ];
}

function githubIn(config: GithubConfig, tools: Omit<SandboxTools, 'tokens'>): Github {
  let lastId = FIRST_ID;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };
  const { now } = tools.clock;
  return {
    config,
    tools,
    repositories: repositoriesIn(config, nextId),
    runs: new Map(),
    statuses: [],
    rateLimits: openRateLimits(config.rate_limit, now),
    signedUrls: openSignedUrls(now),
    nextId,
  };
}
