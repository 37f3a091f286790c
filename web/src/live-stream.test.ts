import assert from 'node:assert/strict';
import test from 'node:test';

import { openLiveStream, type Stream } from './live-stream.ts';

test('a change on the stream is handed on, and what cannot be read is not', () => {
  const world = stage();
  openLiveStream(world.deps);

  world.latest().open();
  world.latest().say('{"event":"evt_1"}');
  world.latest().say('<html>');
  world.latest().say('{"event":7}');

  assert.deepEqual(world.heard, ['open', 'evt_1']);
});

test('the first message, which is named open, opens nothing again', () => {
  const world = stage();
  openLiveStream(world.deps);

  world.latest().open();
  world.latest().open();

  assert.deepEqual(world.heard, ['open']);
});

test('a lost stream is opened again, later each time, and at once when asked', () => {
  const world = stage();
  const live = openLiveStream(world.deps);

  world.latest().fail();
  world.pass();
  world.latest().fail();
  live.retry();
  world.latest().open();

  assert.deepEqual(world.heard, ['lost', 'lost', 'open']);
  assert.deepEqual(world.waits, [1000, 2000]);
  assert.equal(world.opened.length, 3);
});

test('a stream that came back starts to count its waits anew', () => {
  const world = stage();
  openLiveStream(world.deps);

  world.latest().fail();
  world.pass();
  world.latest().open();
  world.latest().fail();

  assert.deepEqual(world.waits, [1000, 1000]);
});

test('asking again while it is open opens no second stream', () => {
  const world = stage();
  const live = openLiveStream(world.deps);

  live.retry();
  world.latest().open();
  live.retry();

  assert.equal(world.opened.length, 1);
});

test('a closed stream stays closed', () => {
  const world = stage();
  const live = openLiveStream(world.deps);

  world.latest().fail();
  live.close();

  assert.equal(world.pending.size, 0);
});

function stage() {
  const heard: string[] = [];
  const waits: number[] = [];
  const opened: ReturnType<typeof fakeStream>[] = [];
  const pending = new Set<() => void>();
  return {
    heard,
    waits,
    opened,
    pending,
    latest() {
      const [last] = opened.slice(-1);
      assert.ok(last);
      return last;
    },
    pass() {
      const [call] = pending;
      pending.clear();
      call?.();
    },
    deps: {
      openStream: () => {
        const stream = fakeStream();
        opened.push(stream);
        return stream.stream;
      },
      onOpen: () => heard.push('open'),
      onLost: () => heard.push('lost'),
      onChange: (id: string) => heard.push(id),
      after: (ms: number, call: () => void) => {
        waits.push(ms);
        pending.add(call);
        return () => pending.delete(call);
      },
    },
  };
}

function fakeStream() {
  const listeners: { type: string; hear: (message: { readonly data?: unknown }) => void }[] = [];
  const stream: Stream = {
    addEventListener: (type, hear) => listeners.push({ type, hear }),
    close: () => undefined,
  };
  const tell = (type: string, data?: unknown) => {
    for (const listener of listeners) if (listener.type === type) listener.hear({ data });
  };
  return {
    stream,
    open: () => tell('open'),
    fail: () => tell('error'),
    say: (data: string) => tell('change', data),
  };
}
