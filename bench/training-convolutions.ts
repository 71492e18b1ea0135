/**
 * The spellings of the backward convolutions against each other and the forward convolution, on the processor: what the
 * table in training/graph/onnx-conv.ts says. One thread, the least of several, interleaved.
 *
 *   node bench/training-convolutions.ts
 */
import { InferenceSession } from 'onnxruntime-node';
import { ortTensor } from '../training/engines/onnx-memory.ts';
import { sessionOptions } from '../training/engines/onnx-session.ts';
import { convAttributes, imageSpellings } from '../training/graph/onnx-conv.ts';
import { filterSpellings } from '../training/graph/onnx-conv-filters.ts';
import { encodeOnnx } from '../models/onnx-messages.ts';
import { OnnxWriter } from '../training/graph/onnx-writer.ts';
import { conv, convFilter, convInput } from '../training/graph/ops/conv.ts';
import { type Node, type Shape, input, sizeOf } from '../training/graph/tensor.ts';

const rounds = 8;
const batch = 32;

/** Channels, outputs, side, kernel, stride, depthwise. */
const layers = [
  [64, 64, 32, 3, 1, false],
  [128, 128, 16, 3, 1, false],
  [256, 256, 8, 3, 1, false],
  [512, 512, 4, 3, 1, false],
  [3, 64, 32, 3, 1, false],
  [64, 128, 32, 3, 2, false],
  [192, 192, 28, 3, 1, true],
  [192, 192, 28, 3, 2, true],
] as const;

const value = (name: string, shape: Shape) => ({ name, type: 'f32' as const, shape });

interface Contender {
  readonly session: InferenceSession;
  readonly reads: readonly string[];
  leastMs: number;
}

for (const [channels, outputs, side, kernel, stride, depthwise] of layers) {
  const window = { stride, padding: kernel >> 1, groups: depthwise ? channels : 1 };
  const x = input('x', [batch, channels, side, side]);
  const w = input('w', [outputs, depthwise ? 1 : channels, kernel, kernel]);
  const y = conv(x, w, window);
  const g = input('g', y.shape);
  const byImage = convInput(g, w, x.shape, window) as Node<'convInput'>;
  const byFilters = convFilter(x, g, w.shape, window) as Node<'convFilter'>;
  const tensors = Object.fromEntries(
    [x, w, g].map(({ attributes, shape }) => [
      (attributes as { readonly name: string }).name,
      ortTensor(
        'f32',
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i)),
        shape,
      ),
    ]),
  );

  const open = async (
    shape: Shape,
    reads: readonly string[],
    write: (to: OnnxWriter) => string,
  ): Promise<Contender> => {
    const to = new OnnxWriter();
    to.leave([[write(to), 'out']]);
    const model = encodeOnnx({
      name: 'convolution',
      opset: 18,
      nodes: to.nodes,
      constants: [...to.constants.values()],
      inputs: reads.map((name) => value(name, tensors[name]!.dims)),
      outputs: [value('out', shape)],
    });
    const session = await InferenceSession.create(model, sessionOptions({ provider: 'cpu', threads: 1 }, []));
    return { session, reads, leastMs: Infinity };
  };

  const contenders = new Map<string, Contender>();
  contenders.set(
    'forward',
    await open(y.shape, ['x', 'w'], (to) => to.node('Conv', ['x', 'w'], convAttributes(window, w.shape))),
  );
  for (const [name, spelling] of Object.entries(imageSpellings))
    if (name !== 'turned' || stride === 1)
      contenders.set(
        `image ${name}`,
        await open(x.shape, ['g', 'w'], (to) => spelling(to, 'g', 'w', byImage)),
      );
  const own = depthwise ? (stride === 1 ? ['groups', 'rows'] : ['groups']) : ['sideBySide', 'swappedAxes'];
  for (const name of own as (keyof typeof filterSpellings)[])
    contenders.set(
      `filters ${name}`,
      await open(w.shape, ['x', 'g'], (to) => filterSpellings[name](to, 'x', 'g', byFilters)),
    );

  for (let round = 0; round < rounds; round++)
    for (const contender of contenders.values()) {
      const start = performance.now();
      await contender.session.run(Object.fromEntries(contender.reads.map((name) => [name, tensors[name]!])));
      contender.leastMs = Math.min(contender.leastMs, performance.now() - start);
    }
  const forward = contenders.get('forward')!.leastMs;
  const ratios = [...contenders]
    .slice(1)
    .map(([name, { leastMs }]) => `${name} ${(leastMs / forward).toFixed(2)}`);
  console.log(
    `${channels} to ${outputs}, ${side}², ${kernel}×${kernel} stride ${stride}: ${forward.toFixed(1)} ms; ${ratios.join(', ')}`,
  );
}
