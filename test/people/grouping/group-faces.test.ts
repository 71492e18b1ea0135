import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { GroupedFace, Grouping } from '../../../src-main/contract/people.ts';
import { openSession } from '../../../src-main/encode/session.ts';
import { groupFaces } from '../../../src-main/people/grouping/group-faces.ts';
import type { GroupingRules } from '../../../src-main/people/grouping/rules.ts';
import { Random } from '../../../training/random.ts';

const dim = 32;
const rules: GroupingRules = {
  same: 0.7,
  lonely: 0.02,
  join: 0.75,
  ask: 0.4,
  leastQuality: 0.2,
  likely: { weight: 20, bias: -14 },
};
const open = (model: Uint8Array) => openSession(model, { threads: 1 });

interface Drawn extends GroupedFace {
  readonly descriptor: Float32Array;
}

/** A direction of its own for each of the looks, and faces that lie around it. */
function descriptorOf(looks: number, trembling: number, seed: number): Float32Array {
  const [own, noise] = [new Random(looks, 'looks'), new Random(seed, 'face')];
  const drawn = Float32Array.from({ length: dim }, () => own.normal() + trembling * noise.normal());
  const length = Math.hypot(...drawn);
  return drawn.map((value) => value / length);
}

async function group(faces: readonly Drawn[]): Promise<Grouping> {
  const rows = new Float32Array(faces.length * dim);
  for (const [i, { descriptor }] of faces.entries()) rows.set(descriptor, i * dim);
  return groupFaces(faces, rows, { dim, rules, open });
}

function face(id: number, looks: number, given: Partial<Drawn> = {}): Drawn {
  const descriptor = descriptorOf(looks, 0.3, id);
  return { id, contentId: id, quality: 1, is: null, isNot: [], descriptor, ...given };
}

/** Sets of faces, in an order of their own. */
const setsOf = ({ groups }: Grouping) =>
  groups
    .map(({ faces }) =>
      faces
        .map(({ id }) => id)
        .sort((a, b) => a - b)
        .join(' '),
    )
    .sort();

/** Faces with whatever may have been said of them; nobody is said to be on a photo twice, as the store has it. */
const someFaces = fc
  .array(
    fc.record({
      looks: fc.nat(4),
      contentId: fc.nat(25),
      quality: fc.constantFrom(0.05, 0.1, 0.5, 1),
      trembling: fc.constantFrom(0, 0.3, 0.6),
      is: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 4 }),
      isNot: fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    }),
    { maxLength: 40 },
  )
  .map((drawn) => {
    const said = new Set<string>();
    return drawn.map(({ looks, trembling, is, isNot, ...rest }, i): Drawn => {
      const free = is !== null && !said.has(`${is} ${rest.contentId}`) ? is : null;
      said.add(`${free} ${rest.contentId}`);
      return {
        ...rest,
        id: i + 1,
        is: free,
        isNot: isNot.filter((person) => person !== free),
        descriptor: descriptorOf(looks, trembling, i),
      };
    });
  });

test('people who look different are told apart, and each is one group', async () => {
  const faces = Array.from({ length: 60 }, (_, i) => face(i + 1, i % 6));
  const { groups, unknown } = await group(faces);
  assert.equal(groups.length, 6);
  assert.deepEqual(unknown, []);
  for (const { faces: own, person } of groups) {
    assert.equal(person, null);
    assert.equal(new Set(own.map(({ id }) => (id - 1) % 6)).size, 1);
    for (const { sure } of own) assert.ok(sure > 0.5 && sure <= 1);
  }
});

test('what was said always holds, nobody is on a photo twice, and bad faces found nothing', async () => {
  await fc.assert(
    fc.asyncProperty(someFaces, async (faces) => {
      const of = new Map(faces.map((one) => [one.id, one]));
      const { groups, unknown, questions } = await group(faces);
      const seen = [...groups.flatMap((one) => one.faces.map(({ id }) => id)), ...unknown];
      assert.deepEqual(
        seen.sort((a, b) => a - b),
        faces.map(({ id }) => id),
      );
      const persons = groups.flatMap(({ person }) => person ?? []);
      assert.equal(new Set(persons).size, persons.length);
      for (const { person, faces: own } of groups) {
        const members = own.map(({ id }) => of.get(id)!);
        assert.equal(new Set(members.map(({ contentId }) => contentId)).size, members.length);
        for (const { is, isNot } of members) {
          assert.ok(is === null || is === person);
          assert.ok(person === null || !isNot.includes(person));
        }
        if (person === null) assert.ok(members.some(({ quality }) => quality >= rules.leastQuality));
      }
      for (const { id, is } of faces)
        if (is !== null)
          assert.ok(groups.find(({ person }) => person === is)?.faces.some((one) => one.id === id));
      for (const { a, b, likeness } of questions) {
        assert.ok(a !== b && groups[a] && groups[b]);
        assert.ok(groups[a].person === null || groups[b].person === null);
        assert.ok(likeness >= 0 && likeness <= 1);
      }
    }),
    { numRuns: 150 },
  );
});

test('the order of arrival does not matter, nor do the names of faces and photos', async () => {
  await fc.assert(
    fc.asyncProperty(someFaces, fc.integer(), async (faces, seed) => {
      const order = new Random(seed, 'order').shuffle(Int32Array.from(faces.keys()));
      // Of faces alike in all a computer cannot tell which is which.
      const distinct = faces.filter(
        (one, i) =>
          faces.findIndex((other) => other.descriptor.every((v, d) => v === one.descriptor[d])) === i,
      );
      const arrived = [...order].flatMap((i) => (distinct.includes(faces[i]!) ? [faces[i]!] : []));
      const renamed = arrived.map((one, i) => ({ ...one, id: i + 1, contentId: 1000 - one.contentId }));
      const back = new Map(arrived.map(({ id }, i) => [i + 1, id]));
      const [first, second] = [await group(distinct), await group(renamed)];
      const named = {
        ...second,
        groups: second.groups.map((one) => ({
          ...one,
          faces: one.faces.map((each) => ({ ...each, id: back.get(each.id)! })),
        })),
      };
      assert.deepEqual(setsOf(named), setsOf(first));
    }),
    { numRuns: 80 },
  );
});

test('two who were said to be different stay apart, however alike they are', async () => {
  const faces = [
    ...Array.from({ length: 8 }, (_, i) => face(i + 1, 1, { is: 1 + (i % 2) })),
    ...Array.from({ length: 8 }, (_, i) => face(i + 9, 1)),
  ];
  const { groups } = await group(faces);
  assert.equal(groups.filter(({ person }) => person === 1).length, 1);
  assert.equal(groups.filter(({ person }) => person === 2).length, 1);
});

test('one person of two looks is one group, and new faces of either look join', async () => {
  const faces = [
    face(1, 1, { is: 7 }),
    face(2, 2, { is: 7 }),
    ...[3, 4, 5].map((id) => face(id, 1)),
    ...[6, 7, 8].map((id) => face(id, 2)),
  ];
  const { groups, unknown } = await group(faces);
  assert.deepEqual(setsOf({ groups, unknown, questions: [] }), ['1 2 3 4 5 6 7 8']);
  assert.equal(groups[0]!.person, 7);
});

test('groups that lie near each other are asked about, the larger first', async () => {
  /** Faces around a direction at 57 degrees from an axis, or around the axis itself. */
  const near = (id: number, axis: number, aside: boolean) => {
    const random = new Random(id, 'near');
    const drawn = Float32Array.from({ length: dim }, () => random.normal() / 100);
    drawn[axis]! += aside ? 0.55 : 1;
    drawn[axis + 1]! += aside ? 0.835 : 0;
    const length = Math.hypot(...drawn);
    return face(id, 0, { descriptor: drawn.map((value) => value / length) });
  };
  const many = [5, 6, 7, 8, 9, 10, 11, 12];
  const faces = [1, 2, 3, 4].map((id) => near(id, 0, id % 2 === 0));
  faces.push(...many.map((id) => near(id, 7, id % 2 === 0)));
  const { groups, questions } = await group(faces);
  assert.equal(groups.length, 4);
  const asked = questions.map(({ a, b }) =>
    [...groups[a]!.faces, ...groups[b]!.faces].map(({ id }) => id).sort((one, other) => one - other),
  );
  assert.deepEqual(asked, [many, [1, 2, 3, 4]]);
});

test('no face, one face, and a person who was said to be on one photo twice', async () => {
  assert.deepEqual(await group([]), { groups: [], unknown: [], questions: [] });
  assert.deepEqual(await group([face(1, 1)]), { groups: [], unknown: [1], questions: [] });
  const twice = [face(1, 1, { is: 1, contentId: 5 }), face(2, 1, { is: 1, contentId: 5 })];
  const { groups, unknown } = await group(twice);
  assert.equal(groups[0]!.faces.length, 1);
  assert.equal(unknown.length, 1);
});
