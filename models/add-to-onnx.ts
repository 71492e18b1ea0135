/**
 * Adds nodes, constants and outputs to an ONNX model and leaves every other byte of it as it is, also what this program
 * does not know: attributes, subgraphs, weights in other files, its IR version. All that a graph holds of these stands in
 * lists, and in protocol buffers a list goes on wherever its field comes again, so the additions are written behind the
 * graph's last byte. Source: Protocol Buffers, “Encoding”, https://protobuf.dev/programming-guides/encoding/.
 */
import protobuf from 'protobufjs/light.js';
import { type OnnxAddition, encodeAddition } from './onnx-messages.ts';

/** Number of the field `graph` in ModelProto, and the wire type of messages. */
const [graphField, lengthDelimited] = [7, 2];

/** @throws RangeError when the model has no graph, or more than one. */
export function addToOnnx(model: Uint8Array, addition: OnnxAddition): Uint8Array {
  const reader = protobuf.Reader.create(model);
  const graphs: { readonly start: number; readonly bytes: Uint8Array; readonly end: number }[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    if (tag === ((graphField << 3) | lengthDelimited))
      graphs.push({ start, bytes: reader.bytes(), end: reader.pos });
    else reader.skipType(tag & 7);
  }
  const [graph, ...more] = graphs;
  if (!graph || more.length > 0) throw new RangeError(`a model with ${graphs.length} graphs`);
  const added = encodeAddition(addition);
  const head = protobuf.Writer.create()
    .uint32((graphField << 3) | lengthDelimited)
    .uint32(graph.bytes.length + added.length)
    .finish();
  return Buffer.concat([model.subarray(0, graph.start), head, graph.bytes, added, model.subarray(graph.end)]);
}

/** A beginning that no name in a model has, so that what is added can be named apart: `KIND1.`, `KIND2.` and so on. */
export function freePrefix(names: ReadonlySet<string>, kind: string): string {
  const all = [...names];
  for (let i = 1; ; i++) {
    const prefix = `${kind}${i}.`;
    if (!all.some((name) => name.startsWith(prefix))) return prefix;
  }
}
