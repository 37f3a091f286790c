/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- the library is on the agent, not here */
// Goes well, with something to say.
const task = require('azure-pipelines-task-lib/task');

task.warning('watch out');
task.setResult(task.TaskResult.SucceededWithIssues, 'nearly');
