import { createServer, type Socket } from 'node:net';

/**
 * The service that every system under measurement calls: it answers each request at once, counts it,
 * and does as little as possible besides. `GET /count` says how many there were, and resets nothing.
 */
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
const HEAD_END = Buffer.from('\r\n\r\n');
let count = 0;

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (data: Buffer) => {
    rest = take(socket, rest.length === 0 ? data : Buffer.concat([rest, data]));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
});
process.once('SIGTERM', () => process.exit());

/** Answers every request that is there in full; the remainder is what is not. */
function take(socket: Socket, bytes: Buffer): Buffer {
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf(HEAD_END);
    if (end < 0) return rest;
    const head = rest.toString('latin1', 0, end);
    const length = Number(/^content-length: *(?<length>\d+)/im.exec(head)?.groups?.['length'] ?? 0);
    const whole = end + HEAD_END.length + length;
    if (rest.length < whole) return rest;
    rest = rest.subarray(whole);
    answer(socket, head);
  }
}

function answer(socket: Socket, head: string): void {
  if (!head.startsWith('GET /count ')) {
    count += 1;
    socket.write(ANSWER);
    return;
  }
  const text = String(count);
  socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`);
}
