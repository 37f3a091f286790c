import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { ConfigError } from '../lib/errors.ts';
import { oldestFor, outstanding } from './migrate.ts';

const FOLDER = path.join(import.meta.dirname, 'migrations');

test('a migration says with which older code it works, or works with none', () => {
  const adds =
    '-- What it is for.\n-- Works with the code of schema 5 and later.\ncreate table a (b text);';

  assert.equal(oldestFor(7, adds), 5);
  assert.equal(oldestFor(7, 'drop table a;'), 7);
});

test('what says that it works with older code only adds: nothing that the older writes can fail', () => {
  const liars = scripts()
    .filter(({ number, script }) => oldestFor(number, script) < number)
    .filter(({ script }) => !onlyAdds(script))
    .map(({ name }) => name);

  assert.deepEqual(liars, []);
});

test('adding is told from changing', () => {
  const adding = `-- Why.
    create table a (b text not null);
    alter table c add column d text; alter table c add column e integer not null default 0;
    create index f on c (d) where d is not null; drop index g;`;

  assert.equal(onlyAdds(adding), true);
  for (const changing of [
    'alter table c add column d text not null;',
    'alter table c drop column d;',
    'alter table c rename to d;',
    'create unique index f on c (d);',
    'update c set d = 1;',
    'drop table c;',
  ]) {
    assert.equal(onlyAdds(`create table a (b text); ${changing}`), false, changing);
  }
});

test('both databases have the same migrations, numbered without a gap', () => {
  const [sqlite, postgres] = ['sqlite', 'postgres'].map((name) =>
    readdirSync(path.join(FOLDER, name)).toSorted(),
  );

  assert.deepEqual(sqlite, postgres);
  assert.deepEqual(
    sqlite?.map((name) => Number.parseInt(name, 10)),
    sqlite?.map((_, index) => index + 1),
  );
});

test('who knows less than the database needs is refused, who knows enough is let in', () => {
  assert.deepEqual(outstanding('postgres', { version: 999, oldest: 1 }, 'the database'), []);
  assert.throws(
    () => outstanding('postgres', { version: 999, oldest: 999 }, 'the database'),
    (error) => error instanceof ConfigError && error.code === 'STORE_NEWER',
  );
});

function scripts() {
  return ['sqlite', 'postgres'].flatMap((database) =>
    readdirSync(path.join(FOLDER, database)).map((name) => ({
      name: `${database}/${name}`,
      number: Number.parseInt(name, 10),
      script: readFileSync(path.join(FOLDER, database, name), 'utf8'),
    })),
  );
}

const ADDS = [
  /^create table /,
  /^create index /,
  /^drop index /,
  /^alter table \w+ add column \w+ [^,]*\bdefault [^,]*$/,
  /^alter table \w+ add column (?!.*not null)[^,]*$/,
];

function onlyAdds(script: string): boolean {
  return script
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '')
    .every((statement) => ADDS.some((adds) => adds.test(statement)));
}
