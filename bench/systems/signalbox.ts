import { randomUUID } from 'node:crypto';

import { Client } from 'pg';

import { Secret } from '../../src/lib/secret.ts';
import { migratePostgres } from '../../src/store/postgres-schema.ts';
import { openDeliveries, startService } from '../service/service.ts';
import type { BenchPostgres } from './postgres.ts';
import type { System } from './system.ts';

const OPEN = 'select count(*) as open from deliveries where verdict is null';
const path = '/hooks/registry';

/** Ours with its store in a file: over is what has its verdict in it. */
export const onSqlite: System = {
  name: 'Signalbox on SQLite',
  path,
  async start({ folder, target }) {
    const service = await startService({ folder, target });
    return {
      ports: [service.port],
      pids: [service.pid],
      open: async () => openDeliveries(service.storeFile),
      stop: () => service.stop(),
    };
  },
};

/** Ours on Postgres in so many processes, which share the work. */
export function onPostgres(postgres: BenchPostgres, replicas = 1): System {
  return {
    name: replicas === 1 ? 'Signalbox on Postgres' : `Signalbox on Postgres, ${replicas} processes`,
    path,
    async start({ folder, target }) {
      const schema = 'signalbox';
      const url = postgres.database(`ours_${randomUUID().replaceAll('-', '')}`);
      await migratePostgres({ url: new Secret(url), schema });
      const services = await Promise.all(
        Array.from({ length: replicas }, () =>
          startService({ folder, target, postgres: { url, schema } }),
        ),
      );
      const client = new Client({ connectionString: url, options: `-c search_path=${schema}` });
      await client.connect();
      return {
        ports: services.map(({ port }) => port),
        pids: [postgres.pid, ...services.map(({ pid }) => pid)],
        async open() {
          const { rows } = await client.query<{ open: string }>(OPEN);
          return Number(rows[0]?.open);
        },
        async stop() {
          await client.end();
          for (const service of services) await service.stop();
        },
      };
    },
  };
}
