/** Decisions about duplicates, made in this window: each says what was done, and can be taken back. */
import type { DuplicateClass } from '../../src-main/contract/duplicate-kinds.ts';
import type { Binned } from '../../src-main/contract/duplicates.ts';
import type { Client } from '../client.ts';
import { words } from '../words.ts';
import type { Toasts } from './toasts.svelte.ts';

interface Parts {
  readonly client: Client;
  readonly toasts: Toasts;
  /** After each decision and each way back. */
  readonly onChange: () => void;
}

const said = words.duplicates;

export class DuplicateEdits {
  #parts: Parts;
  #busy: boolean = $state(false);
  /** Ways back, oldest first. */
  #undos: (() => Promise<void>)[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Something is being written: a second press must not decide twice. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Moves photos to the bin. @returns whether at least one went. */
  async bin(photos: readonly number[]): Promise<boolean> {
    const binned = await this.#make((client) => client.call('duplicates.bin', { photos: [...photos] }));
    if (binned) this.#tellBinned(binned);
    return (binned?.photos ?? 0) > 0;
  }

  /** Everything of a kind but the keepers goes to the bin. */
  async accept(of: DuplicateClass & ('identical' | 're-encoded')): Promise<boolean> {
    const done = await this.#make((client) => client.call('duplicates.accept', { class: of }));
    if (done?.binned) this.#tellBinned(done.binned);
    return done !== null;
  }

  /** These are no duplicates of one another, for ever. */
  async dismiss(photos: readonly number[]): Promise<void> {
    const done = await this.#make((client) => client.call('duplicates.dismiss', { photos: [...photos] }));
    if (!done) return;
    const back = async () => {
      await this.#make((client) => client.call('duplicates.undismiss', { id: done.id }));
    };
    this.#tell(said.done.dismissed, null, back);
  }

  async keep(photo: number): Promise<void> {
    await this.#make((client) => client.call('duplicates.keep', { photo }));
  }

  /** Brings back what went together. */
  async restore(id: number): Promise<Binned | null> {
    const { toasts } = this.#parts;
    const binned = await this.#make((client) => client.call('duplicates.restore', { id }));
    if (!binned) return null;
    const [failure] = binned.failed;
    if (failure && binned.restored < binned.photos)
      toasts.show({ kind: 'error', title: said.done.notBack, text: failure.reason });
    else toasts.show({ kind: 'info', title: said.done.back(binned.restored) });
    return binned;
  }

  /** Takes the last decision back. @returns false where there is none. */
  undoLast(): boolean {
    const last = this.#undos.at(-1);
    if (!last) return false;
    void last();
    return true;
  }

  #tellBinned({ id, photos, failed }: Binned): void {
    const { toasts } = this.#parts;
    const [failure] = failed;
    if (photos === 0) {
      toasts.show({ kind: 'error', title: said.done.failed(failed.length), text: failure?.reason ?? null });
      return;
    }
    const text = failure ? `${said.done.failed(failed.length)} ${failure.reason}` : null;
    this.#tell(said.done.binned(photos), text, async () => void (await this.restore(id)));
  }

  #tell(title: string, text: string | null, back: () => Promise<void>): void {
    const undo = async () => {
      if (!this.#undos.includes(undo)) return;
      this.#undos = this.#undos.filter((one) => one !== undo);
      await back();
    };
    this.#undos = [...this.#undos.slice(-50), undo];
    this.#parts.toasts.show({
      kind: 'done',
      title,
      text,
      action: { label: said.undo, run: () => void undo() },
    });
  }

  /** @returns null where it failed, which is told, or another one is being written. */
  async #make<T>(work: (client: Client) => Promise<T>): Promise<T | null> {
    if (this.#busy) return null;
    const { client, toasts, onChange } = this.#parts;
    this.#busy = true;
    try {
      return await work(client);
    } catch (thrown) {
      toasts.error(thrown);
      return null;
    } finally {
      this.#busy = false;
      onChange();
    }
  }
}
