/** Every loss once with all it can take, to hold engines against each other. */
import { mul } from '../../../training/graph/ops/elementwise.ts';
import { type Tensor, input } from '../../../training/graph/tensor.ts';
import { alignment, uniformity } from '../../../training/losses/alignment.ts';
import { barlowTwins } from '../../../training/losses/barlow-twins.ts';
import { batchHard, batchSemiHard } from '../../../training/losses/batch-triplet.ts';
import { byol } from '../../../training/losses/byol.ts';
import { clip } from '../../../training/losses/clip.ts';
import { contrastive, cosineEmbedding } from '../../../training/losses/contrastive.ts';
import { decoupled } from '../../../training/losses/decoupled.ts';
import { dino } from '../../../training/losses/dino.ts';
import { distillation } from '../../../training/losses/distillation.ts';
import { ibot } from '../../../training/losses/ibot.ts';
import { infoNce } from '../../../training/losses/info-nce.ts';
import { koleo } from '../../../training/losses/koleo.ts';
import { moco, mocoV3 } from '../../../training/losses/moco.ts';
import { ntXent } from '../../../training/losses/nt-xent.ts';
import { siglip } from '../../../training/losses/siglip.ts';
import { simsiam } from '../../../training/losses/simsiam.ts';
import { supCon } from '../../../training/losses/sup-con.ts';
import { triplet } from '../../../training/losses/triplet.ts';
import { vicreg } from '../../../training/losses/vicreg.ts';
import { uniform } from '../graph/draw.ts';

const [batch, dim] = [6, 5];
const rows = (name: string, count = batch) => input(name, [count, dim]);

/** Six photos in two views; the first and third are twins, and show the same person. */
const x = { a: rows('a'), b: rows('b'), c: rows('c'), d: rows('d'), queue: rows('queue', 7) };
const crops = {
  student: input('student', [4, 3, dim]),
  teacher: input('teacher', [2, 3, dim]),
  center: input('center', [dim]),
};
const ids = input('ids', [batch], 'i32');
const queueIds = input('queueIds', [7], 'i32');
const similar = input('similar', [batch], 'i32');
const mask = input('mask', [4, 3], 'bool');
const [scale, bias] = [input('scale', []), input('bias', [])];

export const lossInputs = {
  floats: [...Object.values(x), ...Object.values(crops), scale, bias],
  feeds: {
    ...Object.fromEntries(
      [...Object.values(x), ...Object.values(crops), scale, bias].map((tensor, i) => [
        (tensor.attributes as { readonly name: string }).name,
        Float32Array.from(uniform(i, tensor.size)),
      ]),
    ),
    ids: Int32Array.of(1, 2, 1, 3, 4, 4),
    queueIds: Int32Array.of(1, 9, 8, 7, 3, -1, -1),
    similar: Int32Array.of(1, 0, 1, 0, 0, 1),
    mask: Uint8Array.of(1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0),
  },
};

const temperatures = { studentTemperature: 0.1, teacherTemperature: 0.07 };
const student = mul(crops.student, 1);

export const lossCases: Readonly<Record<string, Tensor>> = {
  alignment: alignment(x.a, x.b).loss,
  uniformity: uniformity(x.a).loss,
  barlowTwins: barlowTwins(x.a, x.b).loss,
  batchHard: batchHard(x.a, ids, { margin: 0.2, squared: false, normalize: true }).loss,
  batchSemiHard: batchSemiHard(x.a, ids, { margin: 'soft', squared: true, normalize: false }).loss,
  byol: byol([x.a, x.b], [x.c, x.d]).loss,
  clip: clip(x.a, x.b, scale, { ids }).loss,
  contrastive: contrastive(x.a, x.b, similar, { distance: 'euclidean', margin: 2 }).loss,
  contrastiveCosine: contrastive(x.a, x.b, similar, { distance: 'cosine', margin: 0.5 }).loss,
  cosineEmbedding: cosineEmbedding(x.a, x.b, similar).loss,
  decoupled: decoupled(x.a, x.b, { temperature: 0.2, ids, sigma: 0.5 }).loss,
  dino: dino(student, crops.teacher, { center: crops.center, momentum: 0.9 }, temperatures).loss,
  dinoSinkhorn: dino(student, crops.teacher, { iterations: 3 }, temperatures).loss,
  distillation: distillation(x.a, x.b).loss,
  ibot: ibot(student, mul(crops.student, 2), mask, crops.center, { ...temperatures, centerMomentum: 0.9 })
    .loss,
  infoNce: infoNce(x.a, x.b, { temperature: 0.2, ids }).loss,
  koleo: koleo(x.a, { ids }).loss,
  moco: moco(x.a, x.b, x.queue, { temperature: 0.2, ids: { batch: ids, queue: queueIds } }).loss,
  mocoV3: mocoV3([x.a, x.b], [x.c, x.d], { temperature: 0.2, ids }).loss,
  ntXent: ntXent(x.a, x.b, { temperature: 0.2, ids }).loss,
  ntXentAccuracy: ntXent(x.a, x.b, { temperature: 0.2, ids }).accuracy,
  siglip: siglip(x.a, x.b, scale, bias, { ids, chunk: 4 }).loss,
  simsiam: simsiam([x.a, x.b], [x.c, x.d]).loss,
  supCon: supCon(x.a, ids, { temperature: 0.1 }).loss,
  triplet: triplet(x.a, x.b, x.c, { margin: 0.2, squared: true, normalize: true }).loss,
  vicreg: vicreg(x.a, x.b).loss,
};
