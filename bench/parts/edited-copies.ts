/** Copies of a photo as people make them: each kind of edit, by sharp. */
import sharp, { type Sharp } from 'sharp';
import { Random } from '../../training/random.ts';

/** Kinds of copies; `jitter` is another exposure, drawn: moved a little, somewhat brighter. */
export const copyKinds = [
  'crop 90 %',
  'crop 70 %',
  'crop 50 %',
  'upside down',
  'mirrored',
  'turned 90°',
  'turned 25°, cropped',
  'turned 25°, black corners',
  'half size',
  'one and a half',
  'jpeg q30',
  'webp',
  'brighter',
  'black and white',
  'warm',
  'metadata gone',
  'border',
  'watermark',
  'blurred',
  'squeezed',
  'jitter',
] as const;
export type CopyKind = (typeof copyKinds)[number];

/** Every kind of copy of a photo. @param seed  decides where crops are taken. */
export async function copiesOf(
  path: string,
  seed: string,
): Promise<{ kind: CopyKind; bytes: Buffer; ending: string }[]> {
  const random = new Random(seed);
  const open = () => sharp(path);
  const { width = 1, height = 1 } = await open().metadata();
  const part = (share: number): Sharp => {
    const [w, h] = [Math.round(width * share), Math.round(height * share)];
    const left = random.integer(width - w + 1);
    return open().extract({ left, top: random.integer(height - h + 1), width: w, height: h });
  };
  const turned = sharp(await open().rotate(25, { background: '#000' }).toBuffer());
  const whole = await turned.metadata();
  const [innerW, innerH] = [Math.round(width * 0.58), Math.round(height * 0.58)];
  const inner = turned.clone().extract({
    left: Math.round((whole.width! - innerW) / 2),
    top: Math.round((whole.height! - innerH) / 2),
    width: innerW,
    height: innerH,
  });
  const [edgeX, edgeY] = [Math.round(width * 0.06), Math.round(height * 0.06)];
  const text = `<svg width="${width}" height="${height}"><text x="${width * 0.1}" y="${height * 0.85}" font-size="${height / 9}"
    fill="white" fill-opacity="0.7" font-family="sans-serif">© somebody</text></svg>`;
  const [moveX, moveY] = [
    Math.round(width * random.uniform(0.02, 0.05)),
    Math.round(height * random.uniform(0.02, 0.05)),
  ];
  const moved = await open()
    .extract({ left: moveX, top: moveY, width: width - moveX, height: height - moveY })
    .toBuffer();
  const made: Record<CopyKind, Sharp> = {
    'crop 90 %': part(0.9),
    'crop 70 %': part(0.7),
    'crop 50 %': part(0.5),
    'upside down': open().flip(),
    mirrored: open().flop(),
    'turned 90°': open().rotate(90),
    'turned 25°, cropped': inner,
    'turned 25°, black corners': turned.clone(),
    'half size': open().resize(Math.round(width / 2)),
    'one and a half': open().resize(Math.round(width * 1.5)),
    'jpeg q30': open(),
    webp: open(),
    brighter: open().linear(1.2, 10),
    'black and white': open().grayscale(),
    warm: open()
      .recomb([
        [1.15, 0.1, 0],
        [0.05, 1, 0],
        [0, 0.05, 0.75],
      ])
      .linear(1.1, -8),
    'metadata gone': open(),
    border: open().extend({ top: edgeY, bottom: edgeY, left: edgeX, right: edgeX, background: '#fff' }),
    watermark: open().composite([{ input: Buffer.from(text) }]),
    blurred: open().blur(1.6),
    squeezed: open().resize(width, Math.round(height * 0.8), { fit: 'fill' }),
    jitter: sharp(moved)
      .extend({ right: moveX, bottom: moveY, extendWith: 'mirror' })
      .modulate({ brightness: 1.03 }),
  };
  const quality: Partial<Record<CopyKind, number>> = { 'jpeg q30': 30, 'metadata gone': 92 };
  return Promise.all(
    copyKinds.map(async (kind) =>
      kind === 'webp'
        ? { kind, bytes: await made[kind].webp({ quality: 70 }).toBuffer(), ending: 'webp' }
        : { kind, bytes: await made[kind].jpeg({ quality: quality[kind] ?? 88 }).toBuffer(), ending: 'jpg' },
    ),
  );
}
