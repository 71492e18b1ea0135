// A trainer for the tests of those who start one: the name of the data, or of the run that goes on, says how it ends.
import { basename } from 'node:path';

const training = { epoch: 1, epochs: 3, loss: 5.5, photosPerSecond: 812.4, secondsLeft: 11.2, spread: 0.83 };
const collapse = { collapsed: false, spread: 0.83, effectiveRank: 40, reason: null };
let out = null;
let how = '';

process.on('message', (command) => {
  if (command.kind === 'task') begin(command.task);
  else if (how !== 'deaf') process.send({ kind: 'stopped', out, step: 120 });
});

function begin(task) {
  out = task.request?.out ?? task.dir;
  how = basename(task.request?.data ?? task.dir);
  process.send({ kind: 'note', text: 'The best engine that works is cpu.' });
  process.send({ kind: 'progress', progress: { stage: 'reading', done: 5, total: 9, training: null } });
  process.send({ kind: 'progress', progress: { stage: 'training', done: 120, total: 1200, training } });
  if (how === 'dies') process.exit(7);
  if (how === 'killed') process.kill(process.pid, 'SIGKILL');
  if (how === 'fails')
    process.send({
      kind: 'failed',
      error: { code: 'bad-input', message: 'There is one photo only.', hint: 'Bring more.' },
    });
  if (how === 'waits' || how === 'deaf') return;
  if (task.kind === 'evaluate') {
    const retrieval = { r1: 0.5, r5: 0.75, r10: 1, medianRank: 2 };
    const result = { knn: 0.4, linearProbe: null, retrieval, alignment: 0.3, uniformity: -2.9, collapse };
    process.send({ kind: 'evaluated', result: { ...result, request: task.request } });
    return;
  }
  // Ids of processes and requests come along for the tests; programs that ask for JSON must not see them.
  const { method = 'simclr' } = task.request ?? {};
  const run = { method, engine: 'cpu', device: 'processor', epochs: 3, steps: 1200, loss: [5.5, 4.1, 3.2] };
  const result = { ...run, collapse, photosPerSecond: 812.4, seconds: 75.2, out };
  process.send({ kind: 'trained', result: { ...result, task, pid: process.pid } });
}
