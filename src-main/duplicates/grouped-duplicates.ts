/** The groups as they were last asked for, kept until something changes: a page costs nothing then. */
import type { EngineCalls } from '../contract/engine.ts';
import { duplicateClasses } from '../contract/duplicate-kinds.ts';
import { type DuplicateCount, type DuplicateGroup } from '../contract/duplicates.ts';
import type { DuplicateReader } from '../store/duplicate-reader.ts';
import { groupDuplicates } from './group-duplicates.ts';

export class GroupedDuplicates {
  readonly #reader: DuplicateReader;
  #kept: {
    readonly of: string;
    readonly groups: readonly DuplicateGroup[];
    readonly counts: readonly DuplicateCount[];
  } | null = null;

  constructor(reader: DuplicateReader) {
    this.#reader = reader;
  }

  /** One page of a class, or of all classes; the strictest first, then those with most to gain. */
  page({
    version,
    class: wanted,
    limit,
    offset,
    rules,
    folders,
  }: EngineCalls['duplicateGroups'][0]): EngineCalls['duplicateGroups'][1] {
    const of = JSON.stringify([version, rules, folders]);
    if (this.#kept?.of !== of) {
      const groups = groupDuplicates(this.#reader, { rules, folders });
      this.#kept = { of, groups, counts: countsOf(groups) };
    }
    const { groups, counts } = this.#kept;
    const some = wanted === null ? groups : groups.filter((group) => group.class === wanted);
    return { groups: some.slice(offset, offset + limit), total: some.length, counts };
  }
}

/** A photo counts once a class, in however many groups it is; one that is kept anywhere is none to gain. */
function countsOf(groups: readonly DuplicateGroup[]): DuplicateCount[] {
  return duplicateClasses.map((name) => {
    const own = groups.filter((group) => group.class === name);
    const kept = new Set(own.map(({ keeper }) => keeper));
    const others = new Map<number, number>();
    for (const { members } of own)
      for (const { photo, bytes } of members) if (!kept.has(photo)) others.set(photo, bytes);
    const bytesToGain = [...others.values()].reduce((sum, bytes) => sum + bytes, 0);
    return { class: name, groups: own.length, photos: others.size, bytesToGain };
  });
}
