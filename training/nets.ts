/** The networks that a run can be asked for, by name. */
import type { NetName, PresetName } from '../src-main/contract/run.ts';
import type { AnyMethod, ImageSize, Networks } from './methods/method.ts';
import type { Encoder, PatchEncoder } from './modules/encoder.ts';
import { mobilenet } from './modules/mobilenet.ts';
import { resnet } from './modules/resnet.ts';
import { type TextOptions, textTransformer } from './modules/text-transformer.ts';
import { type VitOptions, vit, vitSizes } from './modules/vit.ts';
import type { Weights } from './modules/weights.ts';

interface Net {
  /** Looks at patches: a vision transformer. */
  readonly patches: boolean;
  readonly make: (at: Weights, image: ImageSize, pool: VitOptions['pool']) => Encoder | PatchEncoder;
}

const transformer = (size: Pick<VitOptions, 'dim' | 'depth' | 'heads'>): Net => ({
  patches: true,
  make: (at, { side, patch }, pool) => vit(at, { ...size, side, patch, pool }),
});

/** Small images keep their size through the first layer. */
const smallBelow = 64;

const residual = (depth: 18 | 50): Net => ({
  patches: false,
  make: (at, { side }) => resnet(at, { depth, stem: side < smallBelow ? 'cifar' : 'imagenet' }),
});

const nets: Readonly<Record<NetName, Net>> = {
  'vit-nano': transformer({ dim: 64, depth: 2, heads: 2 }),
  // The same with smaller patches on small images: methods that hide patches need enough of them.
  'vit-micro': transformer({ dim: 64, depth: 2, heads: 2 }),
  'vit-mini': transformer({ dim: 192, depth: 4, heads: 3 }),
  'vit-tiny': transformer(vitSizes.tiny),
  'vit-small': transformer(vitSizes.small),
  // For processors: a photo of 32 px is a ninetieth of ResNet-18's work.
  'resnet-10-slim': {
    patches: false,
    make: (at, { side }) =>
      resnet(at, { depth: 10, stem: side < smallBelow ? 'halved' : 'imagenet', width: 16 }),
  },
  'resnet-18': residual(18),
  'resnet-50': residual(50),
  mobilenet: {
    patches: false,
    make: (at, { side }) => mobilenet(at, { stemStride: side < smallBelow ? 1 : 2 }),
  },
};

/** What a preset takes where nobody says otherwise: net and side, for methods that need patches or words, and for others. */
const defaults: Readonly<
  Record<PresetName, { readonly withPatches: NetName; readonly others: NetName; readonly side: number }>
> = {
  smoke: { withPatches: 'vit-nano', others: 'vit-nano', side: 32 },
  small: { withPatches: 'vit-mini', others: 'resnet-18', side: 128 },
  library: { withPatches: 'vit-tiny', others: 'resnet-18', side: 160 },
  paper: { withPatches: 'vit-small', others: 'resnet-50', side: 224 },
};

/** Methods whose papers train vision transformers. */
const transformers: ReadonlySet<string> = new Set(['moco-v3', 'dino', 'dinov2', 'clip', 'siglip']);

export function defaultNet(method: AnyMethod, preset: PresetName): { net: NetName; side: number } {
  const { withPatches, others, side } = defaults[preset];
  return { net: transformers.has(method.name) ? withPatches : others, side };
}

export const looksAtPatches = (net: NetName) => nets[net].patches;

/** Its batch norm compares the photos of a batch: all convnets here have it. */
export const needsWholeBatch = (net: NetName) => !nets[net].patches;

/** px; 1 for a convnet. Fewer pixels a patch on small images, so that there are patches enough to compare. */
export function patchOf(net: NetName, side: number): number {
  if (!nets[net].patches) return 1;
  if (net === 'vit-nano') return 8;
  return side <= 48 ? 4 : side <= 96 ? 8 : 16;
}

export interface NetworkChoice {
  readonly net: NetName;
  readonly side: number;
  /** Tokens of captions, null where there are none. */
  readonly text: Pick<TextOptions, 'vocabulary' | 'context'> | null;
  readonly batchNorm: boolean;
}

/** What the network sees in numbers: how wide a text tower goes with an image tower. */
const textSizes = { dim: 256, depth: 4, heads: 4 } as const;
const smallTextSizes = { dim: 64, depth: 2, heads: 2 } as const;
/** Networks for processors, beside which the larger text tower would be most of the work. */
const small: ReadonlySet<NetName> = new Set<NetName>(['vit-nano', 'vit-micro', 'resnet-10-slim']);

export function networksOf({ net, side, text, batchNorm }: NetworkChoice, method: AnyMethod): Networks {
  const image = { side, patch: patchOf(net, side) };
  // A class token where the method's paper has one; the mean of the patches learns more in short runs.
  const pool = method.patches ? 'class' : 'mean';
  const sizes = small.has(net) ? smallTextSizes : textSizes;
  return {
    encoder: (at) => nets[net].make(at, image, pool),
    text: text && ((at) => textTransformer(at, { ...sizes, ...text, causal: method.name === 'clip' })),
    batchNorm,
  };
}
