import type { Service } from '../kit/service.ts';
import type { Identity } from './identity.ts';
import type { AzureDevops } from './state.ts';
import { VssError } from './vss-error.ts';

const resource = 'Concurrency';

/** How much of its limit somebody has used. */
export interface Usage {
  readonly limit: number;
  readonly remaining: number;
  readonly resetAtMs: number;
  /** How long the answer is said to have been held. */
  readonly delaySeconds: number;
}

/** Above this part of its limit, what somebody asks for is delayed. */
const freePart = 0.8;

/**
 * Counts a request of somebody against their limit, in a window that slides.
 * Source: docs/integrate/concepts/rate-limits.md of MicrosoftDocs/azure-devops-docs; what one request
 * costs is not documented: it is one unit here, and nothing is really delayed
 * @throws {VssError} the limit is reached
 */
export function countRequest(state: AzureDevops, request: Request, who: Identity): void {
  const limits = state.config.azure_devops.rate_limit;
  if (!limits) return;
  const nowMs = state.tools.clock.now();
  const recent = (state.requests.get(who.id) ?? []).filter(
    (atMs) => nowMs - atMs < limits.window_ms,
  );
  state.requests.set(who.id, recent);
  const resetAtMs = (recent[0] ?? nowMs) + limits.window_ms;
  if (recent.length >= limits.units) throw new RateLimited(limits.units, resetAtMs, nowMs);
  recent.push(nowMs);
  const over = recent.length - Math.floor(limits.units * freePart);
  state.usages.set(request, {
    limit: limits.units,
    remaining: limits.units - recent.length,
    resetAtMs,
    delaySeconds: Math.max(0, over),
  });
}

/** A service that tells its callers how close they are to their limits. */
export function withUsage(service: Service, { usages }: AzureDevops): Service {
  return {
    ...service,
    async handle(request) {
      const handled = await service.handle(request);
      const usage = usages.get(request);
      const headers = usage && usage.delaySeconds > 0 ? usageHeaders(usage) : {};
      for (const [name, value] of Object.entries(headers)) {
        handled.response.headers.set(name, value);
      }
      return handled;
    },
  };
}

function usageHeaders(usage: Usage): Record<string, string> {
  return {
    'retry-after': String(usage.delaySeconds),
    'x-ratelimit-resource': resource,
    'x-ratelimit-delay': usage.delaySeconds.toFixed(3),
    'x-ratelimit-limit': String(usage.limit),
    'x-ratelimit-remaining': String(usage.remaining),
    'x-ratelimit-reset': String(Math.ceil(usage.resetAtMs / 1000)),
  };
}

/** Somebody has asked too often. */
class RateLimited extends VssError {
  override readonly headers: Readonly<Record<string, string>>;

  constructor(limit: number, resetAtMs: number, nowMs: number) {
    super(
      429,
      'RequestBlockedException',
      `TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource '${resource}' in namespace 'User'.`,
      'Microsoft.TeamFoundation.Framework.Server',
    );
    this.headers = {
      'retry-after': String(Math.max(1, Math.ceil((resetAtMs - nowMs) / 1000))),
      'x-ratelimit-resource': resource,
      'x-ratelimit-delay': '0.000',
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(resetAtMs / 1000)),
    };
  }
}
