/**
 * Golden cases: values and gradients from another engine, each computed twice there (golden/make). A loss is held
 * against them three times: as slow loops over plain numbers, as a graph in double precision, and as a graph on
 * ONNX Runtime in single precision.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { onnxEngine } from '../../training/engines/onnx.ts';
import { gradient } from '../../training/graph/gradient.ts';
import { type Graph, sourcesOf } from '../../training/graph/graph.ts';
import { type AnyTensor, type ElementType, type Tensor, input } from '../../training/graph/tensor.ts';
import { assertClose } from './engines/operations.ts';
import { run } from './graph/interpreter.ts';
import { type Row, Scalar } from './judge/scalar.ts';

type Nested = number | string | readonly Nested[];

export interface GoldenCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Nested>>;
  /** Numbers, words and lists as the case needs them; a test knows its own. */
  readonly params: unknown;
  readonly outputs: Readonly<Record<string, Nested>>;
  readonly grads: Readonly<Record<string, Nested>>;
}

/** The cases of a file whose name starts with a method's. */
export function goldenCases(file: string, method: string): readonly GoldenCase[] {
  const all = JSON.parse(
    readFileSync(new URL(`../golden/${file}.json`, import.meta.url), 'utf8'),
  ) as GoldenCase[];
  const cases = all.filter(({ name }) => name.startsWith(`${method}/`));
  assert.ok(cases.length > 0, `${file}.json has no case of ${method}`);
  return cases;
}

export const flat = (nested: Nested): number[] =>
  Array.isArray(nested) ? (nested as Nested[]).flatMap(flat) : [nested as number];

export function shapeOf(nested: Nested): number[] {
  const list = nested as readonly Nested[];
  return Array.isArray(nested) ? [list.length, ...(list.length > 0 ? shapeOf(list[0]!) : [])] : [];
}

const types: Readonly<Record<string, ElementType>> = {
  ids: 'i32',
  labels: 'i32',
  similar: 'i32',
  mask: 'bool',
};

/** Tensors by the names of the case's inputs. */
export type Inputs = Readonly<Record<string, Tensor>> & {
  readonly ids: Tensor<'i32'>;
  readonly labels: Tensor<'i32'>;
  readonly similar: Tensor<'i32'>;
  readonly mask: Tensor<'bool'>;
};

/** Rows of numbers by the names of the case's inputs; whole numbers as they are. */
export type Rows = Readonly<Record<string, readonly Row[]>> & {
  readonly ids: readonly number[];
  readonly labels: readonly number[];
  readonly similar: readonly number[];
};

interface Forms<P> {
  /** The loss as a graph: outputs by their names in the case. */
  readonly graph: (inputs: Inputs, params: P) => Readonly<Record<string, AnyTensor | null>>;
  /** The loss as loops. */
  readonly loops?: (inputs: Rows, params: P) => Scalar;
}

/** Declares the tests of all cases of a method. */
export function testGolden<P>(file: string, method: string, { graph: build, loops }: Forms<P>): void {
  const cases = goldenCases(file, method);
  const built = cases.map((golden) => ({ golden, ...caseGraph(golden, build as Forms<unknown>['graph']) }));
  for (const { golden, graph, feeds, expected } of built) {
    test(`${golden.name}: the graph in double precision gives the golden values and gradients`, () => {
      const { outputs } = run(graph, feeds);
      for (const [name, values] of Object.entries(expected)) assertClose(outputs[name]!, values, 1e-9, name);
    });
    if (loops && 'loss' in golden.outputs)
      test(`${golden.name}: loops from the paper give the golden values and gradients`, () => {
        const inputs = mapNumbers(golden.inputs);
        const loss = loops(inputs as unknown as Rows, golden.params as P);
        loss.backward();
        assertClose([loss.value], [golden.outputs['loss'] as number], 1e-9, 'loss');
        for (const [name, values] of Object.entries(golden.grads))
          assertClose(gradientsOf(inputs[name]), flat(values), 1e-9, `gradient of ${name}`);
      });
  }
  test(`${method}: ONNX Runtime gives the golden values and gradients in single precision`, async () => {
    const engine = onnxEngine({ provider: 'cpu', threads: 1 });
    for (const { golden, graph, feeds, expected } of built) {
      const memory = engine.memory();
      const program = await engine.compile(graph, memory);
      const results = await program.run(typed(graph, feeds));
      for (const [name, values] of Object.entries(expected))
        assertClose(results[name]!, values, 1e-5, `${golden.name} ${name}`);
      await program.close();
      await memory.close();
    }
  });
}

function caseGraph(golden: GoldenCase, build: Forms<unknown>['graph']) {
  const names = Object.keys(golden.inputs);
  const inputs = Object.fromEntries(
    names.map((name) => [name, input(name, shapeOf(golden.inputs[name]!), types[name] ?? 'f32')]),
  );
  const made = build(inputs as unknown as Inputs, golden.params);
  const outputs = Object.fromEntries(
    Object.entries(made).filter((entry): entry is [string, AnyTensor] => entry[1] !== null),
  );
  const expected: Record<string, readonly number[]> = {};
  for (const name of Object.keys(outputs)) {
    assert.ok(name in golden.outputs, `${golden.name} has no output ${name}`);
    expected[name] = flat(golden.outputs[name]!);
  }
  const by = Object.keys(golden.grads);
  if (by.length > 0) {
    const gradients = gradient(
      outputs['loss'] as Tensor,
      by.map((name) => inputs[name] as Tensor),
    );
    for (const [i, name] of by.entries()) {
      outputs[`gradient of ${name}`] = gradients[i]!;
      expected[`gradient of ${name}`] = flat(golden.grads[name]!);
    }
  }
  const graph: Graph = { outputs, updates: new Map() };
  return {
    graph,
    expected,
    feeds: Object.fromEntries(names.map((name) => [name, flat(golden.inputs[name]!)])),
  };
}

/** Feeds of the inputs that the graph still reads, in their types. */
export function typed(graph: Graph, given: Readonly<Record<string, readonly number[]>>) {
  const arrays = { f32: Float32Array, f16: Float32Array, i32: Int32Array, u8: Uint8Array, bool: Uint8Array };
  const { inputs } = sourcesOf(graph);
  return Object.fromEntries(
    inputs.map(({ type, attributes: { name } }) => [name, arrays[type].from(given[name]!)] as const),
  );
}

function mapNumbers(inputs: GoldenCase['inputs']): Record<string, unknown> {
  const deep = (nested: Nested): unknown =>
    Array.isArray(nested) ? nested.map(deep) : new Scalar(nested as number);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, nested]) => [name, name in types ? nested : deep(nested)]),
  );
}

const gradientsOf = (nested: unknown): number[] =>
  Array.isArray(nested) ? nested.flatMap(gradientsOf) : [(nested as Scalar).grad];
