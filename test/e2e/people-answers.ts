/** Answers about people that are given, for screens that a small library does not come to: long names, many faces, doubts. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import type { Job } from '../../src-main/contract/jobs.ts';
import type {
  Face,
  PeopleId,
  PeopleList,
  PeopleState,
  PersonCard,
  SamePerson,
} from '../../src-main/contract/people.ts';
import { defaultSettings } from '../../src-main/contract/settings.ts';
import { sharedPhotos } from './shared-faces.ts';

export const longName = 'Wilhelmine Anneliese von Hohenlohe-Schillingsfürst-Bartenstein zu Langenburg';
const names = ['Ana', 'Viktor', 'مريم الزهراء', longName, 'Ines', 'Kit', '李小龙', 'Rosa', 'Tess'];

export const card = (id: PeopleId, changes: Partial<PersonCard> = {}): PersonCard => {
  const key = Number(id.slice(1));
  return {
    id,
    name: null,
    hidden: false,
    faces: 3,
    photos: Math.max(1, 4112 - key * 431),
    cover: key * 10,
    fan: [key * 10, key * 10 + 1, key * 10 + 2],
    fromMs: Date.UTC(2009, 4, 1),
    toMs: Date.UTC(2024, 7, 1),
    ...changes,
  };
};
export const people: readonly PersonCard[] = names.map((name, index) => card(`p${index + 1}`, { name }));
export const groups: readonly PersonCard[] = [20, 21, 22, 23, 24].map((key) =>
  card(`g${key}`, { photos: 240 - key * 9, fan: key === 23 ? [key * 10] : [key * 10, key * 10 + 1] }),
);
export const questions: readonly SamePerson[] = [20, 21, 22, 23].map((key, at) => ({
  a: people[at]!,
  b: card(`g${key}`, { photos: 22 }),
  likeness: 0.7 - at / 10,
}));
export const face = (id: number, changes: Partial<Face> = {}): Face => ({
  id,
  photo: 1 + (id % 7),
  contentId: 1 + (id % 7),
  box: [0.3, 0.2, 0.2, 0.3],
  quality: 0.8,
  who: 'p1',
  name: 'Ana',
  sure: 1,
  confirmed: true,
  ignored: false,
  drawn: false,
  ...changes,
});

export interface Given {
  on?: boolean;
  list?: Partial<PeopleList>;
  state?: Partial<PeopleState>;
  questions?: readonly SamePerson[];
  faces?: readonly Face[];
  /** Of the photo in the viewer. */
  onPhoto?: readonly Face[];
  jobs?: readonly Job[];
}

/** Answers from now on what is asked about people; `given` may change meanwhile. Photos answer as they are. */
export async function answerPeople(page: Page, given: Given): Promise<void> {
  const state = (): PeopleState => ({
    on: true,
    looked: 61_240,
    waiting: 0,
    faces: 9120,
    people: people.length,
    ...given.state,
  });
  const answers: Record<string, (input: { id?: PeopleId; photo?: number }) => unknown> = {
    'settings.get': () => ({ ...defaultSettings, people: given.on ?? true }),
    'jobs.list': () => ({ jobs: given.jobs ?? [] }),
    'people.state': state,
    'people.list': () => ({
      people,
      groups,
      hidden: 2,
      unknown: 318,
      ignored: 12,
      questions: (given.questions ?? questions).length,
      ...given.list,
    }),
    'people.show': ({ id }) => ({
      person: [...people, ...groups].find((one) => one.id === id),
      together: people.slice(1, 4).map((person, at) => ({ person, photos: 900 - at })),
      questions: (given.questions ?? questions).filter(({ a }) => a.id === id),
    }),
    'people.photos': () => ({ photos: [1, 2, 3, 4, 5, 6, 7] }),
    'people.faces': () => ({ faces: given.faces ?? [], total: given.faces?.length ?? 0 }),
    'people.questions': () => ({
      questions: given.questions ?? questions,
      total: (given.questions ?? questions).length,
    }),
    'people.halves': () => ({ halves: [(given.faces ?? []).slice(3), (given.faces ?? []).slice(0, 3)] }),
    'faces.of': () => ({ faces: given.onPhoto ?? [] }),
  };
  const pictures = await facePictures();
  await page.route('**/faces/*', (route) => {
    const key = Number(route.request().url().split('/').at(-1));
    return route.fulfill({ body: pictures[key % pictures.length]!, contentType: 'image/jpeg' });
  });
  for (const [name, answer] of Object.entries(answers))
    await page.route(`**/api/${name}`, (route) =>
      route.fulfill({ json: answer((route.request().postDataJSON() ?? {}) as { id?: PeopleId }) }),
    );
}

let kept: Promise<Buffer[]> | null = null;
/** Pictures of real faces where they are there, else plain ones. */
function facePictures(): Promise<Buffer[]> {
  kept ??= (async () => {
    const folder = sharedPhotos();
    if (folder === null)
      return Promise.all(
        [30, 90, 150, 210].map((red) =>
          sharp({ create: { width: 128, height: 128, channels: 3, background: { r: red, g: 120, b: 90 } } })
            .jpeg()
            .toBuffer(),
        ),
      );
    const files = readdirSync(folder)
      .slice(0, 23)
      .map((who) => join(folder, who, readdirSync(join(folder, who))[0]!));
    // The faces of this set lie in the middle of 250 x 250 px.
    return Promise.all(
      files.map((path) =>
        sharp(path)
          .extract({ left: 62, top: 56, width: 126, height: 138 })
          .resize(256, 256)
          .jpeg()
          .toBuffer(),
      ),
    );
  })();
  return kept;
}
