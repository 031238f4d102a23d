import type { Graph } from '../graph/graph.ts';
import type { AttributeValue, Constant, Node, Value } from '../graph/value.ts';
import { OPS, type OpName } from '../ops/index.ts';
import { DATA_TYPES } from './data-types.ts';
import type { Op } from '../ops/op.ts';
import { inFileOrder } from './file-order.ts';
import { ProtoWriter } from './proto.ts';

const OPSET = 18;
const IR_VERSION = 8;
/** AttributeProto.AttributeType of onnx.proto, and the field that holds the value. */
const ATTRIBUTES = {
  int: { type: 2, write: (p: ProtoWriter, value: AttributeValue) => p.integer(3, value as number) },
  float: { type: 1, write: (p: ProtoWriter, value: AttributeValue) => p.float(2, value as number) },
  ints: { type: 7, write: (p: ProtoWriter, value: AttributeValue) => (value as readonly number[]).forEach((item) => p.integer(8, item)) },
};

/** The graph as an ONNX file (ModelProto). Field numbers are those of onnx.proto. */
export function encodeModel(graph: Graph, name: string): Uint8Array {
  const model = new ProtoWriter()
    .integer(1, IR_VERSION)
    .text(2, 'tagsmith')
    .message(7, (p) => {
      inFileOrder(graph.nodes).forEach((node) => p.message(1, (n) => writeNode(n, node)));
      p.text(2, name);
      graph.constants.forEach((constant) => p.message(5, (t) => writeTensor(t, constant)));
      graph.inputs.forEach((input) => p.message(11, (v) => writeValueInfo(v, input)));
      graph.outputs.forEach((output) => p.message(12, (v) => writeValueInfo(v, output)));
    })
    .message(8, (p) => p.text(1, '').integer(2, OPSET));
  const domains = new Set(graph.nodes.flatMap(({ op }) => (OPS[op] as Op).domain ?? []));
  domains.forEach((domain) => model.message(8, (p) => p.text(1, domain).integer(2, 1)));
  return model.finish();
}

function writeNode(p: ProtoWriter, node: Node<OpName>): void {
  const op: Op = OPS[node.op];
  node.inputs.forEach((input) => p.text(1, input.name));
  const places = op.outputPlaces ?? node.outputs.map((_, index) => index);
  for (let place = 0; place <= places.at(-1)!; place++) p.text(2, node.outputs[places.indexOf(place)]?.name ?? '');
  p.text(3, node.name).text(4, node.op);
  for (const [key, value] of Object.entries(node.attributes)) {
    const kind = op.attributes?.[key];
    if (!kind) throw new Error(`${node.op} at ${node.name} has no attribute ${key}.`);
    p.message(5, (a) => {
      a.text(1, key);
      ATTRIBUTES[kind].write(a, value);
      a.integer(20, ATTRIBUTES[kind].type);
    });
  }
  if (op.domain) p.text(7, op.domain);
}

function writeTensor(p: ProtoWriter, constant: Constant): void {
  for (const dim of constant.shape) p.integer(1, dim as number);
  const { data } = constant;
  p.integer(2, DATA_TYPES[constant.dtype]).text(8, constant.name).bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(p: ProtoWriter, value: Value): void {
  p.text(1, value.name).message(2, (type) =>
    type.message(1, (tensor) =>
      tensor.integer(1, DATA_TYPES[value.dtype]).message(2, (shape) =>
        value.shape.forEach((dim) => shape.message(1, (d) => (typeof dim === 'number' ? d.integer(1, dim) : d.text(2, dim)))),
      ),
    ),
  );
}
