import type { Network } from '../kit/network.ts';
import { openMlflow } from './index.ts';
import type { MlflowConfig } from './mlflow-config.ts';
import { openPlainPort } from './plain-port.ts';

/**
 * Makes an MLflow server part of a sandbox: under its own name through the proxy, and on a loopback
 * port, which MLFLOW_TRACKING_URI names to programs.
 */
export async function addMlflow(
  config: MlflowConfig,
  network: Network,
  log: (line: string) => void = () => {},
): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const { service, close } = await openMlflow(config, network.tools);
  opened.defer(close);
  network.add(service);

  const { now } = network.tools.clock;
  const answer = (request: Request) => network.gateway(request, service);
  const plain = opened.use(await openPlainPort({ port: config.port, answer, now, log }));
  network.addEnvironment({ MLFLOW_TRACKING_URI: `http://127.0.0.1:${plain.port}` });
  return opened.move();
}
