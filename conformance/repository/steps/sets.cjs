/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- the library is on the agent, not here */
// Gives the agent every order that a task gives through the library.
const task = require('azure-pipelines-task-lib/task');

task.setVariable('plain', 'one; two] three % four\nfive');
task.setVariable('secret', 'hush-hush-4711', true);
task.setSecret('another secret');
task.addBuildTag('made-by-the-library');
task.setProgress(50, 'half of it');
process.stdout.write('shown: another secret\n');
task.setResult(task.TaskResult.Succeeded, 'all set');
