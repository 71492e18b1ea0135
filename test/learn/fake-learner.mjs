// A trainer that learns nothing: the seed of the request says how it ends. It keeps in the run's folder what it was asked, and
// leaves the encoder that the test put beside it.
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let out = null;
let seed = 0;

process.on('message', (command) => {
  if (command.kind === 'stop') end({ kind: 'stopped', out, step: 5 });
  else begin(command.task);
});

function begin(task) {
  if (task.kind === 'probe') return end({ kind: 'probed', engines: [] });
  out = task.request?.out ?? task.dir;
  mkdirSync(out, { recursive: true });
  const asked = join(out, 'asked.jsonl');
  const before = existsSync(asked)
    ? readFileSync(asked, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  appendFileSync(asked, `${JSON.stringify(task)}\n`);
  const request = task.request ?? before[0]?.request;
  if (task.kind === 'learn-resume' && !existsSync(join(out, 'config.json')))
    return fail('not-found', 'There is no run.');
  writeFileSync(join(out, 'config.json'), '{}');
  seed = request.seed;
  progress('reading', 3, 9);
  progress('training', 5, 50);
  process.send({ kind: 'look', look: look(5) });
  process.send({ kind: 'note', text: 'It begins.' });
  // 1 learns; 2 goes on until it is stopped, and learns when it is told to end; 3 fails; 4 dies the first time.
  if (seed === 2 && !task.finish) return;
  if (seed === 3) return fail('bad-input', 'There are three photos only.');
  if (seed === 4 && before.length === 0) process.exit(7);
  learned(request.goal, seed === 5 ? 'worse' : 'better');
}

function learned(goal, verdict) {
  const encoder = JSON.parse(readFileSync(join(dirname(out), 'encoder-to-learn'), 'utf8'));
  cpSync(encoder.dir, join(out, 'encoder'), { recursive: true });
  const result = {
    method: 'simclr',
    start: 'adapter',
    goal,
    base: 'base',
    encoder: encoder.id,
    engine: 'cpu',
    device: 'processor',
    photos: { learned: 8, heldOut: 1 },
    steps: 50,
    passes: 2,
    compared: [
      {
        what: 'half',
        title: 'a photo by half of itself',
        queries: 9,
        before: 0.5,
        after: 0.75,
        low: 0.1,
        high: 0.4,
        verdict,
      },
    ],
    moved: 0.01,
    verdict,
    words:
      verdict === 'worse' ? 'It finds less than before. Keep the encoder that you have.' : 'It finds more.',
    seconds: 3,
    out,
  };
  writeFileSync(join(out, 'result.json'), JSON.stringify(result));
  writeFileSync(join(out, 'features.f32'), 'large');
  mkdirSync(join(out, 'network'), { recursive: true });
  writeFileSync(join(out, 'network/checkpoint.safetensors'), 'large');
  end({ kind: 'learned', result });
}

function look(step) {
  const rest = { heldOutLoss: null, alignment: null, uniformity: null, found: null, words: null };
  return { step, steps: 50, pass: 0.1, passes: 2, seconds: 1, photosPerSecond: 10, loss: 3, ...rest };
}

function progress(stage, done, total) {
  const training = { epoch: 1, epochs: 2, loss: 3, photosPerSecond: 10.04, secondsLeft: 12.3, spread: 1 };
  process.send({
    kind: 'progress',
    progress: { stage, done, total, training: stage === 'training' ? training : null },
  });
}

function fail(code, message) {
  end({ kind: 'failed', error: { code, message, hint: 'Bring more.' } });
}

function end(report) {
  process.send(report);
}
