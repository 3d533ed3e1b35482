/** A tensor of 32-bit floats. */
export interface OnnxTensor {
  name: string;
  shape: readonly number[];
  values: Float32Array;
}

export interface OnnxNode {
  type: string;
  inputs: readonly string[];
  output: string;
  /** Whole numbers, alone or in a list. */
  attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A named input or output; a text instead of a length means that any will do. */
export interface OnnxPort {
  name: string;
  shape: readonly (number | string)[];
}

const FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/** Writes a network as an ONNX file (protocol buffers, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), operator set 13. */
export function writeOnnx(network: {
  input: OnnxPort;
  output: OnnxPort;
  tensors: readonly OnnxTensor[];
  nodes: readonly OnnxNode[];
  metadata: Readonly<Record<string, string | number>>;
}): Uint8Array {
  const graph = [
    ...network.nodes.map((node) => field(1, nodeProto(node))),
    field(2, text('network')),
    ...network.tensors.map((tensor) => field(5, tensorProto(tensor))),
    field(11, valueInfo(network.input)),
    field(12, valueInfo(network.output)),
  ];
  return Buffer.concat([
    integer(1, 8),
    field(7, Buffer.concat(graph)),
    field(8, Buffer.concat([field(1, text('')), integer(2, 13)])),
    ...Object.entries(network.metadata).map(([key, value]) =>
      field(14, Buffer.concat([field(1, text(key)), field(2, text(String(value)))])),
    ),
  ]);
}

function nodeProto({ type, inputs, output, attributes = {} }: OnnxNode): Uint8Array {
  return Buffer.concat([
    ...inputs.map((input) => field(1, text(input))),
    field(2, text(output)),
    field(4, text(type)),
    ...Object.entries(attributes).map(([name, value]) =>
      field(
        5,
        typeof value === 'number'
          ? Buffer.concat([field(1, text(name)), integer(3, value), integer(20, ATTRIBUTE_INT)])
          : Buffer.concat([
              field(1, text(name)),
              ...value.map((each) => integer(8, each)),
              integer(20, ATTRIBUTE_INTS),
            ]),
      ),
    ),
  ]);
}

function tensorProto({ name, shape, values }: OnnxTensor): Uint8Array {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([
    ...shape.map((length) => integer(1, length)),
    integer(2, FLOAT),
    field(8, text(name)),
    field(9, raw),
  ]);
}

function valueInfo({ name, shape }: OnnxPort): Uint8Array {
  const lengths = shape.map((length) =>
    field(1, typeof length === 'number' ? integer(1, length) : field(2, text(length))),
  );
  const tensor = Buffer.concat([integer(1, FLOAT), field(2, Buffer.concat(lengths))]);
  return Buffer.concat([field(1, text(name)), field(2, field(1, tensor))]);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A field of bytes: its number, its length, itself. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

const integer = (number: number, value: number): Uint8Array => Buffer.concat([varint(number << 3), varint(value)]);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}
