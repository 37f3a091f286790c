import type { FleetReport } from './fleet-suite.ts';
import { kinds } from './verdict.ts';

const MOST_SHOWN = 5;

/** Reports in words, or as JSON. */
export function printFleet(reports: readonly FleetReport[], format: string): void {
  const isJson = format === 'json';
  process.stdout.write(
    isJson ? `${JSON.stringify(reports, null, 2)}\n` : reports.map(inWords).join(''),
  );
}

function inWords(report: FleetReport): string {
  const { blown, findings, store, replicas, seed, isWeak, ms } = report;
  const lines: readonly (readonly [string, unknown])[] = [
    ['events acknowledged', `${report.acknowledged} of ${report.told} (${perSecond(report)}/s)`],
    ['told again, no answer', report.refused],
    ['told twice on purpose', report.toldTwice],
    ['deliveries, runs', `${report.deliveries}, ${report.runs}`],
    ['uncertain, run found', `${report.uncertain}, ${report.found}`],
    ['kills -9', `${blown.kills} (${listed(blown.caught)})`],
    ['frozen, parted', `${blown.freezes}, ${blown.partitions}`],
    ['database crashes', blown.crashes],
    ['faults', listed(report.faults)],
    ['collapsed by itself', report.collapses],
    ['over after the storm in', `${(report.settledInMs / 1000).toFixed(1)} s`],
    ['memory, MiB', listed(report.memory)],
    ...kinds.map((kind) => [`WRONG ${kind}`, findings[kind].length] as const),
  ];
  const weak = isWeak ? ', weakened' : '';
  const head = `${store} x ${replicas}${weak}: seed ${seed}, ${(ms / 1000).toFixed(0)} s`;
  const cases = kinds.flatMap((kind) => findings[kind].slice(0, MOST_SHOWN));
  return [
    head,
    ...lines.map(([name, value]) => `  ${name.padEnd(24)} ${String(value)}`),
    ...cases.map((one) => `  wrong: ${one}`),
    '',
  ].join('\n');
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ');
}

function perSecond({ acknowledged, ms }: FleetReport): string {
  return ms === 0 ? '-' : ((acknowledged * 1000) / ms).toFixed(0);
}
