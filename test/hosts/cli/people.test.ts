import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeopleReport } from '../../../src-main/contract/people.ts';
import { job, likeness } from './stand-ins.ts';

const report: PeopleReport = {
  people: [
    {
      id: 'p3',
      name: 'Ana',
      faces: [
        { path: '/home/ana/beach.jpg', box: [0.1, 0.2, 0.3, 0.4], quality: 0.5 },
        { path: '/home/ana/party.jpg', box: [0.5, 0.2, 0.1, 0.1], quality: 0.9 },
      ],
    },
    { id: 'g45', name: null, faces: [{ path: '/home/ana/party.jpg', box: [0, 0, 0.1, 0.1], quality: 0.7 }] },
  ],
  unassigned: [{ path: '/home/ana/street.jpg', box: [0.3, 0.3, 0.05, 0.06] }],
  seconds: 12.5,
};
const inspected = {
  faces: [{ path: '/tmp/found.png', box: [0.1, 0.25, 0.3, 0.4], quality: 0.82, name: null }],
};
const answers = { 'people.report': report, 'people.inspect': inspected };

test('people answers exactly the report, as JSON and in words', async () => {
  const asJson = await likeness(['--json', 'people'], { answers });
  assert.deepEqual(JSON.parse(asJson.stdout), report);
  assert.deepEqual(asJson.asked[1], ['people.report', {}]);
  const { stdout, code } = await likeness(['people'], { answers });
  assert.equal(code, 0);
  assert.match(stdout, /Ana +2 faces +\/home\/ana\/party\.jpg/);
  assert.match(stdout, /somebody \(g45\) +1 face +\/home\/ana\/party\.jpg/);
  assert.match(stdout, /3 faces of 2 people, 1 of nobody known\. Took 13 s\./);
});

test('people shows how far the search is, and stops at Ctrl+C with what is kept', async () => {
  const abort = new AbortController();
  const looking = { ...job, kind: 'people', phase: 'looking' } as const;
  const app = {
    onEvent: (listener: (event: { type: 'jobs'; jobs: (typeof looking)[] }) => void) => {
      queueMicrotask(() => {
        listener({ type: 'jobs', jobs: [looking] });
        abort.abort();
      });
      return () => {};
    },
    call: () => new Promise<never>(() => {}),
  };
  const { code, stdout, stderr, closed } = await likeness(['--json', 'people'], {
    app: app as never,
    signal: abort.signal,
    tty: true,
  });
  assert.deepEqual([code, closed], [1, 1]);
  assert.equal(JSON.parse(stdout).error.code, 'cancelled');
  assert.match(stderr, /Looking for faces: 120 of 500/);
});

test('faces asks for an absolute path, and tells each face', async () => {
  const asJson = await likeness(['--json', 'faces', '../x.png'], { answers });
  assert.deepEqual(JSON.parse(asJson.stdout), inspected);
  assert.deepEqual(asJson.asked[1], ['people.inspect', { path: '/home/x.png' }]);
  const { stdout } = await likeness(['faces', 'x.png'], { answers });
  assert.match(stdout, /not named +82 % +10 % +25 % +30 % × 40 %/);
  const none = await likeness(['faces', 'x.png'], { answers: { 'people.inspect': { faces: [] } } });
  assert.equal(none.stdout, 'No face was found.\n');
});

test('both say how they are used', async () => {
  for (const name of ['people', 'faces']) {
    const { stdout, code } = await likeness([name, '--help']);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`likeness ${name}`));
  }
  assert.equal((await likeness(['faces'])).code, 2);
  assert.equal((await likeness(['people', 'x'])).code, 2);
});
