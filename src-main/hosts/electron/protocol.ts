/** app://likeness: the window's own origin, answered in this process. No file:// address is ever loaded. */
import { protocol } from 'electron';
import type { App } from '../../app.ts';

export const scheme = 'app';
const host = 'likeness';
export const origin = `${scheme}://${host}`;

/** Must be called before the application is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/** Must be called after the application is ready. */
export function answerScheme(likeness: Pick<App, 'fetch'>): void {
  protocol.handle(scheme, (request) =>
    new URL(request.url).host === host ? likeness.fetch(request) : new Response(null, { status: 404 }),
  );
}
