/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- the library is on the agent, not here */
// Fails as a task does: by saying so, and with exit code 0.
const task = require('azure-pipelines-task-lib/task');

task.error('this is what broke');
task.setResult(task.TaskResult.Failed, 'it broke');
