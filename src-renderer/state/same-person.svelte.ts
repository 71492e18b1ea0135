/** «Same person?»: one question at a time, the most useful first. */
import type { PeopleId, SamePerson } from '../../src-main/contract/people.ts';
import { sentences, type Client } from '../client.ts';
import { words } from '../words.ts';
import type { PeopleEdits } from './people-edits.svelte.ts';

export type SameAnswer = 'same' | 'different' | 'later';

interface Sources {
  readonly client: Client;
  readonly edits: PeopleEdits;
}

export class SamePersonQuestions {
  #sources: Sources;
  #all: readonly SamePerson[] | null = $state.raw(null);
  #total: number = $state(0);
  #failure: ReturnType<typeof sentences> | null = $state.raw(null);
  /** What was answered here, so that “2 of 4” counts on, and back when one is taken back. */
  #given: readonly { readonly edit: number; readonly question: SamePerson }[] = $state.raw([]);
  #current: SamePerson | null = $state.raw(null);
  #asked = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** false until they were read once. */
  get loaded(): boolean {
    return this.#all !== null;
  }
  get failure(): ReturnType<typeof sentences> | null {
    return this.#failure;
  }
  /** null when there is none. It stays as long as it is a question: nothing may change under the finger. */
  get current(): SamePerson | null {
    return this.#current;
  }
  get at(): number {
    return this.answered + 1;
  }
  get total(): number {
    return this.answered + this.#total;
  }
  get answered(): number {
    return this.#given.filter(({ edit }) => !this.#sources.edits.wasUndone(edit)).length;
  }

  /** Those about anybody. */
  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { questions, total } = await this.#sources.client.call('people.questions', { limit: 20 });
      if (this.#asked === asked) this.#show(questions, total);
    } catch (thrown) {
      if (this.#asked === asked) this.#failure = sentences(thrown);
    }
  }

  /** Those about one person, as their page has read them. */
  take(questions: readonly SamePerson[]): void {
    this.#show(questions, questions.length);
  }

  /** @param of  whose page it is asked on. @returns whether it was written. */
  async answer(answer: SameAnswer, of?: PeopleId): Promise<boolean> {
    const question = this.#current;
    if (!question) return false;
    const { a, b } = question;
    const named = a.name ?? b.name;
    const { done } = words.people;
    const title = { same: done.merged(named), different: done.different, later: done.putOff }[answer];
    // Whoever stays named keeps their name; the page leads on to the one who is left.
    const leads = answer === 'same' && of !== undefined ? { of } : {};
    const edit = await this.#sources.edits.make({ title, ...leads }, (client) =>
      client.call('people.answer', { a: a.id, b: b.id, answer }),
    );
    if (!edit) return false;
    this.#given = [...this.#given, { edit: edit.edit, question }];
    // The next one at once; what follows from the answer comes with the next reading.
    const rest = (this.#all ?? []).filter((one) => one !== question);
    this.#asked++;
    this.#show(rest, Math.max(0, this.#total - 1));
    return true;
  }

  #show(questions: readonly SamePerson[], total: number): void {
    this.#all = questions;
    this.#total = total;
    this.#failure = null;
    const undone = this.#given.findLast(({ edit }) => this.#sources.edits.wasUndone(edit));
    this.#given = this.#given.filter(({ edit }) => !this.#sources.edits.wasUndone(edit));
    // One that was taken back comes first; else the present one stays.
    const now = undone?.question ?? this.#current;
    const same = now && questions.find(({ a, b }) => a.id === now.a.id && b.id === now.b.id);
    this.#current = same ?? questions[0] ?? null;
  }
}
