/** All groups of a library as they are now: from the pairs that were found, what a person decided, and the rules for keepers. */
import { createHash } from 'node:crypto';
import type { DuplicateClass } from '../contract/duplicate-kinds.ts';
import type { DuplicateGroup, DuplicateMember } from '../contract/duplicates.ts';
import type { ContentId } from '../contract/photo.ts';
import type { DuplicateReader, KeeperFacts } from '../store/duplicate-reader.ts';
import { type GroupPair, groupPairs } from './groups.ts';
import { chooseKeeper, type KeeperWishes } from './keeper.ts';

/**
 * @returns groups by class, the strictest first, those with most to gain first.
 * Cost: some 10 µs a pair and 20 µs a file of a group.
 */
export function groupDuplicates(reader: DuplicateReader, wishes: KeeperWishes): DuplicateGroup[] {
  const dismissed = reader.dismissals();
  const contents = new Map<string, ContentId>();
  const names = new Map<ContentId, string>();
  const nameOf = (id: ContentId) => {
    const name = names.get(id) ?? reader.hashOf(id);
    names.set(id, name);
    contents.set(name, id);
    return name;
  };
  const pairs: GroupPair[] = [];
  const known = new Map<string, GroupPair>();
  for (const { a, b, class: name, distance } of reader.pairs()) {
    const [one, other] = [nameOf(a), nameOf(b)];
    if (dismissed(one, other)) continue;
    const pair = { a: one, b: other, class: name, distance };
    pairs.push(pair);
    known.set(pairKey(one, other), pair);
  }
  const groups = groupPairs(pairs).map((group) => ({ class: group.class, names: [...group.names] }));
  // Files with the very same bytes are one content: alone, or with others of the same picture data.
  const paired = new Set(groups.flatMap((group) => (group.class === 'identical' ? group.names : [])));
  for (const id of reader.copied()) {
    const name = nameOf(id);
    if (!paired.has(name) && !dismissed(name, name)) groups.push({ class: 'identical', names: [name] });
  }
  return groups
    .flatMap(({ class: name, names: hashes }) => {
      const files = hashes.flatMap((hash) => reader.files(contents.get(hash)!));
      return files.length < 2 ? [] : [describe(name, hashes, files, { wishes, known })];
    })
    .sort(inOrder);
}

const pairKey = (one: string, other: string) => (one < other ? one + other : other + one);

function describe(
  name: DuplicateClass,
  hashes: readonly string[],
  files: readonly KeeperFacts[],
  { wishes, known }: { wishes: KeeperWishes; known: ReadonlyMap<string, GroupPair> },
): DuplicateGroup {
  const { keeper, reason } = chooseKeeper(files, wishes);
  const members = files.map((file): DuplicateMember => {
    const pair = known.get(pairKey(file.hash, keeper.hash));
    const { photo, path, bytes, format, width, height, takenAtMs, camera, rating } = file;
    const facts = { photo, path, bytes, format, width, height, takenAtMs, camera, rating };
    return {
      ...facts,
      contentId: file.id,
      distance: pair?.distance ?? 0,
      class: pair?.class ?? 'identical',
    };
  });
  members.sort(
    (one, other) =>
      Number(other.photo === keeper.photo) - Number(one.photo === keeper.photo) ||
      one.distance - other.distance ||
      (one.path < other.path ? -1 : 1),
  );
  return {
    id: createHash('sha256')
      .update([name, ...hashes].join(' '))
      .digest('hex')
      .slice(0, 16),
    class: name,
    keeper: keeper.photo,
    reason,
    chosen: keeper.chosenMs !== null,
    members,
    bytesToGain: members.slice(1).reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

const order = ['identical', 're-encoded', 'edited', 'burst', 'similar'];
function inOrder(one: DuplicateGroup, other: DuplicateGroup): number {
  return (
    order.indexOf(one.class) - order.indexOf(other.class) ||
    other.bytesToGain - one.bytesToGain ||
    (one.members[0]!.path < other.members[0]!.path ? -1 : 1)
  );
}
