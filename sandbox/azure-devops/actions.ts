import type { Action } from '../kit/action.ts';
import { getBuild } from './build/get-build.ts';
import { getLog } from './build/get-log.ts';
import { listArtifacts } from './build/list-artifacts.ts';
import { listBuilds } from './build/list-builds.ts';
import { listLogs } from './build/list-logs.ts';
import { queueBuild } from './build/queue-build.ts';
import { addTag, addTags, deleteTag, getTags } from './build/tags.ts';
import { getTimeline, getTimelineById } from './build/timeline.ts';
import { updateBuild } from './build/update-build.ts';
import { updateStage } from './build/update-stage.ts';
import { connectionData } from './core/connection-data.ts';
import { getProject } from './core/get-project.ts';
import { listProjects } from './core/list-projects.ts';
import { resourceAreas } from './core/resource-areas.ts';
import { allLocations, areaLocations } from './core/resource-locations.ts';
import { createDefinition } from './definitions/create-definition.ts';
import { deleteDefinition } from './definitions/delete-definition.ts';
import { getDefinition } from './definitions/get-definition.ts';
import { listDefinitions } from './definitions/list-definitions.ts';
import { updateDefinition } from './definitions/update-definition.ts';
import { createPush } from './git/create-push.ts';
import { createGitRepository, createGitRepositoryInOrganization } from './git/create-repository.ts';
import { getItems } from './git/get-items.ts';
import { getRepository } from './git/get-repository.ts';
import { infoRefs } from './git/info-refs.ts';
import { getGitChanges, getGitCommit, listGitCommits } from './git/list-commits.ts';
import { listRefs } from './git/list-refs.ts';
import { listRepositories } from './git/list-repositories.ts';
import { getPush, listPushes } from './git/pushes.ts';
import { receivePack } from './git/receive-pack.ts';
import { updateRefs } from './git/update-refs.ts';
import { uploadPack } from './git/upload-pack.ts';
import {
  getConsumer,
  getConsumerAction,
  listConsumerActions,
  listConsumers,
} from './hooks/consumers.ts';
import { createSubscription } from './hooks/create-subscription.ts';
import { deleteSubscription } from './hooks/delete-subscription.ts';
import { getDiagnostics, updateDiagnostics } from './hooks/diagnostics.ts';
import { getSubscription } from './hooks/get-subscription.ts';
import { getNotification, listNotifications } from './hooks/list-notifications.ts';
import { listSubscriptions } from './hooks/list-subscriptions.ts';
import { getEventType, getPublisher, listEventTypes, listPublishers } from './hooks/publishers.ts';
import { queryNotifications } from './hooks/query-notifications.ts';
import { querySubscriptions } from './hooks/query-subscriptions.ts';
import { testNotification } from './hooks/test-notification.ts';
import { updateSubscription, updateSubscriptionInBody } from './hooks/update-subscription.ts';
import { buildList, definitionPage } from './pages/build-list.ts';
import { buildResults } from './pages/build-results.ts';
import { authorizeResources, listAuthorizedResources } from './permissions/authorized-resources.ts';
import { evaluatePermissions } from './permissions/evaluation-batch.ts';
import { hasPermissions } from './permissions/has-permissions.ts';
import { getNamespace, listNamespaces } from './permissions/list-namespaces.ts';
import {
  getPipelinePermissions,
  updatePipelinePermissions,
} from './permissions/pipeline-permissions.ts';
import { createPipeline } from './pipelines/create-pipeline.ts';
import { getRunArtifact } from './pipelines/get-artifact.ts';
import { getPipeline } from './pipelines/get-pipeline.ts';
import { getRun } from './pipelines/get-run.ts';
import { listPipelines } from './pipelines/list-pipelines.ts';
import { listRuns } from './pipelines/list-runs.ts';
import { previewPipeline } from './pipelines/preview.ts';
import { getRunLog, listRunLogs } from './pipelines/run-logs.ts';
import { runPipeline } from './pipelines/run-pipeline.ts';
import { listServiceConnections } from './service-connections/list-connections.ts';
import { createOidcToken } from './service-connections/oidc-token.ts';
import { getSignedContent } from './signed-content.ts';
import type { AzureDevops } from './state.ts';
import { createGroup, createGroupInProject } from './variable-groups/create-group.ts';
import { deleteGroup, deleteGroupInProject } from './variable-groups/delete-group.ts';
import { getGroup } from './variable-groups/get-group.ts';
import { listGroups } from './variable-groups/list-groups.ts';
import { updateGroup, updateGroupInProject } from './variable-groups/update-group.ts';

/** Every endpoint there is; what is not here is answered as a path that does not exist. */
export const actions: readonly Action<AzureDevops>[] = [
  getPipelinePermissions,
  updatePipelinePermissions,
  listPipelines,
  createPipeline,
  getPipeline,
  runPipeline,
  previewPipeline,
  listRuns,
  getRun,
  listRunLogs,
  getRunLog,
  getRunArtifact,
  listBuilds,
  getBuild,
  queueBuild,
  updateBuild,
  updateStage,
  getTimeline,
  getTimelineById,
  listLogs,
  getLog,
  listArtifacts,
  getTags,
  addTags,
  addTag,
  deleteTag,
  listDefinitions,
  getDefinition,
  createDefinition,
  updateDefinition,
  deleteDefinition,
  listGroups,
  getGroup,
  createGroup,
  createGroupInProject,
  updateGroup,
  updateGroupInProject,
  deleteGroup,
  deleteGroupInProject,
  listRepositories,
  getRepository,
  createGitRepository,
  createGitRepositoryInOrganization,
  listRefs,
  updateRefs,
  getItems,
  listGitCommits,
  getGitCommit,
  getGitChanges,
  listPushes,
  getPush,
  createPush,
  infoRefs,
  uploadPack,
  receivePack,
  listAuthorizedResources,
  authorizeResources,
  hasPermissions,
  evaluatePermissions,
  listNamespaces,
  getNamespace,
  createSubscription,
  listSubscriptions,
  updateSubscriptionInBody,
  getSubscription,
  updateSubscription,
  deleteSubscription,
  querySubscriptions,
  listNotifications,
  getNotification,
  queryNotifications,
  testNotification,
  getDiagnostics,
  updateDiagnostics,
  listPublishers,
  getPublisher,
  listEventTypes,
  getEventType,
  listConsumers,
  getConsumer,
  listConsumerActions,
  getConsumerAction,
  listProjects,
  getProject,
  getSignedContent,
  listServiceConnections,
  createOidcToken,
  connectionData,
  resourceAreas,
  allLocations,
  areaLocations,
  buildList,
  definitionPage,
  buildResults,
];
