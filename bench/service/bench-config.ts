import path from 'node:path';

import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { termsOf } from '../../src/config/target-terms.ts';
import type { TargetKind } from '../../src/targets/target.ts';

export const SIGNING_SECRET = 'a signing secret of the benchmark';

interface OwnTarget {
  readonly kind: TargetKind;
  readonly settings: unknown;
}

/** The configuration of the measured service, with that target in the place of the one it names. */
export function benchConfig(target: OwnTarget | null): Config {
  const file = path.join(import.meta.dirname, 'signalbox.yaml');
  const config = loadConfig(file, { env: { BENCH_SECRET: SIGNING_SECRET } });
  if (!target) return config;
  const terms = termsOf({ type: target.kind.type }, config.engine.start_for);
  return { ...config, targets: new Map([['devops', { ...target, terms }]]) };
}
