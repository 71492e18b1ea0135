/** What PhotoGrid is given and what it tells. */
import type { Snippet } from 'svelte';
import type { ThumbnailSide } from '../../src-main/contract/engine.ts';
import type { Anchor } from '../layout/anchor.ts';
import type { GridGeometry } from '../layout/grid-geometry.ts';

export interface PhotoGridProps {
  readonly label: string;
  readonly photos: {
    readonly id: Uint32Array;
    readonly contentId: Uint32Array;
    /** Colour and flags, as in the timeline. */
    readonly colour: Uint32Array;
  };
  readonly indexOf: (id: number) => number;
  readonly geometry: GridGeometry;
  /** What stays the same about a section while others come and go: a day, a name. */
  readonly sectionKey: (section: number) => string | number;
  readonly sectionLabel: (section: number) => string;
  /** Drawn over the first `headerPx` of each section. */
  readonly header?: Snippet<[section: number]> | undefined;
  /** Stands above the photos and scrolls away with them. */
  readonly lead?: Snippet | undefined;
  /** Stands below them. */
  readonly tail?: Snippet | undefined;
  /** Width that the rows may fill, measured here. */
  widthPx: number;
  readonly anchor: Anchor | null;
  readonly selected: ReadonlySet<number>;
  readonly current: number | null;
  /** From this index on photos are drawn at half opacity. */
  readonly weakFrom?: number;
  readonly tileLabel: (index: number) => string;
  readonly tileTag?: ((index: number) => string | null) | undefined;
  readonly thumbnailUrl: (contentId: number, side: ThumbnailSide) => string;
  /** A scale of dates stands at the right edge and does the scrollbar's work. */
  readonly scrubbed?: boolean;
  readonly onAnchor: (anchor: Anchor | null) => void;
  readonly onPick: (id: number, modifiers: { extend: boolean; keep: boolean }) => void;
  readonly onToggle: (id: number) => void;
  readonly onOpen: (id: number) => void;
  readonly onSimilar: (id: number) => void;
  /** A rubber band over these; `keep` with Ctrl held when it began. */
  readonly onBand: (ids: readonly number[], keep: boolean) => void;
  readonly onBandEnd: () => void;
  readonly onClear: () => void;
  /** Ctrl and the wheel; `hold` keeps the photo under the pointer in its place while the rows change. */
  readonly onSize: (step: 1 | -1) => void;
  /** Position and view, for what moves along: the scale of dates, the month in the head. */
  readonly onScroll?: (topPx: number) => void;
}
