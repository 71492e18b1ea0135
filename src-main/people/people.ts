/**
 * Everything that a person can decide about faces. Each decision is one transaction: it writes the facts, puts the faces
 * concerned where they belong at once, and keeps the way back.
 */
import { LikenessError } from '../contract/errors.ts';
import type { Box, FoundFace, PeopleEdit, PeopleId } from '../contract/people.ts';
import type { FaceLook } from '../store/faces.ts';
import { idOf } from '../store/people-cards.ts';
import type { Member, Who } from '../store/persons.ts';
import type { PeopleStore } from '../store/store.ts';

/** A face that a person drew, as the engine describes it. */
export interface DrawnFace {
  readonly look: FaceLook;
  readonly box: Box;
  readonly face: FoundFace;
  /** Its place in the engine's answer. */
  readonly n: number;
}

export class People {
  readonly #store: PeopleStore;
  readonly #onEdit: () => void;

  /** @param onEdit  called after each edit and each way back. */
  constructor(store: PeopleStore, onEdit: () => void) {
    this.#store = store;
    this.#onEdit = onEdit;
  }

  /** @throws LikenessError not-found when nobody is called so any more: a later grouping may have ended a group. */
  who(id: PeopleId): Who {
    const key = Number(id.slice(1));
    const who: Who = id.startsWith('p') ? { person: key } : { group: key };
    const there =
      'person' in who ? this.#store.persons.get(key) !== null : this.#store.persons.members(who).length > 0;
    if (there) return who;
    throw new LikenessError(
      'not-found',
      'Whom this was about is not there any more: the faces were grouped or changed meanwhile.',
      'Look at the people again.',
    );
  }

  /** Gives a name. Somebody who has it already is joined. */
  name(id: PeopleId, name: string): PeopleEdit {
    return this.#edit(() => this.#name(this.who(id), name));
  }

  /** All are one person. @param into  whose name and cover stay; the first that has a name when left out. */
  merge(ids: readonly PeopleId[], into?: PeopleId): PeopleEdit {
    return this.#edit(() => {
      const unique = [...new Set([...(into === undefined ? [] : [into]), ...ids])];
      const whos = unique.map((one) => this.who(one));
      const named = whos.find((who) => 'person' in who && this.#store.persons.get(who.person)?.name);
      const first = into === undefined ? (named ?? whos[0]!) : whos[0]!;
      const target = this.#become(first);
      for (const who of whos) if (who !== first) this.#join(who, target);
      return target;
    });
  }

  /** Some faces of somebody are another person, for ever. The answer is about the new one. */
  split(id: PeopleId, faces: readonly number[]): PeopleEdit {
    return this.#edit(() => {
      const who = this.who(id);
      const members = this.#store.persons.members(who);
      const wanted = new Set(faces);
      const leaving = members.filter((face) => wanted.has(face.id));
      if (leaving.length < wanted.size) throw elsewhere();
      if (leaving.length === members.length) throw nothingLeft();
      const old = this.#become(who);
      const fresh = this.#store.persons.create();
      this.#claim(leaving, fresh);
      for (const face of leaving) this.#store.facts.claimIsNot(this.#store.facts.spotOf(face.id), old);
      this.#store.persons.tellApart(old, fresh);
      return fresh;
    });
  }

  /** Answers whether two are the same. The answer to `same` is about the one who is left. */
  answer(a: PeopleId, b: PeopleId, answer: 'same' | 'different' | 'later'): PeopleEdit {
    if (answer === 'same') return this.merge([a, b]);
    return this.#edit(() => {
      const [one, other] = [this.who(a), this.who(b)];
      if (answer === 'later') {
        this.#store.grouping.putOff(one, other);
        return null;
      }
      const person = this.#become(one);
      this.#store.persons.tellApart(person, this.#become(other));
      return person;
    });
  }

  hide(id: PeopleId, hidden: boolean): PeopleEdit {
    return this.#edit(() => {
      const person = this.#become(this.who(id));
      this.#store.persons.hide(person, hidden);
      return person;
    });
  }

  /** A face stands for its person. */
  cover(id: PeopleId, face: number): PeopleEdit {
    return this.#edit(() => {
      const person = this.#become(this.who(id));
      if (this.#face(face).person !== person) throw elsewhere();
      this.#store.persons.cover(person, this.#store.facts.spotOf(face));
      return person;
    });
  }

  /** Nobody who matters: all of somebody's faces. */
  ignoreAll(id: PeopleId): PeopleEdit {
    return this.#edit(() => {
      const members = this.#store.persons.members(this.who(id));
      this.#ignore(members, true);
      return null;
    });
  }

  /** Some faces are somebody: a person, a group, or (null) somebody new. They are not whom they were shown as. */
  move(faces: readonly number[], to: PeopleId | null): PeopleEdit {
    return this.#edit(() => {
      const members = this.#faces(faces);
      const target = to === null ? this.#store.persons.create() : this.#become(this.who(to));
      // The old ones are asked before the faces leave them.
      const before = members.map((face) => this.#face(face.id).person);
      this.#claim(
        members.map(({ id }) => this.#face(id)),
        target,
        { each: true },
      );
      for (const [i, person] of before.entries())
        if (person !== null && person !== target)
          this.#store.facts.claimIsNot(this.#store.facts.spotOf(members[i]!.id), person);
      return target;
    });
  }

  /** Each face is not whom it is shown as, and will not be again. */
  reject(faces: readonly number[]): PeopleEdit {
    return this.#edit(() => {
      for (const { id } of this.#faces(faces)) {
        const now = this.#face(id);
        const who = whoOf(now);
        if (!who) continue;
        const person = this.#become(who);
        this.#store.facts.claimIsNot(this.#store.facts.spotOf(id), person);
        this.#store.facts.settle([id]);
      }
      return null;
    });
  }

  /** Each face is whom it is shown as. */
  confirm(faces: readonly number[]): PeopleEdit {
    return this.#edit(() => {
      for (const { id } of this.#faces(faces)) {
        const who = whoOf(this.#face(id));
        if (!who) throw unknown();
        const person = this.#become(who);
        this.#claim([this.#face(id)], person);
      }
      return null;
    });
  }

  ignore(faces: readonly number[], ignored: boolean): PeopleEdit {
    return this.#edit(() => {
      this.#ignore(this.#faces(faces), ignored);
      return null;
    });
  }

  /** Adds a face that was missed, and who it is where that was said. */
  draw({ look, box, face, n }: DrawnFace, name: string | null): PeopleEdit & { readonly face: number } {
    let drawn = 0;
    const edit = this.#edit(() => {
      drawn = this.#store.faces.add(look, face, { n, spot: this.#store.facts.draw(look.hash, box) });
      if (name === null) return null;
      const person = this.#store.persons.named(name) ?? this.#store.persons.create();
      this.#claim([this.#face(drawn)], person);
      this.#store.persons.name(person, this.#store.persons.get(person)?.name ?? name);
      return person;
    });
    return { ...edit, face: drawn };
  }

  /** Takes an edit back. @throws LikenessError not-found, bad-input: see PeopleEdits.undo. */
  undo(edit: number): void {
    this.#store.edits.undo(edit);
    this.#onEdit();
  }

  #edit(work: () => number | null): PeopleEdit {
    const { edit, result } = this.#store.edits.write(work);
    this.#onEdit();
    return { edit, id: result === null ? null : idOf({ person: result }) };
  }

  /** A group by looks becomes a person at the first decision about it: from then on each of its faces was said to be them. */
  #become(who: Who): number {
    if ('person' in who) return who.person;
    const members = this.#store.persons.members(who);
    const person = this.#store.persons.create();
    this.#claim(members, person);
    return person;
  }

  /** @returns who has the name now. */
  #name(who: Who, name: string): number {
    const { persons } = this.#store;
    const named = persons.named(name);
    if (named !== null && !('person' in who && who.person === named)) return this.#join(who, named);
    const person = this.#become(who);
    persons.name(person, name);
    this.#claim(persons.members({ person }), person);
    return person;
  }

  /** Somebody is a certain person: faces, decisions, and whom they are not. */
  #join(who: Who, into: number): number {
    const { persons, facts } = this.#store;
    const faces = [...persons.members({ person: into }), ...persons.members(who)];
    if ('group' in who) this.#claim(faces, into);
    else {
      this.#claim(faces, into, { also: who.person });
      facts.handOver(who.person, into);
      persons.absorb(who.person, into);
    }
    return into;
  }

  /**
   * Faces are a person because somebody said so. Nobody is on a photo twice: faces that were the person by looks alone give way,
   * also among those that are claimed; the first one stays.
   * @param how  `also`: a person whom others have been said to be, and who is this one from now on; `each`: every one of the
   * faces was chosen by hand, so none may give way.
   * @throws LikenessError bad-input where somebody has said that another face of the photo is the person.
   */
  #claim(faces: readonly Member[], person: number, how: { also?: number; each?: boolean } = {}): void {
    const { persons, facts } = this.#store;
    const said = (face: Member) =>
      how.each === true || (face.confirmed && (face.person === person || face.person === how.also));
    const chosen = new Set(faces.map(({ id }) => id));
    const claimed = new Map<number, Member>();
    const giveWay: Member[] = [];
    const clash = new Set<number>();
    // What was said before comes before what follows from it.
    for (const face of [...faces.filter(said), ...faces.filter((one) => !said(one))]) {
      const first = claimed.get(face.contentId);
      if (!first) claimed.set(face.contentId, face);
      else if (said(first) && said(face)) clash.add(face.contentId);
      else giveWay.push(face);
    }
    for (const { id, contentId } of claimed.values()) {
      const others = persons.onPhoto(contentId, person).filter((one) => !chosen.has(one.id));
      giveWay.push(...others.filter(({ confirmed }) => !confirmed));
      if (others.some(({ confirmed }) => confirmed)) clash.add(contentId);
      // One that was set aside, or is not found now, was said to be them before: this is the newer word.
      for (const { spot } of facts.rivals(facts.spotOf(id), person)) facts.claimIsNot(spot, person);
    }
    if (clash.size > 0) throw twiceOnAPhoto(clash.size);
    for (const { id } of giveWay) {
      facts.claimIsNot(facts.spotOf(id), person);
      facts.free(id);
    }
    const ids = [...claimed.values()].map(({ id }) => id);
    for (const id of ids) facts.claimIs(facts.spotOf(id), person);
    facts.settle(ids);
  }

  #ignore(faces: readonly Member[], ignored: boolean): void {
    const { facts } = this.#store;
    for (const { id } of faces) facts.ignore(facts.spotOf(id), ignored);
    facts.settle(faces.map(({ id }) => id));
  }

  #face(id: number): Member {
    const face = this.#store.persons.face(id);
    if (face) return face;
    throw new LikenessError(
      'not-found',
      'This face is not there any more: its photo left the library or was looked at again.',
      'Look at the people again.',
    );
  }

  /** Each once. */
  #faces(ids: readonly number[]): Member[] {
    return [...new Set(ids)].map((id) => this.#face(id));
  }
}

function whoOf({ person, group }: Member): Who | null {
  if (person !== null) return { person };
  return group === null ? null : { group };
}

function twiceOnAPhoto(photos: number): LikenessError {
  return new LikenessError(
    'bad-input',
    photos === 1
      ? 'Nobody is on a photo twice, and on one photo both faces were said to be somebody.'
      : `Nobody is on a photo twice, and on ${photos} photos both faces were said to be somebody.`,
    'Move the wrong faces of these photos elsewhere first.',
  );
}

function elsewhere(): LikenessError {
  return new LikenessError('bad-input', 'Not all of these faces are theirs.', 'Look at the person again.');
}

function nothingLeft(): LikenessError {
  return new LikenessError(
    'bad-input',
    'These are all faces that there are, so nobody would be left.',
    'Choose some of the faces.',
  );
}

function unknown(): LikenessError {
  return new LikenessError(
    'bad-input',
    'A face that belongs to nobody cannot be confirmed.',
    'Say who it is: move it to a person.',
  );
}
