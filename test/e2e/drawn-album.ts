/** A dozen pictures with names, dates and shapes as people's photos have them, drawn by the test: no clone lacks them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

interface Drawing {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** As a camera writes it. */
  readonly taken: string;
  /** SVG over a sky and a ground, on a canvas of 100 x 100. */
  readonly sky: string;
  readonly ground: string;
  readonly things: string;
}

const boat =
  '<path d="M20 60h60l-12 14H32z" fill="#5b3a21"/><path d="M49 58V14l26 40H49z" fill="#fff"/><path d="M46 58V22L28 54h18z" fill="#e8e2d0"/>';
const landscape = { width: 480, height: 320 };

/** Newest first, as the timeline shows them; the two boats lie 20 s apart. */
export const drawings: readonly Drawing[] = [
  {
    name: 'boat on the lake',
    ...landscape,
    taken: '2024:07:21 10:15:40',
    sky: '#9fd0ef',
    ground: '#2f6d9c',
    things: boat,
  },
  {
    name: 'boat on the lake, again',
    ...landscape,
    taken: '2024:07:21 10:15:20',
    sky: '#9fd0ef',
    ground: '#2f6d9c',
    things: `<g transform="translate(4 1)">${boat}</g>`,
  },
  {
    name: 'sunset over the harbour',
    ...landscape,
    taken: '2024:06:15 20:31:00',
    sky: '#f2854a',
    ground: '#4a2f4f',
    things: '<circle cx="50" cy="52" r="14" fill="#ffe08a"/>',
  },
  {
    name: 'snow on the mountain',
    width: 512,
    height: 288,
    taken: '2024:02:03 09:05:00',
    sky: '#c9def0',
    ground: '#f4f7fa',
    things: '<path d="M10 70L40 15l30 55z" fill="#6b7280"/><path d="M40 15l10 18H30z" fill="#fff"/>',
  },
  {
    name: 'forest path',
    width: 320,
    height: 480,
    taken: '2023:10:12 14:44:00',
    sky: '#b7d7b0',
    ground: '#3c5a2a',
    things: [8, 24, 42, 66, 84]
      .map((x) => `<path d="M${x} 90V20l-8 40h22L${x + 6} 20v70z" fill="#234d23"/>`)
      .join(''),
  },
  {
    name: 'city at night',
    ...landscape,
    taken: '2023:08:30 23:12:00',
    sky: '#0c1030',
    ground: '#05060f',
    things: [5, 20, 34, 52, 70, 84]
      .map((x, i) => `<rect x="${x}" y="${20 + ((i * 17) % 30)}" width="12" height="70" fill="#2b2f52"/>`)
      .join(''),
  },
  {
    name: 'poppies in the field',
    ...landscape,
    taken: '2023:05:28 11:00:00',
    sky: '#a9d4f5',
    ground: '#6a9a3b',
    things: [12, 30, 47, 63, 82]
      .map((x, i) => `<circle cx="${x}" cy="${65 + (i % 3) * 9}" r="5" fill="#d3222a"/>`)
      .join(''),
  },
  {
    name: 'panorama of the coast',
    width: 1200,
    height: 160,
    taken: '2023:05:27 16:20:00',
    sky: '#bfe3f7',
    ground: '#d9c48f',
    things: '<path d="M0 60L30 40 60 58 100 44v20H0z" fill="#4c7d5c"/>',
  },
  {
    name: 'lighthouse',
    width: 200,
    height: 700,
    taken: '2022:12:24 12:00:00',
    sky: '#d8e4ec',
    ground: '#71808a',
    things: '<path d="M36 92L42 20h16l6 72z" fill="#fff"/><path d="M38 70h24v10H38z" fill="#c0392b"/>',
  },
  {
    name: 'red balloon',
    width: 320,
    height: 400,
    taken: '2022:09:02 17:30:00',
    sky: '#8cc6ee',
    ground: '#8cc6ee',
    things: '<ellipse cx="50" cy="38" rx="24" ry="28" fill="#cf1f2e"/><path d="M50 66v30" stroke="#444"/>',
  },
  {
    name: 'tent in the garden',
    ...landscape,
    taken: '2022:07:14 19:45:00',
    sky: '#f7d9a8',
    ground: '#5f8a3e',
    things: '<path d="M18 84L50 26l32 58z" fill="#e2b23a"/><path d="M44 84l6-58 6 58z" fill="#7a5a12"/>',
  },
  {
    name: 'birthday cake',
    width: 400,
    height: 400,
    taken: '2022:03:09 15:10:00',
    sky: '#f3e6ee',
    ground: '#8a6f5a',
    things:
      '<rect x="24" y="44" width="52" height="32" fill="#f7c6d4"/><rect x="48" y="28" width="3" height="16" fill="#3b6fd1"/>',
  },
];

/** Draws them into `dir`, which is made. */
export async function drawAlbum(dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true });
  for (const drawing of drawings)
    await sharp(Buffer.from(svgOf(drawing)))
      .withExif({ IFD2: { DateTimeOriginal: drawing.taken } })
      .jpeg({ quality: 88 })
      .toFile(join(dir, `${drawing.name}.jpg`));
}

function svgOf({ width, height, sky, ground, things }: Drawing): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 100 100" preserveAspectRatio="none">
<rect width="100" height="100" fill="${sky}"/><rect y="62" width="100" height="38" fill="${ground}"/>${things}</svg>`;
}
