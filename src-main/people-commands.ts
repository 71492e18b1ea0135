/** The commands of people: what is shown of them, and every decision about them. */
import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Services } from './app.ts';
import type { CommandInput, CommandName, CommandOutput } from './contract/api.ts';
import { LikenessError, type ErrorData } from './contract/errors.ts';
import type { PeopleState, SamePerson } from './contract/people.ts';
import { sidecarsOf, writtenBox } from './library/face-regions.ts';
import { describePhoto } from './people/describe-photo.ts';
import { required } from './people/face-model.ts';
import { halve } from './people/halves.ts';
import { peopleReport } from './people/report.ts';
import { writeNames } from './people/write-names.ts';
import { idOf } from './store/people-cards.ts';
import type { Question } from './store/people-grouping.ts';
import type { FacesOf } from './store/people-lists.ts';
import { forgetPeopleInCopies } from './store/people-tables.ts';

export type PeopleCommand = Extract<CommandName, `people.${string}` | `faces.${string}`>;

type Handlers<Names extends PeopleCommand> = {
  readonly [Name in Names]: (input: CommandInput<Name>) => Promise<CommandOutput<Name>>;
};

export function peopleCommands(services: Services): Handlers<PeopleCommand> {
  return {
    ...switches(services),
    ...queries(services),
    ...decisions(services),
    ...learning(services),
    ...files(services),
  };
}

type Switch = 'people.state' | 'people.turnOn' | 'people.forget' | 'people.report';

function switches(services: Services): Handlers<Switch> {
  const { store, jobs, events, announcer, looking, regrouping } = services;
  const counts = new LookCounts(services);
  const state = (): PeopleState => {
    const { all, people } = store.people.lists.counts();
    return { on: store.settings.get().people, ...counts.now(), faces: all, people };
  };
  const setOn = (on: boolean) => {
    if (store.settings.get().people === on) return;
    events.emit({ type: 'settings', settings: store.settings.set({ people: on }) });
  };
  const turnOn = () => {
    required(services.faceModel);
    setOn(true);
    announcer.peopleChanged();
    return jobs.add('people', []);
  };
  return {
    'people.state': async () => state(),
    'people.turnOn': async () => {
      turnOn();
      return state();
    },
    'people.forget': async () => {
      setOn(false);
      regrouping.drop();
      services.faceLearner.drop();
      for (const { id, kind, state: jobState } of jobs.list()) {
        if (kind !== 'people') continue;
        jobs.cancelOpen(id);
        if (jobState !== 'running') continue;
        await jobs.ended(id).catch(() => {});
        // The engine would go on to write the pictures that it was asked for.
        looking.restart();
      }
      store.people.edits.forgetAll();
      forgetPeopleInCopies(store.paths.backups);
      await rm(store.paths.faces, { recursive: true, force: true });
      await mkdir(store.paths.faces, { mode: 0o700 });
      announcer.peopleChanged();
      return state();
    },
    'people.report': async () => {
      const startedMs = performance.now();
      await jobs.ended(turnOn().id);
      return peopleReport(store.people, (performance.now() - startedMs) / 1000);
    },
  };
}

/** How many photos were looked at and how many wait; counted anew only when photos have changed. */
class LookCounts {
  readonly #services: Services;
  #counted: { readonly at: string; readonly waiting: number; readonly looked: number } | null = null;

  constructor(services: Services) {
    this.#services = services;
  }

  now(): { looked: number; waiting: number } {
    const { store, faceModel } = this.#services;
    const model = faceModel?.id ?? '';
    const { version, generation } = store.photos.versions();
    const looked = store.people.faces.lookedCount(model);
    const at = `${generation} ${version}`;
    if (this.#counted?.at !== at || looked < this.#counted.looked)
      this.#counted = { at, looked, waiting: store.people.faces.waitingCount(model) };
    return { looked, waiting: Math.max(0, this.#counted.waiting - (looked - this.#counted.looked)) };
  }
}

type Query =
  | 'people.list'
  | 'people.show'
  | 'people.faces'
  | 'people.photos'
  | 'people.questions'
  | 'people.halves'
  | 'faces.of';

/** Who is most often on the same photo, this many. */
const companions = 5;

function queries({ store, people }: Services): Handlers<Query> {
  const { lists, cards, grouping, faces, persons } = store.people;
  const shown = (questions: readonly Question[]): SamePerson[] => {
    const pairs = cards.cards(questions.flatMap(({ a, b }) => [a, b]));
    return questions.flatMap(({ likeness }, i) => {
      const [a, b] = [pairs[2 * i], pairs[2 * i + 1]];
      return a && b ? [{ a, b, likeness }] : [];
    });
  };
  return {
    'people.list': async ({ hidden }) => {
      const { people: all, groups } = cards.list();
      const { unknown, ignored } = lists.counts();
      return {
        people: hidden ? all : all.filter((card) => !card.hidden),
        groups,
        hidden: all.filter((card) => card.hidden).length,
        unknown,
        ignored,
        questions: grouping.questions().length,
      };
    },
    'people.show': async ({ id }) => {
      const who = people.who(id);
      const person = cards.card(who);
      if (!person) throw nowhere();
      const together = lists.together(who).flatMap(({ who: other, photos }) => {
        const card = cards.card(other);
        return card && !card.hidden ? [{ person: card, photos }] : [];
      });
      const questions = grouping
        .questions()
        .filter(({ a, b }) => idOf(a) === id || idOf(b) === id)
        .sort((one, other) => other.likeness - one.likeness);
      return { person, together: together.slice(0, companions), questions: shown(questions) };
    },
    'people.faces': async ({ of, ...page }) => {
      const shelf: FacesOf = of === 'unknown' || of === 'ignored' ? of : people.who(of);
      const total = typeof shelf === 'string' ? lists.counts()[shelf] : persons.members(shelf).length;
      return { faces: lists.faces(shelf, page), total };
    },
    'people.photos': async ({ id }) => ({ photos: lists.photos(people.who(id)) }),
    'people.questions': async ({ limit }) => {
      const questions = grouping.questions();
      return { questions: shown(questions.slice(0, limit)), total: questions.length };
    },
    'people.halves': async ({ id }) => {
      const members = persons.members(people.who(id));
      const described = members.map(({ id: face, contentId }) => ({
        id: face,
        contentId,
        descriptor: faces.descriptor(face)!,
      }));
      const [first, second] = halve(described);
      const facesOf = (half: readonly number[]) =>
        half.map((face) => lists.face(face)).filter((face) => face !== null);
      return { halves: [facesOf(first), facesOf(second)] };
    },
    'faces.of': async ({ photo }) => {
      const content = lists.contentOf(photo);
      return { faces: content ? lists.ofContent(content.id) : [] };
    },
  };
}

type Decision =
  | `people.${'answer' | 'name' | 'merge' | 'split' | 'hide' | 'cover' | 'ignore' | 'undo'}`
  | `faces.${'move' | 'reject' | 'confirm' | 'ignore' | 'draw'}`;

function decisions(services: Services): Handlers<Decision> {
  const { store, people, answering } = services;
  return {
    'people.answer': async ({ a, b, answer }) => people.answer(a, b, answer),
    'people.name': async ({ id, name }) => people.name(id, name),
    'people.merge': async ({ ids, into }) => people.merge(ids, into),
    'people.split': async ({ id, faces }) => people.split(id, faces),
    'people.hide': async ({ id, hidden }) => people.hide(id, hidden),
    'people.cover': async ({ id, face }) => people.cover(id, face),
    'people.ignore': async ({ id }) => people.ignoreAll(id),
    'faces.move': async ({ faces, to }) => people.move(faces, to),
    'faces.reject': async ({ faces }) => people.reject(faces),
    'faces.confirm': async ({ faces }) => people.confirm(faces),
    'faces.ignore': async ({ faces, ignored }) => people.ignore(faces, ignored),
    'faces.draw': async ({ photo, box, name }) => {
      const { people: all, paths, settings } = store;
      const model = required(services.faceModel);
      const content = all.lists.contentOf(photo);
      if (!content) throw gone();
      const drawn = await describePhoto(
        content,
        { people: all, engine: answering, model, crops: paths.faces },
        box,
      );
      // Whoever has turned faces off meanwhile wants none kept.
      if (!settings.get().people) throw off();
      const look = { contentId: content.id, hash: content.hash, model: model.id };
      const { face, ...edit } = people.draw({ look, box, ...drawn! }, name ?? null);
      return { ...edit, face: all.lists.face(face)! };
    },
    'people.undo': async ({ edit }) => {
      people.undo(edit);
      return { undone: true };
    },
  };
}

function learning({ faceLearner }: Services): Handlers<'people.learned' | 'people.learn' | 'people.useHead'> {
  return {
    'people.learned': async () => faceLearner.state(),
    'people.learn': async () => ({ head: await faceLearner.learn() }),
    'people.useHead': async ({ head }) => faceLearner.use(head),
  };
}

function files(services: Services): Handlers<'people.inspect' | 'people.writeNames'> {
  const { store, answering, closing } = services;
  return {
    'people.writeNames': async ({ preview = false }) =>
      writeNames(store.people.lists.named(), { preview, signal: closing, writtenBox, sidecarsOf }),
    'people.inspect': async ({ path: given }) => {
      const path = resolve(given);
      const known = store.photos.details({ path });
      const content = known?.id && known.state === 'ready' ? store.people.lists.contentOf(known.id) : null;
      if (content && store.people.faces.lookedBy(content.id) !== null) {
        const faces = store.people.lists.ofContent(content.id);
        return { faces: faces.map(({ box, quality, name }) => ({ path, box, quality, name })) };
      }
      const model = required(services.faceModel);
      const [identity] = await answering.call('identify', { paths: [path] });
      if (!identity!.ok) throw failure(identity!.error);
      const photos = [{ path, hash: identity!.hash }];
      const [outcome] = await answering.call('findFaces', { photos, model: model.dir, crops: null });
      if (!outcome!.ok) throw failure(outcome!.error);
      const { faces, names = [] } = outcome!;
      // Of a file that the library does not know, the file's own word is all there is.
      const named = new Map(names.map(({ at, name }) => [at, name]));
      return {
        faces: faces.map(({ box, quality }, i) => ({ path, box, quality, name: named.get(i) ?? null })),
      };
    },
  };
}

function failure({ code, message, hint }: ErrorData): LikenessError {
  return new LikenessError(code, message, hint);
}

function nowhere(): LikenessError {
  return new LikenessError(
    'not-found',
    'None of the photos that are in the library shows this person now.',
    'Add the folder with their photos again.',
  );
}

function gone(): LikenessError {
  return new LikenessError(
    'photo-gone',
    'This photo is no longer in the library.',
    'Look at the library again.',
  );
}

function off(): LikenessError {
  return new LikenessError('bad-input', 'Faces are turned off.', 'Turn them on first.');
}
