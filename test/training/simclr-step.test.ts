/** The whole way of a training step: photos, encoder, head, loss, gradients, optimizer, in one graph on one engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onnxEngine } from '../../training/engines/onnx.ts';
import { gradient } from '../../training/graph/gradient.ts';
import { concat, slice } from '../../training/graph/ops/shape.ts';
import { input } from '../../training/graph/tensor.ts';
import { ntXent } from '../../training/losses/nt-xent.ts';
import { linear } from '../../training/modules/linear.ts';
import { vit } from '../../training/modules/vit.ts';
import { Pass, Weights } from '../../training/modules/weights.ts';
import { adamW } from '../../training/optim/adamw.ts';
import { moveAll } from '../../training/optim/optimizer.ts';
import { Random } from '../../training/random.ts';

const [batch, side] = [8, 16];

function simclrStep() {
  const weights = new Weights(1);
  const encoder = vit(weights.in('encoder'), { side, patch: 4, dim: 32, depth: 2, heads: 2, pool: 'mean' });
  const head = linear(weights.in('head'), 32, 16);
  const pass = new Pass({ training: true });
  const views = ['first', 'second'].map((name) => input(name, [batch, 3, side, side]));
  const z = head(encoder.encode(concat(views, 0), pass), pass);
  const { loss, accuracy } = ntXent(slice(z, 0, 0, batch), slice(z, 0, batch), { temperature: 0.2 });
  const optimizer = adamW();
  const gradients = gradient(loss, [...weights.parameters.values()]);
  return {
    graph: { outputs: { loss, accuracy }, updates: moveAll(optimizer, weights.parameters, gradients) },
    optimizer,
  };
}

/** Two views of each photo: a colour of its own under fresh noise. */
function views(random: Random) {
  const colours = Array.from({ length: batch }, (_, i) =>
    [0, 1, 2].map((c) => new Random('colour', i, c).normal()),
  );
  const view = () =>
    Float32Array.from({ length: batch * 3 * side * side }, (_, at) => {
      const plane = Math.floor(at / (side * side));
      return 0.5 * colours[Math.floor(plane / 3)]![plane % 3]! + random.normal();
    });
  return { first: view(), second: view() };
}

test('a tiny vision transformer learns to tell photos apart', async () => {
  const { graph, optimizer } = simclrStep();
  const engine = onnxEngine({ provider: 'cpu', threads: 1 });
  const memory = engine.memory();
  const program = await engine.compile(graph, memory);
  const random = new Random(3);
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) {
    const { loss } = await program.run({ ...views(random), ...optimizer.rates(step, 3e-3) });
    losses.push(loss![0]!);
  }
  const last = losses.slice(-10).reduce((total, loss) => total + loss / 10, 0);
  assert.ok(last < 0.6 * losses[0]!, `falls: ${losses.map((loss) => loss.toFixed(2)).join(' ')}`);
  await program.close();
  await memory.close();
});
