/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- the library is on the agent, not here */
// What the step before has set, by all the ways there are.
const task = require('azure-pipelines-task-lib/task');

const say = (line) => process.stdout.write(`${line}\n`);
const [plain, secret] = process.argv.slice(2);
say(`macro: ${JSON.stringify(plain)}`);
say(`variable: ${JSON.stringify(task.getVariable('plain'))}`);
say(`secret by macro: ${secret === 'hush-hush-4711'}`);
say(`secret by mapping: ${process.env.MAPPED_SECRET === 'hush-hush-4711'}`);
say(`secret unasked: ${process.env.SECRET !== undefined}`);
say(`secret printed: ${secret}`);
say(`agent: ${task.getAgentMode() === task.AgentHostedMode.Unknown ? 'unknown' : 'known'}`);
say(`build: ${task.getVariable('Build.BuildId')}`);
say(`sources: ${task.getVariable('Build.SourcesDirectory') === process.cwd()}`);
