/**
 * How a loaded ONNX model looks to those who run it. src-main/encode/session.ts is the one that loads it; whoever
 * else needs a model (search, people) is handed a session and knows only these types.
 */

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array;

/** A dense tensor, row by row. */
export interface Tensor<Data extends TensorData = TensorData> {
  readonly data: Data;
  readonly dims: readonly number[];
}

export interface Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * Runs the model once, on the calling thread: nothing else happens there meanwhile.
   * @param wanted  outputs to compute; all of them when left out.
   * @throws Error of ONNX Runtime when a name, type or shape does not fit.
   */
  run(feeds: Readonly<Record<string, Tensor>>, wanted?: readonly string[]): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}
