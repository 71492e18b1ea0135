import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { defaultSettings } from '../src-main/contract/settings.ts';
import { EventStream } from '../src-main/event-stream.ts';

let events: EventStream;
beforeEach(() => {
  events = new EventStream();
});
afterEach(() => events.close());

const changed = { type: 'settings', settings: defaultSettings } as const;
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

test('every open window hears an event, as one line of JSON', async () => {
  const readers = [events.response(), events.response()].map(({ body }) => body!.getReader());
  for (const reader of readers) assert.equal(text((await reader.read()).value), 'retry: 2000\n\n');
  events.emit(changed);
  for (const reader of readers) {
    const line = text((await reader.read()).value);
    assert.deepEqual(JSON.parse(line.replace(/^data: /, '')), changed);
    assert.match(line, /^data: [^\n]+\n\n$/);
  }
});

test('a window that was closed is forgotten; the others go on', async () => {
  const gone = events.response();
  const reader = events.response().body!.getReader();
  await gone.body!.cancel();
  await reader.read();
  events.emit(changed);
  assert.match(text((await reader.read()).value), /^data: /);
});

test('a window that does not read is dropped rather than fed for ever', async () => {
  const { body } = events.response();
  for (let count = 0; count < 1000; count += 1) events.emit(changed);
  const reader = body!.getReader();
  let read = 0;
  while (!(await reader.read()).done) read += 1;
  assert.ok(read < 300, `${read} messages were kept`);
});

test('closing ends every stream and every listening', async () => {
  let heard = 0;
  events.listen(() => (heard += 1));
  const reader = events.response().body!.getReader();
  await reader.read();
  events.close();
  assert.equal((await reader.read()).done, true);
  events.emit(changed);
  assert.equal(heard, 0);
});

test('a listener in the same process hears events until it stops', () => {
  const heard: string[] = [];
  const stop = events.listen(({ type }) => heard.push(type));
  events.emit(changed);
  stop();
  events.emit(changed);
  assert.deepEqual(heard, ['settings']);
});
