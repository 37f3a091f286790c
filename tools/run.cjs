'use strict';
/*
 * Brings the runtime and the packages that the project needs, then runs a script with them:
 * `node tools/run.cjs src/main.ts demo`. Plain CommonJS without dependencies, because it has to
 * run on whatever Node the machine has (14 or later).
 */
const cp = require('child_process');
const fs = require('fs');
const path = require('path');

const root = path.resolve(__dirname, '..');
const NEEDED = [24, 16, 0]; // crypto.randomUUIDv7, and node:sqlite without a warning
const LOCK_TIMEOUT_MS = 600000; // an `npm ci` on a slow line takes minutes, never ten

main();

function main() {
  const node = runtime();
  install(root, 'installing packages', node, []);
  run(node, process.argv.slice(2));
}

/** The path of a Node that is new enough: the host's, or one fetched into tools/runtime. */
function runtime() {
  if (isNewEnough(process.version)) return process.execPath;
  const dir = path.join(__dirname, 'runtime');
  const wanted = NEEDED.join('.');
  const why = `Node ${process.version} is older than ${wanted}: fetching one into tools/runtime`;
  install(dir, why, process.execPath, ['--ignore-scripts']);
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const bin = path.join(dir, 'node_modules', runtimePackage(), 'bin', file);
  const probe = cp.spawnSync(bin, ['-p', 'process.version'], { encoding: 'utf8' });
  if (probe.status !== 0 || !isNewEnough(String(probe.stdout).trim())) {
    const platform = `${process.platform}-${process.arch}`;
    fail(`no usable Node for ${platform}: please install Node >= ${wanted} yourself`);
  }
  return bin;
}

function isNewEnough(version) {
  const have = version.replace(/^v/, '').split('.').map(Number);
  for (let i = 0; i < NEEDED.length; i++) {
    if (have[i] !== NEEDED[i]) return have[i] > NEEDED[i];
  }
  return true;
}

function runtimePackage() {
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = os === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${os}-${process.arch}`;
}

/** Runs `npm ci` in `dir` under `node`, unless what the lockfile says is already there. */
function install(dir, why, node, flags) {
  if (isInstalled(dir)) return;
  withLock(dir, () => {
    if (isInstalled(dir)) return;
    const startedAt = Date.now();
    process.stderr.write(`[setup] ${why}\n`);
    const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier'];
    const result = npm(node, args.concat(flags), dir);
    if (result.error || result.status !== 0) {
      const reason = result.error ? result.error.message : `exit ${result.status}`;
      fail(`npm ci failed in ${dir} (${reason})`);
    }
    process.stderr.write(`[setup] done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
  });
}

/** npm writes node_modules/.package-lock.json last: the same versions there mean "installed". */
function isInstalled(dir) {
  try {
    const want = readJson(path.join(dir, 'package-lock.json')).packages;
    const have = readJson(path.join(dir, 'node_modules', '.package-lock.json')).packages;
    return Object.keys(want).every((name) => {
      const { link, optional, devOptional, version, integrity } = want[name];
      if (link || !name.includes('node_modules/')) return true;
      if (!have[name]) return Boolean(optional || devOptional); // another platform's binary
      return have[name].version === version && have[name].integrity === integrity;
    });
  } catch {
    return false;
  }
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function npm(node, args, cwd) {
  const options = { cwd, env: npmEnvironment(), stdio: ['ignore', 2, 2] };
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.js$/.test(cli)) return cp.spawnSync(node, [cli].concat(args), options);
  return cp.spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** Without what an outer npm set for its own run, which would misguide the inner one. */
function npmEnvironment() {
  const outer = /^npm_(config_local_prefix|config_ignore_scripts|package_|lifecycle_|command$)/i;
  const names = Object.keys(process.env).filter((name) => !outer.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** Two npm scripts on a fresh clone must not install at the same time. */
function withLock(dir, action) {
  const lock = path.join(dir, '.setup-lock');
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  while (!tryLock(lock)) {
    if (Date.now() > deadline) fail(`another set-up holds ${lock} for too long: remove it`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
  const release = () => fs.rmSync(lock, { recursive: true, force: true });
  process.on('exit', release);
  try {
    action();
  } finally {
    release();
    process.removeListener('exit', release);
  }
}

function tryLock(lock) {
  try {
    fs.mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') fail(`cannot write ${lock}: ${error.message}`);
    removeIfStale(lock);
    return false;
  }
}

function removeIfStale(lock) {
  try {
    if (Date.now() - fs.statSync(lock).mtimeMs > LOCK_TIMEOUT_MS) fs.rmdirSync(lock);
  } catch {
    // Somebody else removed it first.
  }
}

/** Starts the script with that runtime first in PATH, so that what it starts uses it too. */
function run(node, args) {
  const env = { ...process.env };
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') || 'PATH';
  env[key] = path.dirname(node) + path.delimiter + (env[key] || '');
  env.NODE_COMPILE_CACHE = env.NODE_COMPILE_CACHE || path.join(root, 'node_modules/.cache/node');
  const script = args[0] && !args[0].startsWith('-') ? [path.resolve(root, args[0])] : [];
  const child = cp.spawn(node, script.concat(args.slice(script.length)), { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  // npm does not always pass signals on: when our parent goes, stop as if asked to.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 500);
  child.on('exit', (code, signal) => {
    clearInterval(watch);
    if (!signal) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(message) {
  process.stderr.write(`[setup] ${message}\n`);
  process.exit(1);
}
