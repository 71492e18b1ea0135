import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { Box, FoundFace } from '../../src-main/contract/people.ts';
import { People } from '../../src-main/people/people.ts';
import { overlap } from '../../src-main/store/match-boxes.ts';
import { openLibraryReader } from '../../src-main/store/open.ts';
import { anyEdit, carryOut } from '../people/any-edit.ts';
import { boxAt, dim, face, idsOf, model, peopled, type Peopled } from '../people/faces.ts';

const photos = [[1, 2], [1, 3], [2, 3], [1, 4], [2], [3]];

/** What was decided about a photo, by the place of the face: whoever finds it, under whatever number. */
function decided({ store, contents }: Pick<Peopled, 'store' | 'contents'>) {
  const facts = new Map(store.people.faces.groupable(model).faces.map((one) => [one.id, one]));
  return contents.map(({ hash }) => {
    const id = store.contents.byHash(hash)!.id;
    return store.people.lists
      .ofContent(id)
      .filter(
        ({ confirmed, ignored, drawn, id: of }) =>
          confirmed || ignored || drawn || facts.get(of)?.isNot.length,
      )
      .map(({ box, who, name, confirmed, ignored, id: of }) => ({
        place: Math.round(box[0] * 10),
        ...(confirmed ? { who, name } : {}),
        ignored,
        isNot: facts.get(of)?.isNot ?? [],
      }));
  });
}

/** The same faces as another model finds them: boxes a little off, descriptors of another kind, in another order. */
function looksAgain(
  { store, contents }: Peopled,
  given: readonly (readonly number[])[],
  other: string,
): void {
  for (const [i, looks] of given.entries()) {
    const { hash } = contents[i]!;
    const id = store.contents.byHash(hash)!.id;
    const spots = store.people.facts.lasting(hash);
    const found: FoundFace[] = looks
      .map((one, place) => face(place, one + 3, { box: off(boxAt(place)) }))
      .toReversed();
    const drawn = spots.map(({ box }) => face(0, 7, { box }));
    store.people.faces.save({ contentId: id, hash, model: other }, [...found, ...drawn], spots);
  }
}

const off = ([x, y, w, h]: Box): Box => [x + w * 0.08, y + h * 0.06, w * 0.95, h * 1.04];

/** The folder leaves the library with all that was made of it, and comes back. */
function comesBack(library: Peopled): void {
  const { store } = library;
  store.folders.remove(store.folders.list()[0]!.id as never);
  store.contents.sweep();
  assert.equal(store.people.lists.counts().all, 0);
  peopled(photos, store);
}

test('a new look, another model, and a folder that comes back keep every decision', () => {
  let kept = 0;
  fc.assert(
    fc.property(
      fc.array(anyEdit, { minLength: 1, maxLength: 8 }),
      fc.array(fc.constantFrom('look', 'model', 'folder'), { minLength: 1, maxLength: 3 }),
      (edits, events) => {
        const library = peopled(photos);
        const people = new People(library.store.people, () => {});
        try {
          for (const edit of edits) {
            try {
              carryOut({ ...library, people }, edit);
            } catch (thrown) {
              if (!(thrown instanceof LikenessError)) throw thrown;
            }
          }
          const before = decided(library);
          kept += before.flat().length;
          for (const event of events) {
            if (event === 'folder') comesBack(library);
            else looksAgain(library, photos, event === 'look' ? model : 'another-model');
          }
          // Faces that were drawn are described again at the next look.
          looksAgain(library, photos, model);
          assert.deepEqual(decided(library), before);
          assert.deepEqual(library.store.integrity().details, []);
        } finally {
          library.store.close();
        }
      },
    ),
    { numRuns: 40 },
  );
  assert.ok(kept > 100, `only ${kept} decisions`);
});

test('a face keeps its number from look to look, and one that is not found any more goes', () => {
  const { store, contents, faces } = peopled([[1, 2]]);
  const { id: contentId, hash } = contents[0]!;
  store.people.faces.save({ contentId, hash, model: 'another' }, [
    face(1, 5, { box: off(boxAt(1)) }),
    face(6),
  ]);
  const now = idsOf(store, contentId);
  assert.equal(now[0], faces[0]![1]);
  assert.equal(now.length, 2);
  assert.ok(!faces[0]!.includes(now[1]!));
  assert.deepEqual(store.people.faces.picture(now[0]!), { contentId, hash, n: 0 });
});

test('somebody who was named and is not found any more is shown where they were, as a drawn face', () => {
  const { store, contents, faces } = peopled([[1], [1]]);
  const people = new People(store.people, () => {});
  const { id } = people.name(store.people.lists.face(faces[0]![0]!)!.who!, 'Ana');
  const { id: contentId, hash } = contents[0]!;
  const spots = store.people.facts.lasting(hash);
  assert.deepEqual(
    spots.map(({ box }) => box),
    [boxAt(0)],
  );
  store.people.faces.save({ contentId, hash, model: 'another' }, [face(5), face(0)], spots);
  const shown = store.people.lists.ofContent(contentId);
  assert.deepEqual(
    shown.map(({ who, drawn, confirmed }) => [who, drawn, confirmed]),
    [
      [id, true, true],
      [null, false, false],
    ],
  );
  // A third model finds it again: the detector's face takes the drawn one's place and its name.
  store.people.faces.save({ contentId, hash, model }, [face(0, 1, { box: off(boxAt(0)) }), face(0)], spots);
  const [again, ...others] = store.people.lists.ofContent(contentId);
  assert.deepEqual([again!.who, again!.drawn, again!.box, others.length], [id, false, off(boxAt(0)), 0]);
});

test('photos wait until a model has looked; a failure counts as a look, an engine that died does not', () => {
  const { store, contents } = peopled([[1], [], [2]]);
  const { faces } = store.people;
  assert.deepEqual([faces.waitingCount(model), faces.lookedCount(model)], [0, 3]);
  assert.equal(faces.waitingCount('new'), 3);
  assert.deepEqual(
    faces.waiting('new', 2).map(({ id }) => id),
    contents
      .toReversed()
      .slice(0, 2)
      .map(({ id }) => id),
  );
  const [oldest] = contents;
  assert.deepEqual([faces.attempted(oldest!.id, 'new'), faces.attempted(oldest!.id, 'new')], [1, 2]);
  assert.equal(faces.waitingCount('new'), 3);
  faces.failed(oldest!.id, 'new', 'It is damaged.');
  assert.equal(faces.waitingCount('new'), 2);
  assert.deepEqual(
    faces.waiting('new', 9, contents[1]!.id).map(({ id }) => id),
    [],
  );
});

test('an engine reads faces with what was said of them, beside the one that writes', () => {
  const { store, faces } = peopled([
    [1, 2],
    [1, 2],
  ]);
  const people = new People(store.people, () => {});
  const ana = people.name(store.people.lists.face(faces[0]![0]!)!.who!, 'Ana').id!;
  people.reject([faces[1]![0]!]);
  people.ignore([faces[0]![1]!], true);
  const reader = openLibraryReader(store.paths.dir);
  const found = reader.faces.groupable(model);
  reader.close();
  const person = Number(ana.slice(1));
  assert.deepEqual(
    found.faces.map(({ id, is, isNot }) => [id, is, isNot]),
    [
      [faces[0]![0], person, []],
      [faces[1]![0], null, [person]],
      [faces[1]![1], null, []],
    ],
  );
  assert.deepEqual([found.dim, found.descriptors.length], [dim, 3 * dim]);
  assert.deepEqual(found.descriptors.slice(0, dim), face(0, 1).descriptor);
});

test('a descriptor that is not of unit length is refused, and nothing of the look is kept', () => {
  const { store, contents, faces } = peopled([[1]]);
  const { id: contentId, hash } = contents[0]!;
  const broken = face(4, 1, { descriptor: new Float32Array(dim).fill(0.1) });
  assert.throws(() => store.people.faces.save({ contentId, hash, model }, [face(7), broken]), RangeError);
  assert.deepEqual(idsOf(store, contentId), faces[0]);
});

test('overlap is of areas, 0 for boxes that only touch', () => {
  assert.equal(overlap([0, 0, 0.2, 0.2], [0, 0, 0.2, 0.2]), 1);
  assert.equal(overlap([0, 0, 0.2, 0.2], [0.2, 0, 0.2, 0.2]), 0);
  assert.ok(Math.abs(overlap([0, 0, 0.2, 0.2], [0.1, 0, 0.2, 0.2]) - 1 / 3) < 1e-9);
});
