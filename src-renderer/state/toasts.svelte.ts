/** Short messages at the foot of the window: at most three, six seconds each, errors until they are closed. */
import { sentences } from '../client.ts';

export interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'info' | 'error';
  readonly title: string;
  readonly text: string | null;
  /** One thing to do about it: take it back, see more. */
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

export type NewToast = Pick<Toast, 'kind' | 'title'> & Partial<Pick<Toast, 'text' | 'action'>>;

const shownMs = 6000;
const atMost = 3;

export class Toasts {
  #all: readonly Toast[] = $state.raw([]);
  #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #nextId = 1;

  /** Oldest first. */
  get all(): readonly Toast[] {
    return this.#all;
  }

  show(toast: NewToast): void {
    const added: Toast = { id: this.#nextId++, text: null, action: null, ...toast };
    const kept = this.#all.slice(-(atMost - 1));
    for (const old of this.#all) if (!kept.includes(old)) this.#stop(old.id);
    this.#all = [...kept, added];
    this.#start(added);
  }

  /** What was thrown, in the application's own two sentences. */
  error(thrown: unknown): void {
    const { message, hint } = sentences(thrown);
    this.show({ kind: 'error', title: message, text: hint });
  }

  close(id: number): void {
    this.#stop(id);
    this.#all = this.#all.filter((toast) => toast.id !== id);
  }

  /** While the pointer or the focus is on the messages, none of them leaves. */
  hold(): void {
    for (const toast of this.#all) this.#stop(toast.id);
  }
  release(): void {
    for (const toast of this.#all) this.#start(toast);
  }

  #start(toast: Toast): void {
    if (toast.kind === 'error') return;
    this.#timers.set(
      toast.id,
      setTimeout(() => this.close(toast.id), shownMs),
    );
  }
  #stop(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}
