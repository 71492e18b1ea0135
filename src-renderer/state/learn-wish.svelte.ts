/** What the person wants to be learned: three questions, and what an expert set. Nothing is asked of main here. */
import { SvelteSet } from 'svelte/reactivity';
import type { CommandRequest } from '../../src-main/contract/api.ts';
import type {
  LearnFrom,
  LearnGoal,
  LearnOffer,
  LearnOptions,
  LearnStart,
  LearnWish,
} from '../../src-main/contract/learn.ts';

export type LearnLength = 'try' | 'hour' | 'night' | 'own';
/** A photo was taken on a day of its own watch: days are as if UTC. */
const dayMs = 24 * 60 * 60_000;
const morningHour = 7;
const mostMinutes = 1440;

/** Why it cannot be started yet. */
export type WishFault = 'no-folder' | 'no-dates' | 'turned';

export class WishState {
  from: LearnFrom['kind'] = $state('all');
  readonly folders = new SvelteSet<string>();
  /** Wall-clock days as if UTC, each its first moment; null until chosen. */
  firstDayMs: number | null = $state(null);
  lastDayMs: number | null = $state(null);
  goal: LearnGoal = $state('likeness');
  classes: boolean = $state(false);
  length: LearnLength = $state('try');
  /** Where the length is the expert's own. */
  ownMinutes: number = $state(20);
  start: LearnStart = $state('adapter');
  engine: LearnWish['engine'] = $state('auto');
  /** What is not in it is left to goal and start. */
  options: LearnOptions = $state.raw({});

  get fault(): WishFault | null {
    if (this.from === 'folders' && this.folders.size === 0) return 'no-folder';
    if (this.from !== 'dates') return null;
    if (this.firstDayMs === null || this.lastDayMs === null) return 'no-dates';
    return this.firstDayMs > this.lastDayMs ? 'turned' : null;
  }

  /** Those that lie in no other one that was chosen: the rest is in them already. */
  get outermost(): readonly string[] {
    return [...this.folders].filter((path) => !this.isInside(path)).sort();
  }
  /** Lies in a folder that was chosen. */
  isInside(path: string): boolean {
    return [...this.folders].some(
      (other) => path !== other && /^[\\/]/.test(path.slice(other.length)) && path.startsWith(other),
    );
  }

  /** How long it may take, in whole minutes. */
  minutes(nowMs: number): number {
    switch (this.length) {
      case 'try':
        return 10;
      case 'hour':
        return 60;
      case 'night':
        return Math.min(mostMinutes, Math.max(1, Math.round((morningAfter(nowMs) - nowMs) / 60_000)));
      case 'own':
        return this.ownMinutes;
    }
  }

  set(option: Partial<LearnOptions>): void {
    this.options = { ...this.options, ...option };
  }

  /** When it is done at the latest. */
  readyMs(nowMs: number): number {
    return this.length === 'night' ? morningAfter(nowMs) : nowMs + this.minutes(nowMs) * 60_000;
  }

  /** The time in minutes, as an expert sets it. */
  setMinutes(minutes: number): void {
    this.ownMinutes = minutes;
    this.length = 'own';
  }

  /** What an expert set is forgotten; the three answers stay. */
  toDefaults(): void {
    this.start = 'adapter';
    this.engine = 'auto';
    this.options = {};
    if (this.length === 'own') this.length = 'try';
  }

  /** What cannot be had is not chosen: the first that can be is. Days are filled in once they are known. */
  fit({ refused, taken }: LearnOffer): void {
    if (refused[this.goal]) this.goal = 'likeness';
    if (refused[this.start]) this.start = 'adapter';
    if (!taken) return;
    this.firstDayMs ??= dayOf(taken.fromMs);
    this.lastDayMs ??= dayOf(taken.toMs);
  }

  request(nowMs: number): CommandRequest<'learn.start'> {
    return {
      from: this.#from(),
      goal: this.goal,
      start: this.start,
      classes: this.classes,
      minutes: this.minutes(nowMs),
      engine: this.engine,
      options: this.options,
    };
  }

  #from(): LearnFrom {
    switch (this.from) {
      case 'all':
        return { kind: 'all' };
      case 'folders':
        return { kind: 'folders', folders: [...this.outermost] };
      case 'dates':
        return { kind: 'dates', fromMs: this.firstDayMs ?? 0, toMs: (this.lastDayMs ?? 0) + dayMs - 1 };
    }
  }
}

const dayOf = (ms: number): number => Math.floor(ms / dayMs) * dayMs;

/** The next seven in the morning of this computer. */
export function morningAfter(nowMs: number): number {
  const morning = new Date(nowMs);
  morning.setHours(morningHour, 0, 0, 0);
  if (morning.getTime() <= nowMs) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}
