import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LikenessError } from '../../../src-main/contract/errors.ts';
import { commands } from '../../../src-main/hosts/cli/main.ts';
import { details, job, jobEvent, likeness, report, status, type Given } from './stand-ins.ts';

const folder = mkdtempSync(join(tmpdir(), 'likeness-cli-'));
after(() => rmSync(folder, { recursive: true }));

/** The one JSON document on stdout. */
async function json(argv: readonly string[], given?: Given): Promise<unknown> {
  const { stdout, code, stderr } = await likeness(['--json', ...argv], given);
  assert.equal(code, 0, stderr);
  assert.equal(stdout.trimEnd().split('\n').length, 1, 'one document, one line');
  return JSON.parse(stdout);
}

test('index answers the report, and asks for absolute folders', async () => {
  assert.deepEqual(await json(['index', 'Pictures', '/scans']), report);
  const { asked, closed } = await likeness(['index', 'Pictures', '/scans', '--library', 'lib']);
  assert.deepEqual(asked, [
    ['open', '/home/ana/lib'],
    ['folders.add', { paths: ['/home/ana/Pictures', '/scans'] }],
  ]);
  assert.equal(closed, 1);
});

test('search answers exactly path, score and relevance of each photo', async () => {
  assert.deepEqual(await json(['search', 'dogs', '--limit', '2']), {
    query: 'dogs',
    results: [
      { path: '/home/ana/Pictures/two dogs.jpg', score: 0.31, relevance: 0.92 },
      { path: '/home/ana/Pictures/cat.jpg', score: 0.2, relevance: 0.07 },
    ],
    total: 94,
    encoder: 'tiny',
    milliseconds: 3.4,
  });
});

test('search takes its words with or without quotes', async () => {
  for (const words of [
    ['two dogs', 'run'],
    ['two', 'dogs', 'run'],
  ]) {
    const { asked } = await likeness(['search', ...words, '--limit=5', '--offset', '3']);
    assert.deepEqual(asked[1], ['search', { query: 'two dogs run', limit: 5, offset: 3 }]);
  }
});

test('similar answers the same for a path, made absolute', async () => {
  const { asked } = await likeness(['similar', '../beach.jpg']);
  assert.deepEqual(asked[1], ['similar', { path: '/home/beach.jpg', limit: 20, offset: 0 }]);
  const answer = (await json(['similar', 'beach.jpg'])) as { query: string; results: unknown[] };
  assert.deepEqual([answer.query, answer.results.length], ['/home/ana/beach.jpg', 2]);
});

test('photo, status, doctor and models list answer what the application says', async () => {
  assert.deepEqual(await json(['photo', 'beach.jpg']), details);
  assert.deepEqual(await json(['status']), status);
  assert.deepEqual(Object.keys((await json(['doctor'])) as object), [
    'versions',
    'providers',
    'integrity',
    'advice',
  ]);
  assert.deepEqual(await json(['models', 'list']), {
    models: [
      { id: 'tiny', name: 'Tiny', licence: 'Apache-2.0', bytes: 9_229_546, installed: true, active: true },
    ],
    faces: [],
  });
});

test('models verify fails when a file is damaged', async () => {
  const damaged = [{ id: 'tiny', ok: false, details: ['image.onnx has another sha256.'] }];
  const app = { verifyModels: () => Promise.resolve(damaged) };
  const { code, stdout } = await likeness(['models', 'verify'], { app });
  assert.equal(code, 1);
  assert.match(stdout, /tiny {2}damaged: image\.onnx has another sha256/);
  assert.equal((await likeness(['models', 'verify'])).code, 0);
});

test('embed keeps the order: files, list of photos, texts, list of texts', async () => {
  const [photos, texts] = [join(folder, 'photos.txt'), join(folder, 'texts.txt')];
  writeFileSync(photos, 'c.jpg\r\n/d.jpg\r\n');
  writeFileSync(texts, 'second text\nthird');
  const argv = ['embed', 'a.jpg', '--photos-from', photos, '--text', 'first', '--texts-from', texts];
  const answer = (await json(argv)) as { vectors: number[][] };
  const lengths = answer.vectors.map(([length = 0]) => Math.round(length * 100));
  const contents = ['/home/ana/a.jpg', '/home/ana/c.jpg', '/d.jpg', 'first', 'second text', 'third'];
  assert.deepEqual(
    lengths,
    contents.map(({ length }) => length),
  );
});

test('embed answers null for a failed row, counts it and says why', async () => {
  assert.deepEqual(await json(['embed', 'x.jpg', '--photos-from', '-'], { stdin: 'broken.jpg\n\ny.jpg\n' }), {
    encoder: 'tiny',
    output: 'embedding',
    dim: 3,
    count: 4,
    failed: 2,
    vectors: [[Math.fround(0.15), 0.5, -1], null, null, [Math.fround(0.15), 0.5, -1]],
    reasons: [
      { row: 1, photo: '/home/ana/broken.jpg', reason: 'It is damaged.' },
      { row: 2, photo: '', reason: 'The line is empty.' },
    ],
  });
});

test('embed --npy writes a float32 matrix with NaN for a failed row, and leaves the vectors out', async () => {
  const target = join(folder, 'out.npy');
  const answer = await json(['embed', 'x.jpg', 'broken.jpg', '--npy', target]);
  assert.deepEqual(Object.keys(answer as object), ['encoder', 'output', 'dim', 'count', 'failed', 'reasons']);
  const bytes = readFileSync(target);
  assert.equal(bytes.toString('latin1', 0, 8), '\x93NUMPY\x01\x00');
  const start = 10 + bytes.readUInt16LE(8);
  assert.equal(start % 64, 0);
  assert.match(
    bytes.toString('latin1', 10, start),
    /'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\)/,
  );
  const numbers = Array.from({ length: 6 }, (_, i) => bytes.readFloatLE(start + 4 * i));
  assert.deepEqual(numbers, [Math.fround(0.15), 0.5, -1, Number.NaN, Number.NaN, Number.NaN]);
});

test('embed asks in batches of one kind, and for nothing of an empty list', async () => {
  const list = Array.from({ length: 150 }, (_, i) => `${i}.jpg`).join('\n');
  const { asked } = await likeness(['embed', '--photos-from', '-', '--text', 'a'], { stdin: list });
  const sizes = asked.slice(2).map(([, input]) => {
    const { paths, texts } = input as { paths: string[]; texts: string[] };
    return [paths.length, texts.length];
  });
  assert.deepEqual(sizes, [
    [64, 0],
    [64, 0],
    [22, 0],
    [0, 1],
  ]);
  const empty = (await json(['embed', '--photos-from', '-'], { stdin: '' })) as {
    count: number;
    dim: number;
  };
  assert.deepEqual([empty.count, empty.dim], [0, 3]);
});

const slips: [argv: string[], message: RegExp, hint: RegExp][] = [
  [['serach', 'x'], /no command “serach”/, /Did you mean “search”/],
  [['frobnicate'], /no command “frobnicate”/, /--help/],
  [
    ['models'],
    /“models” needs one more word/,
    /models list or models install or models use or models verify/,
  ],
  [['search', 'x', '--limt', '5'], /no option “--limt” for search/, /Did you mean “--limit”/],
  [['search', 'x', '--limit', '-1'], /--limit cannot be “-1”/, /1 to 10,000/],
  [['search', 'x', '--limit', '2.5'], /--limit cannot be “2.5”/, /whole number/],
  [['search', 'x', '--limit', ''], /--limit cannot be “”/, /whole number/],
  [['search', 'x', '--offset=-1'], /--offset cannot be “-1”/, /0 or more/],
  [['search', 'x', '--limit'], /--limit needs a value/, /--limit N/],
  [['search', 'x', '--limit', '--offset=1'], /--limit needs a value/, /--limit N/],
  [['search', 'x', '--limit', '10001'], /--limit cannot be “10001”/, /1 to 10,000/],
  [['search', 'x', '--limit', '1', '--limit', '2'], /--limit was given twice/, /once/],
  [['search', 'x', '--json=yes'], /--json takes no value/, /alone/],
  [['search'], /`likeness search` needs QUERY/, /For example: likeness search/],
  [['search', '   '], /The query is empty/, /red bicycle/],
  [['search', ''], /The query is empty/, /red bicycle/],
  [['index'], /needs FOLDER/, /For example: likeness index/],
  [['similar', 'a', 'b'], /takes PHOTO alone/, /“b” is one too many/],
  [['status', 'now'], /takes no arguments/, /“now” is one too many/],
  [['embed'], /nothing to embed/, /--photos-from/],
  [['embed', '--text', 'a', '--output', 'features'], /A text has no features/, /embedding/],
  [['embed', 'a.jpg', '--output', 'feature'], /--output cannot be “feature”/, /Did you mean “features”/],
  [['embed', '--photos-from', '-', '--texts-from', '-'], /Only one list/, /file/],
  [['photo', '-x.jpg'], /no option “-x” for photo/, /written \.\/-x/],
];

test('a slip is exit code 2 with what was wrong and what to do, before the library is touched', async () => {
  for (const [argv, message, hint] of slips) {
    const plain = await likeness(argv);
    assert.deepEqual([plain.code, plain.stdout, plain.opened], [2, '', 0], argv.join(' '));
    assert.match(plain.stderr, message, argv.join(' '));
    assert.match(plain.stderr, hint, argv.join(' '));
    const { code, stdout } = await likeness(['--json', ...argv]);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    assert.deepEqual([code, error.code], [2, 'bad-input']);
    assert.match(error.message, message);
    assert.match(error.hint, hint);
  }
});

test('what fails is exit code 1 with code, message and hint', async () => {
  const refusal = new LikenessError('library-in-use', 'It is open elsewhere.', 'Close that one first.');
  const opening = await likeness(['--json', 'status'], { refusal });
  assert.equal(opening.code, 1);
  assert.deepEqual(JSON.parse(opening.stdout), { error: refusal.toData() });
  assert.equal(opening.closed, 0);
  const answers = { photo: new LikenessError('not-found', 'It does not exist.', 'Check the path.') };
  const asking = await likeness(['photo', 'x.jpg'], { answers });
  assert.deepEqual([asking.code, asking.stdout, asking.closed], [1, '', 1]);
  assert.equal(asking.stderr, 'likeness: It does not exist.\nCheck the path.\n');
});

test('a library with nothing in it is an answer, not an error', async () => {
  const nothing = {
    query: 'x',
    results: [],
    total: 0,
    relevant: 0,
    histogram: [],
    encoder: 'tiny',
    milliseconds: 1,
  };
  const { code, stdout } = await likeness(['search', 'x'], { answers: { search: nothing } });
  assert.equal(code, 0);
  assert.match(stdout, /No photos to compare with yet\. `likeness index FOLDER`/);
  const data = (await json(['search', 'x'], { answers: { search: nothing } })) as {
    results: [];
    total: number;
  };
  assert.deepEqual([data.results, data.total], [[], 0]);
});

test('people see 20 results, programs get 100', async () => {
  const limit = async (argv: string[]) => {
    const { asked } = await likeness(argv);
    return (asked[1]?.[1] as { limit?: number } | undefined)?.limit;
  };
  assert.deepEqual([await limit(['search', 'x']), await limit(['--json', 'search', 'x'])], [20, 100]);
  assert.deepEqual([await limit(['similar', 'x']), await limit(['--json', 'similar', 'x'])], [20, 100]);
});

test('people get aligned text', async () => {
  const { stdout } = await likeness(['search', 'dogs']);
  assert.equal(
    stdout,
    '92 %  /home/ana/Pictures/two dogs.jpg\n 7 %  /home/ana/Pictures/cat.jpg\n' +
      'Of 94 photos, 1 matches well (3 ms). `--offset 2` shows more.\n',
  );
  const photo = (await likeness(['photo', 'x'])).stdout;
  assert.match(photo, /^Size {6}4000 × 3000 px$/m);
  assert.match(photo, /^Exposure {2}1\/250 s, f\/2\.8, ISO 100, 50 mm$/m);
  assert.doesNotMatch(photo, /Lens|Place|Rating/);
  assert.match((await likeness(['status'])).stdout, /^Folder .*Pictures \(94 photos, away now\)$/m);
  const waiting = { ...status, jobs: [{ ...job, state: 'paused', reason: 'The disk is full.' }] };
  assert.match(
    (await likeness(['status'], { answers: { status: waiting } })).stdout,
    /^Job {11}paused, 120 of 500 photos looked at: The disk is full\.$/m,
  );
  assert.match((await likeness(['doctor'])).stdout, /^cuda {6}not available: No library\.$/m);
  assert.match((await likeness(['index', '.'])).stdout, /cut\.jpg: The file ends too early\./);
});

test('progress goes to stderr: one changing line on a terminal, nothing for a short run in a log', async () => {
  const app = {
    onEvent: (listener: (event: typeof jobEvent) => void) => {
      listener(jobEvent);
      return () => {};
    },
  };
  const live = await likeness(['--json', 'index', '.'], { tty: true, app });
  const clearLine = '\r\u001b[2K';
  const cut = 'Looking at photos: 120 of 500 (34/s, 12 s left, 1 photo unr';
  assert.equal(live.stderr, clearLine + cut + clearLine);
  assert.deepEqual(JSON.parse(live.stdout), report);
  assert.equal((await likeness(['index', '.'], { app })).stderr, '');
});

test('Ctrl+C ends an index with what was done, and closes the library', async () => {
  const interrupt = new AbortController();
  const app = {
    indexed: () => new Promise<typeof report>(() => {}),
    onEvent: (listener: (event: typeof jobEvent) => void) => {
      listener(jobEvent);
      setImmediate(() => interrupt.abort());
      return () => {};
    },
  };
  const { code, stderr, closed } = await likeness(['index', '.'], { app, signal: interrupt.signal });
  assert.deepEqual([code, closed], [1, 1]);
  assert.match(stderr, new RegExp(`Stopped after ${job.done} of ${job.total} photos; these are kept`));
});

test('every command has help with an example, and help touches no library', async () => {
  const general = await likeness(['--help']);
  for (const { name, examples, summary } of commands) {
    assert.ok(general.stdout.includes(summary), name);
    for (const argv of [
      [...name.split(' '), '--help'],
      ['help', ...name.split(' ')],
      ['-h', ...name.split(' ')],
    ]) {
      const { code, stdout, opened } = await likeness(argv);
      assert.deepEqual([code, opened], [0, 0], argv.join(' '));
      assert.ok(stdout.includes(`Usage: likeness [--library DIR] [--json] ${name}`), argv.join(' '));
      assert.ok(stdout.includes(examples[0] as string), argv.join(' '));
    }
  }
});

test('the examples in the help are themselves right', async () => {
  for (const { name, examples } of commands) {
    if (name === 'open') continue;
    for (const example of examples) {
      const argv = example.replace('likeness ', '').match(/"[^"]*"|\S+/g) ?? [];
      const words = argv.map((word) => word.replaceAll('"', '')).filter((word) => !word.endsWith('.npy'));
      const runnable = words
        .filter((word) => word !== '--npy')
        .map((word) => (word === 'paths.txt' ? '-' : word));
      assert.equal((await likeness(runnable)).code, 0, example);
    }
  }
});

test('no command is wrong usage, --version is not', async () => {
  const none = await likeness([]);
  assert.deepEqual([none.code, none.stdout], [2, '']);
  assert.match(none.stderr, /Usage: likeness/);
  assert.match((await likeness(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
});
