/** The only way out of the window: commands, events, files. Everything else in src-renderer asks this. */
import type { AppEvent, CommandName, CommandOutput, CommandRequest } from '../src-main/contract/api.ts';
import { LikenessError, type ErrorData } from '../src-main/contract/errors.ts';
import { decodeTimeline, type Timeline } from '../src-main/contract/timeline.ts';
import type { ThumbnailSide } from '../src-main/contract/engine.ts';
import { words } from './words.ts';

export interface Client {
  /**
   * Runs one command.
   * @throws LikenessError with the sentences of the application; AbortError when `signal` fires.
   */
  call<Name extends CommandName>(
    name: Name,
    request?: CommandRequest<Name>,
    signal?: AbortSignal,
  ): Promise<CommandOutput<Name>>;
  /** The whole library, or only what changed after version `since`. */
  timeline(since?: number): Promise<Timeline>;
  /**
   * Listens until the returned function is called. `onOpen` comes with every connection, the first and each
   * later one: events may have been missed before it, so read again what you hold.
   */
  events(onEvent: (event: AppEvent) => void, onOpen: () => void): () => void;
  thumbnailUrl(contentId: number, side: ThumbnailSide): string;
  /** Picture of a face. */
  faceUrl(face: number): string;
  /** The photo in full, as a browser can show it. */
  photoUrl(id: number): string;
  /** Hands over a photo from outside the library, to search with. */
  upload(file: Blob): Promise<{ readonly upload: string }>;
}

/** The part of `document` that tells whether anybody looks. */
export interface PageVisibility {
  readonly hidden: boolean;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
  removeEventListener(type: 'visibilitychange', listener: () => void): void;
}

/** The client of the page's own host: relative addresses hold under app:// and http:// alike. */
export function createClient(page: PageVisibility): Client {
  return {
    async call(name, request, signal) {
      const response = await send(`/api/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request ?? {}),
        ...(signal ? { signal } : {}),
      });
      // The contract gives the type; main made it.
      return (await response.json()) as never;
    },
    async timeline(since) {
      const response = await send(since === undefined ? '/api/timeline' : `/api/timeline?since=${since}`);
      return decodeTimeline(await response.arrayBuffer());
    },
    events: (onEvent, onOpen) => listen(page, onEvent, onOpen),
    thumbnailUrl: (contentId, side) => `/thumbnails/${contentId}/${side}`,
    faceUrl: (face) => `/faces/${face}`,
    photoUrl: (id) => `/photos/${id}`,
    async upload(file) {
      const response = await send('/api/upload', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: file,
      });
      return (await response.json()) as { upload: string };
    },
  };
}

async function send(address: string, options?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, options);
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new LikenessError('internal', words.client.unreachable, words.client.unreachableHint, {
      cause: thrown,
    });
  }
  if (response.ok) return response;
  throw await errorOf(response);
}

async function errorOf(response: Response): Promise<LikenessError> {
  const body: unknown = await response.json().catch(() => null);
  if (isErrorBody(body)) return new LikenessError(body.error.code, body.error.message, body.error.hint);
  return new LikenessError('internal', words.client.refused(response.status), words.client.unreachableHint);
}

function isErrorBody(body: unknown): body is { error: ErrorData } {
  return typeof body === 'object' && body !== null && 'error' in body;
}

/**
 * A hidden window gives its stream back: a browser allows six connections to one host, and each open tab would
 * hold one of them for ever.
 */
function listen(page: PageVisibility, onEvent: (event: AppEvent) => void, onOpen: () => void): () => void {
  let source: EventSource | null = null;
  const open = () => {
    if (source || page.hidden) return;
    source = new EventSource('/api/events');
    source.addEventListener('open', onOpen);
    source.addEventListener('message', (message: MessageEvent<string>) =>
      onEvent(JSON.parse(message.data) as AppEvent),
    );
  };
  const close = () => {
    source?.close();
    source = null;
  };
  const follow = () => (page.hidden ? close() : open());
  page.addEventListener('visibilitychange', follow);
  open();
  return () => {
    page.removeEventListener('visibilitychange', follow);
    close();
  };
}

/** Whatever was thrown, as the two sentences a person reads. */
export function sentences(thrown: unknown): { readonly message: string; readonly hint: string } {
  if (thrown instanceof LikenessError) return { message: thrown.message, hint: thrown.hint };
  return { message: words.client.fault, hint: words.client.unreachableHint };
}

/** True for a request that was given up on purpose. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError';
}
