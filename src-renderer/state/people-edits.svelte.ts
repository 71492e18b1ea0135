/** Decisions about people, made in this window: each says what was done, and can be taken back, the last one with Ctrl+Z. */
import type { PeopleEdit, PeopleId } from '../../src-main/contract/people.ts';
import type { Client } from '../client.ts';
import { words } from '../words.ts';
import type { Router } from './router.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

interface Made {
  readonly edit: number;
  readonly title: string;
  /** Whose page was shown; a group has another id once somebody has decided about it. */
  readonly before: PeopleId | null;
  readonly after: PeopleId | null;
}

interface Parts {
  readonly client: Client;
  readonly toasts: Toasts;
  readonly router: Router;
  /** After each edit and each way back. */
  readonly onChange: () => void;
}

const mostKept = 200;

export class PeopleEdits {
  #parts: Parts;
  /** Oldest first. */
  #made: readonly Made[] = $state.raw([]);
  #undone: ReadonlySet<number> = $state.raw(new Set());
  #busy: boolean = $state(false);

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Something is being written: a second press must not decide twice. */
  get busy(): boolean {
    return this.#busy;
  }
  get canUndo(): boolean {
    return this.#made.length > 0;
  }

  /** Taken back in this window, by button or key. */
  wasUndone(edit: number): boolean {
    return this.#undone.has(edit);
  }

  /**
   * Makes an edit, and tells of it with a way back; a failure is told in its own words.
   * @param how  `title`: what was done; `of`: whose page leads on to whomever it concerns afterwards, and back;
   * `back`: whose page it leads back to when it is taken back; `quiet`: no message.
   * @returns null where it failed, or another one is being written.
   */
  async make<Edit extends PeopleEdit>(
    how: {
      readonly title: string;
      readonly of?: PeopleId;
      readonly back?: PeopleId;
      readonly quiet?: boolean;
    },
    work: (client: Client) => Promise<Edit>,
  ): Promise<Edit | null> {
    if (this.#busy) return null;
    const { client, toasts, onChange } = this.#parts;
    this.#busy = true;
    try {
      const edit = await work(client);
      const made = { edit: edit.edit, title: how.title, before: how.of ?? how.back ?? null, after: edit.id };
      this.#made = [...this.#made.slice(1 - mostKept), made];
      if (how.of !== undefined) this.#lead(how.of, edit.id);
      onChange();
      if (!how.quiet)
        toasts.show({
          kind: 'done',
          title: how.title,
          action: { label: words.people.done.undo, run: () => void this.undo(made.edit) },
        });
      return edit;
    } catch (thrown) {
      toasts.error(thrown);
      // What is shown may be older than the refusal.
      onChange();
      return null;
    } finally {
      this.#busy = false;
    }
  }

  /** Takes the last one back. @returns false where there is none. */
  undoLast(): boolean {
    const last = this.#made.at(-1);
    if (!last) return false;
    void this.undo(last.edit);
    return true;
  }

  /** A refusal says why. */
  async undo(edit: number): Promise<boolean> {
    const { client, toasts, onChange } = this.#parts;
    const made = this.#made.find((one) => one.edit === edit);
    // Taken back already, by the other of button and key.
    if (!made || this.#busy) return false;
    this.#busy = true;
    this.#made = this.#made.filter((one) => one !== made);
    try {
      await client.call('people.undo', { edit });
      this.#undone = new Set([...this.#undone, edit]);
      this.#lead(made.after, made.before);
      toasts.show({ kind: 'info', title: words.people.done.undone(made.title) });
      return true;
    } catch (thrown) {
      toasts.error(thrown);
      return false;
    } finally {
      this.#busy = false;
      onChange();
    }
  }

  /** All is forgotten: nothing of it can be taken back. */
  forget(): void {
    this.#made = [];
  }

  /** The page of one becomes that of the other. */
  #lead(from: PeopleId | null, to: PeopleId | null): void {
    const { router } = this.#parts;
    const { place } = router;
    if (from === null || to === null || from === to) return;
    if (place.screen === 'people' && place.who === from) router.replace({ ...place, who: to });
  }
}
