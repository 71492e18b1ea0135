/** All methods by name. */
import type { MethodName } from '../../src-main/contract/run.ts';
import { barlowTwins } from './barlow-twins.ts';
import { byol } from './byol.ts';
import { clip } from './clip.ts';
import { dino } from './dino.ts';
import { dinov2 } from './dinov2.ts';
import type { AnyMethod } from './method.ts';
import { mocoV2 } from './moco-v2.ts';
import { mocoV3 } from './moco-v3.ts';
import { siamese } from './siamese.ts';
import { siglip } from './siglip.ts';
import { simclr } from './simclr.ts';
import { simsiam } from './simsiam.ts';
import { supcon } from './supcon.ts';
import { triplet } from './triplet.ts';
import { vicreg } from './vicreg.ts';

/** Each method's knobs and parts are its own: what `views`, `parts`, `embed` and `compare` take is what they gave. */
export const methods = {
  simclr,
  'moco-v2': mocoV2,
  'moco-v3': mocoV3,
  byol,
  simsiam,
  dino,
  dinov2,
  clip,
  siglip,
  siamese,
  triplet,
  supcon,
  vicreg,
  'barlow-twins': barlowTwins,
} as unknown as Readonly<Record<MethodName, AnyMethod>>;
