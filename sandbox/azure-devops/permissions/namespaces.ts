/** A kind of thing that has permissions of its own. */
export interface SecurityNamespace {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly rights: readonly Right[];
}

/** One permission: a bit of a mask. */
export interface Right {
  readonly bit: number;
  readonly name: string;
  readonly displayName: string;
}

/** Source: test_devops_security_permission_tests of Azure/azure-devops-cli-extension, a recording */
export const namespaces: readonly SecurityNamespace[] = [
  {
    id: '33344d9c-fc72-4d6f-aba5-fa317101a7e9',
    name: 'Build',
    displayName: 'Build',
    rights: [
      right(1, 'ViewBuilds', 'View builds'),
      right(2, 'EditBuildQuality', 'Edit build quality'),
      right(4, 'RetainIndefinitely', 'Retain indefinitely'),
      right(8, 'DeleteBuilds', 'Delete builds'),
      right(16, 'ManageBuildQualities', 'Manage build qualities'),
      right(32, 'DestroyBuilds', 'Destroy builds'),
      right(64, 'UpdateBuildInformation', 'Update build information'),
      right(128, 'QueueBuilds', 'Queue builds'),
      right(256, 'ManageBuildQueue', 'Manage build queue'),
      right(512, 'StopBuilds', 'Stop builds'),
      right(1024, 'ViewBuildDefinition', 'View build pipeline'),
      right(2048, 'EditBuildDefinition', 'Edit build pipeline'),
      right(4096, 'DeleteBuildDefinition', 'Delete build pipeline'),
      right(8192, 'OverrideBuildCheckInValidation', 'Override check-in validation by build'),
      right(16384, 'AdministerBuildPermissions', 'Administer build permissions'),
      right(32768, 'CreateBuildDefinition', 'Create build pipeline'),
      right(65536, 'EditPipelineQueueConfigurationPermission', 'Edit queue build configuration'),
      right(131072, 'ManageStageRunOrderPermission', 'Manage stage run order'),
      right(262144, 'AbandonBuilds', 'Abandon builds'),
    ],
  },
  {
    id: 'cb594ebe-87dd-4fc9-ac2c-6a10a4c92046',
    name: 'ServiceHooks',
    displayName: 'ServiceHooks',
    rights: [
      right(1, 'ViewSubscriptions', 'View Subscriptions'),
      right(2, 'EditSubscriptions', 'Edit Subscription'),
      right(4, 'DeleteSubscriptions', 'Delete Subscriptions'),
      right(8, 'PublishEvents', 'Publish Events'),
    ],
  },
  {
    id: 'b7e84409-6553-448a-bbb2-af228e07cbeb',
    name: 'Library',
    displayName: 'Library',
    rights: [
      right(1, 'View', 'View library item'),
      right(2, 'Administer', 'Administer library item'),
      right(4, 'Create', 'Create library item'),
      right(8, 'ViewSecrets', 'View library item secrets'),
      right(16, 'Use', 'Use library item'),
      right(32, 'Owner', 'Owner library item'),
    ],
  },
  {
    id: '2e9eb7ed-3c0a-47d4-87c1-0ffdd275fd87',
    name: 'Git Repositories',
    displayName: 'Git Repositories',
    rights: [
      right(1, 'Administer', 'Administer'),
      right(2, 'GenericRead', 'Read'),
      right(4, 'GenericContribute', 'Contribute'),
      right(8, 'ForcePush', 'Force push (rewrite history, delete branches and tags)'),
      right(16, 'CreateBranch', 'Create branch'),
      right(32, 'CreateTag', 'Create tag'),
      right(256, 'CreateRepository', 'Create repository'),
    ],
  },
  {
    id: '52d39943-cb85-4d7f-8fa8-c6baac873819',
    name: 'Project',
    displayName: 'Project',
    rights: [
      right(1, 'GENERIC_READ', 'View project-level information'),
      right(2, 'GENERIC_WRITE', 'Edit project-level information'),
      right(4, 'DELETE', 'Delete team project'),
    ],
  },
];

function right(bit: number, name: string, displayName: string): Right {
  return { bit, name, displayName };
}

/**
 * How a configuration names a right: `Build.QueueBuilds`, `GitRepositories.GenericContribute`.
 */
export const rightNames: readonly string[] = namespaces.flatMap(({ name, rights }) =>
  rights.map((one) => `${name.replaceAll(' ', '')}.${one.name}`),
);
