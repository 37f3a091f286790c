import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { objectOf, openForTest, type TestWorkspace, textOf } from '../open-for-test.ts';

const API = '/api/2.0/workspace';
const SOURCE =
  '# Databricks notebook source\nx = 6\n\n# COMMAND ----------\n\n# MAGIC %md\n# MAGIC ## Title\n\n# COMMAND ----------\n\ndbutils.notebook.exit(str(x * 7))\n';

test('a notebook is imported, without its extension, and runs', async (t) => {
  const workspace = await openForTest(t);
  await workspace.ok('POST', `${API}/mkdirs`, { path: '/Users/ann/nb' });

  await put(workspace, '/Users/ann/nb/one.py', SOURCE, { format: 'AUTO' });
  await put(workspace, '/Users/ann/nb/two', 'x = 42\ndbutils.notebook.exit(str(x))', {
    format: 'SOURCE',
    language: 'PYTHON',
  });
  const tasks = ['one', 'two'].map((name) => ({
    task_key: name,
    notebook_task: { notebook_path: `/Users/ann/nb/${name}` },
  }));
  const run = await workspace.ended(await workspace.submit(tasks));

  const outputs = [await workspace.output(run, 'one'), await workspace.output(run, 'two')];
  assert.deepEqual(
    outputs.map((one) => objectOf(one['notebook_output'])['result']),
    ['42', '42'],
  );
});

test('a notebook of Jupyter is imported and runs, and each format exports as the other', async (t) => {
  const workspace = await openForTest(t);
  await put(workspace, '/source.py', SOURCE, { format: 'AUTO' });

  const jupyter = await get(workspace, '/source', 'JUPYTER');
  await put(workspace, '/jupyter', jupyter.text, { format: 'JUPYTER' });
  const back = await get(workspace, '/jupyter', 'SOURCE');
  const direct = await workspace.call('GET', `${API}/export?path=/source&direct_download=true`);
  const tasks = [{ task_key: 'main', notebook_task: { notebook_path: '/jupyter' } }];
  const run = await workspace.ended(await workspace.submit(tasks));

  assert.equal(jupyter.type, 'ipynb');
  const { cells } = objectOf(JSON.parse(jupyter.text));
  assert.deepEqual(Array.isArray(cells) ? cells.map((cell) => objectOf(cell)['cell_type']) : null, [
    'code',
    'markdown',
    'code',
  ]);
  assert.equal(back.text, SOURCE);
  assert.equal(direct.text, SOURCE);
  assert.equal(run.state.result_state, 'SUCCESS');
});

test('folders are listed with what is in them, each as what it is', async (t) => {
  const workspace = await openForTest(t);
  await workspace.ok('POST', `${API}/mkdirs`, { path: '/Workspace/Shared/a/b' });
  await workspace.ok('POST', `${API}/mkdirs`, { path: '/Shared/a/b' });
  await put(workspace, '/Shared/a/nb.py', SOURCE, { format: 'AUTO' });
  await put(workspace, '/Shared/a/plain.py', 'print(1)\n', { format: 'AUTO' });
  await put(workspace, '/Shared/a/query', 'SELECT 1', { format: 'SOURCE', language: 'SQL' });
  await symlink('/etc', join(workspace.workDir, 'databricks/root/workspace/Shared/a/link'));

  const list = await workspace.ok('GET', `${API}/list?path=/Shared/a`);
  const one = await workspace.ok('GET', `${API}/list?path=/Shared/a/nb`);
  const status = await workspace.ok('GET', `${API}/get-status?path=/Workspace/Shared/a/plain.py`);
  const missing = await workspace.call('GET', `${API}/get-status?path=/x`);
  const linked = await workspace.call('GET', `${API}/export?path=/Shared/a/link/hostname`);
  const outside = await workspace.call('GET', `${API}/get-status?path=/../../../etc/hostname`);

  assert.deepEqual(kindsIn(list), [
    '/Shared/a/b DIRECTORY undefined',
    '/Shared/a/nb NOTEBOOK PYTHON',
    '/Shared/a/plain.py FILE undefined',
    '/Shared/a/query NOTEBOOK SQL',
  ]);
  assert.deepEqual(kindsIn(one), ['/Shared/a/nb NOTEBOOK PYTHON']);
  assert.deepEqual([status['object_type'], status['size']], ['FILE', 9]);
  assert.deepEqual(
    [missing.status, missing.body['error_code'], missing.body['message']],
    [404, 'RESOURCE_DOES_NOT_EXIST', "Path (/x) doesn't exist."],
  );
  assert.deepEqual([linked.status, outside.status], [404, 404]);
});

test('import and delete refuse what they should', async (t) => {
  const workspace = await openForTest(t);
  await workspace.ok('POST', `${API}/mkdirs`, { path: '/full' });
  await put(workspace, '/full/nb', 'x', { language: 'PYTHON' });
  const content = Buffer.from('x').toString('base64');
  const post = async (path: string, body: object) => {
    const answer = await workspace.call('POST', `${API}/${path}`, body);
    return `${answer.status} ${textOf(answer.body['error_code'])} ${textOf(answer.body['message'])}`;
  };

  const answers = await Promise.all([
    post('import', { path: '/full/nb', language: 'PYTHON', content }),
    post('import', { path: '/foo/nb', language: 'PYTHON', content }),
    post('import', { path: '/full/x', content }),
    post('import', { path: '/full/x', format: 'DBC', content }),
    post('import', { path: '/full/x', format: 'JUPYTER', content }),
    post('import', { path: '/full/x', format: 'RAW', content: '%%%' }),
    post('import', { path: 'full/x', format: 'RAW', content }),
    post('import', { path: '/full/x', format: 'RAW', content: 'AAAA'.repeat(3_600_000) }),
    post('mkdirs', { path: '/full/nb.py/x' }),
    post('delete', { path: '/full' }),
    post('delete', { path: '/nowhere' }),
    post('delete', { path: '/', recursive: true }),
  ]);
  await put(workspace, '/full/nb', 'y', { language: 'PYTHON', overwrite: true });
  const overwritten = await get(workspace, '/full/nb', 'SOURCE');
  await workspace.ok('POST', `${API}/delete`, { path: '/full', recursive: true });
  const gone = await workspace.call('GET', `${API}/list?path=/full`);

  assert.deepEqual(answers, [
    '400 RESOURCE_ALREADY_EXISTS Path (/full/nb) already exists.',
    '404 RESOURCE_DOES_NOT_EXIST The parent folder (/foo) does not exist.',
    '400 INVALID_PARAMETER_VALUE language is needed for the format SOURCE',
    '400 INVALID_PARAMETER_VALUE The sandbox cannot import the format DBC',
    '400 INVALID_PARAMETER_VALUE The content is no notebook of Jupyter',
    '400 INVALID_PARAMETER_VALUE content is not in base64',
    '400 INVALID_PARAMETER_VALUE Path (full/x) must be an absolute path',
    '400 MAX_NOTEBOOK_SIZE_EXCEEDED The maximum allowed size is 10485760 bytes',
    '400 RESOURCE_ALREADY_EXISTS Path (/full/nb.py/x), or one above it, is no folder.',
    '400 DIRECTORY_NOT_EMPTY Folder (/full) is not empty',
    "404 RESOURCE_DOES_NOT_EXIST Path (/nowhere) doesn't exist.",
    '400 INVALID_PARAMETER_VALUE The root folder cannot be deleted',
  ]);
  assert.equal(overwritten.text, '# Databricks notebook source\ny');
  assert.equal(gone.status, 404);
});

function put(workspace: TestWorkspace, path: string, source: string, more: object) {
  const content = Buffer.from(source).toString('base64');
  return workspace.ok('POST', `${API}/import`, { path, content, ...more });
}

async function get(workspace: TestWorkspace, path: string, format: string) {
  const answer = await workspace.ok('GET', `${API}/export?path=${path}&format=${format}`);
  const text = Buffer.from(textOf(answer['content']), 'base64').toString();
  return { text, type: answer['file_type'] };
}

function kindsIn({ objects }: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(objects)) return [];
  return objects.map((one) => {
    const { path, object_type, language } = objectOf(one);
    return `${String(path)} ${String(object_type)} ${String(language)}`;
  });
}
