/**
 * Every task that Azure Pipelines has of its own, with its versions; others come from extensions,
 * which an organisation may have or not.
 * Source: `name` and `version` in Tasks/ of microsoft/azure-pipelines-tasks, August 2026
 */
const all = `
  AndroidSigning@2,3 Ant@1 ApacheJMeterLoadTest@1 AppCenterDistribute@1,2,3 AppCenterTest@1
  ArchiveFiles@2 AutomatedAnalysis@0 AzureAppConfigurationExport@10
  AzureAppConfigurationImport@10 AzureAppConfigurationSnapshot@1 AzureAppServiceManage@0
  AzureAppServiceSettings@1 AzureCLI@1,2,3 AzureCloudPowerShellDeployment@1,2
  AzureContainerApps@0,1 AzureFileCopy@1,2,3,4,5,6 AzureFunction@1,2 AzureFunctionApp@1,2
  AzureFunctionAppContainer@1 AzureFunctionOnKubernetes@0,1 AzureIoTEdge@2 AzureKeyVault@1,2
  AzureMonitor@0,1 AzureMysqlDeployment@1,2 AzureNLBManagement@1 AzurePolicyCheckGate@0
  AzurePowerShell@2,3,4,5 AzureResourceGroupDeployment@2
  AzureResourceManagerTemplateDeployment@3 AzureRmWebAppDeployment@3,4,5 AzureSpringCloud@0
  AzureStaticWebApp@0 AzureTestPlan@0 AzureVmssDeployment@0,1 AzureWebApp@1
  AzureWebAppContainer@1 Bash@3 BatchScript@1 BicepDeploy@0 Cache@2 CacheBeta@0,1
  CargoAuthenticate@0 Chef@1 ChefKnife@1 CloudLoadTest@1 CMake@1 CmdLine@2 CocoaPods@0
  CondaAuthenticate@0 CondaEnvironment@0,1 ContainerBuild@0 ContainerStructureTest@0 CopyFiles@2
  CopyFilesOverSSH@0 cURLUploader@2 DecryptFile@1 Delay@1 DeleteFiles@1 Docker@0,1,2
  DockerCompose@0,1 DockerInstaller@0 DotNetCoreCLI@2 DotNetCoreInstaller@0,1
  DownloadBuildArtifacts@0,1 DownloadFileshareArtifacts@1 DownloadGithubNpmPackage@1
  DownloadGitHubNugetPackage@1 DownloadGitHubRelease@0 DownloadPackage@0,1
  DownloadPipelineArtifact@0,1,2 DownloadSecureFile@1 DuffleInstaller@0 ExtractFiles@1
  FileTransform@1,2 FtpUpload@1,2 FuncToolsInstaller@0 GitHubComment@0 GitHubRelease@0,1 Go@0
  GoTool@0 Gradle@2,3,4 GradleAuthenticate@0 Grunt@0 gulp@0,1 HelmDeploy@0,1 HelmInstaller@0,1
  IISWebAppDeployment@1 IISWebAppDeploymentOnMachineGroup@0 IISWebAppManagementOnMachineGroup@0
  InstallAppleCertificate@2 InstallAppleProvisioningProfile@1 InstallSSHKey@0 InvokeRESTAPI@1
  JavaToolInstaller@0,1 JenkinsDownloadArtifacts@1,2 JenkinsQueueJob@2 KubectlInstaller@0
  KubeloginInstaller@0 Kubernetes@0,1 KubernetesManifest@0,1 ManualIntervention@8
  ManualValidation@0,1 Maven@2,3,4 MavenAuthenticate@0 MSBuild@1 MysqlDeploymentOnMachineGroup@1
  NodeTaskRunnerInstaller@0 NodeTool@0 Notation@0 Npm@0,1 npmAuthenticate@0 NuGet@0
  NuGetAuthenticate@0,1 NuGetCommand@2 NuGetInstaller@0 NuGetPackager@0 NuGetPublisher@0
  NuGetRestore@1 NuGetToolInstaller@0,1 OpenPolicyAgentInstaller@0 PackerBuild@0,1
  PipAuthenticate@0,1 PowerShell@2 PowerShellOnTargetMachines@1,2,3 PublishBuildArtifacts@1
  PublishCodeCoverageResults@1,2 PublishPipelineArtifact@0,1 PublishPipelineMetadata@0
  PublishSymbols@2 PublishTestResults@1,2 PublishToAzureServiceBus@1,2 PyPIPublisher@0
  PythonScript@0 queryWorkItems@0 QuickPerfTest@1 ReviewApp@0 ServiceFabricComposeDeploy@0
  ServiceFabricDeploy@1 ServiceFabricPowerShell@1 ServiceFabricUpdateManifests@2 ShellScript@2
  SqlAzureDacpacDeployment@1 SqlDacpacDeploymentOnMachineGroup@0 SqlServerDacpacDeployment@1
  SSH@0 TwineAuthenticate@0,1 UniversalPackages@0,1 UseDotNet@2 UseNode@1 UsePythonVersion@0
  UseRubyVersion@0 VisualStudioTestPlatformInstaller@1 VSBuild@1 VSTest@1,2,3
  WindowsMachineFileCopy@1,2 XamarinAndroid@1 XamariniOS@2 XamarinTestCloud@1 Xcode@5
`;

const tasks: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  all
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [name = '', versions = ''] = entry.split('@');
      return [name.toLowerCase(), new Set(versions.split(','))];
    }),
);

/** Whether Azure Pipelines has this task, in this version. */
export function isKnownTask(name: string, version: string): boolean {
  return tasks.get(name.toLowerCase())?.has(version.split('.')[0] ?? '') ?? false;
}
