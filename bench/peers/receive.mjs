import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import http from 'node:http';

const key = createSecretKey(Buffer.from(process.env.BENCH_SECRET ?? ''));

/** As a careful user of a queue would write it. */
export function isGenuine(signature, body) {
  const sent = Buffer.from(signature ?? '', 'hex');
  const mac = createHmac('sha256', key).update(body).digest();
  return sent.length === mac.length && timingSafeEqual(mac, sent);
}

/** Listens for signed webhooks, hands each that is genuine to `keep`, and answers when it is kept. */
export function receive(keep) {
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks);
      if (!isGenuine(request.headers['x-databricks-signature'], body)) {
        response.writeHead(401).end();
        return;
      }
      try {
        await keep(JSON.parse(body.toString()));
        response.writeHead(202, { 'content-length': 2 }).end('{}');
      } catch {
        response.writeHead(503).end();
      }
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** The one HTTP call that an event is to become. */
export function call(event) {
  const { model_name: model, version } = event;
  const body = JSON.stringify({ pipeline: 1, branch: 'main', parameters: { model, version } });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const url = `http://127.0.0.1:${process.env.BENCH_TARGET}/run`;
    const sent = http.request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode < 300 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
