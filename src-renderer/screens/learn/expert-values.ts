/** The values that an expert may set: how a slider runs through them, and where it stands while they are left to the run. */
import { formatDecimal, formatNumber } from '../../layout/formats.ts';
import { formatSpan } from '../../layout/moments.ts';
import { words } from '../../words.ts';

/** A slider runs through these by place, so that each step is one that a person would try. */
export const stops = {
  temperature: [0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.12, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1],
  rate: [1e-5, 3e-5, 1e-4, 2e-4, 3e-4, 5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 1e-2, 3e-2, 0.1, 0.3, 1],
  batch: [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096],
  minutes: [1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440],
} as const;

/** Where a slider stands that was not touched: near what runs take by themselves. */
export const usual = {
  temperature: 0.1,
  rate: 1e-3,
  batch: 256,
  smallestCrop: 0.3,
  colour: 0.4,
  grey: 0.1,
  blur: 0,
} as const;

/** Place of the stop nearest to a value, by ratio. */
export function stopOf(list: readonly number[], value: number): number {
  const far = (at: number) => Math.abs(Math.log(list[at]! / value));
  return list.reduce((best, _, at) => (far(at) < far(best) ? at : best), 0);
}

export const written = {
  temperature: (value: number) => formatDecimal(value, 2),
  /** As short as it can be: 0.0003, 0.001. */
  rate: (value: number) => formatDecimal(value, Math.max(1, Math.ceil(-Math.log10(value) - 1e-9))),
  batch: (value: number) => formatNumber(value),
  minutes: (value: number) => formatSpan(value * 60),
  share: (value: number) => words.learn.expert.percent(value),
} as const;
