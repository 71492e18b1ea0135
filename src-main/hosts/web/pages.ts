/** What the local server says by itself: why a request was refused, and the step from launch address to window. */
import type { ErrorData } from '../../contract/errors.ts';

export type RefusalStatus = 401 | 403 | 421;

const sentences: Readonly<Record<RefusalStatus, Omit<ErrorData, 'code'>>> = {
  401: {
    message: 'This address has been used already, or is not complete.',
    hint: 'Each launch address opens Likeness once. Press Enter in the terminal where it runs, or start it again, to get a new one.',
  },
  403: {
    message: 'Likeness answers its own window only, and this request came from another page.',
    hint: 'Open the address that Likeness printed when it started.',
  },
  421: {
    message: 'Likeness is not at this address.',
    hint: 'Open the address that Likeness printed when it started; it begins with http://127.0.0.1.',
  },
};

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** A refused request: JSON for programs, which ask below /api/, a page in words for people. */
export function refusal(status: RefusalStatus, pathname: string): Response {
  const { message, hint } = sentences[status];
  if (pathname.startsWith('/api/')) {
    const error: ErrorData = { code: 'forbidden', message, hint };
    return Response.json({ error }, { status, headers });
  }
  return new Response(page('Not opened', `<h1>${message}</h1><p>${hint}</p>`), { status, headers: html() });
}

/**
 * Gives the cookie and goes on to the window. 200 with a meta refresh, not 303: a redirect begun by another
 * page carries no SameSite=Strict cookie and counts as cross-site to its end.
 */
export function launchedPage(cookie: string): Response {
  const body = page(
    'Opening Likeness',
    '<p>Opening Likeness…</p>',
    '<meta http-equiv="refresh" content="0; url=/">',
  );
  return new Response(body, { status: 200, headers: { ...html(), 'set-cookie': cookie } });
}

/** The file that a browser is started with: it forwards to the launch address, so no process list shows the token. */
export function forwardPage(address: string): string {
  const refresh = `<meta http-equiv="refresh" content="0; url=${address}">`;
  return page('Opening Likeness', '<p>Opening Likeness…</p>', refresh);
}

/** Only words and addresses of our own go in: nothing needs escaping. */
function page(title: string, body: string, head = ''): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="color-scheme" content="light dark">${head}
<style>body{font:15px/23px system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 24px}h1{font-size:20px;line-height:26px}</style>
</head><body>${body}</body></html>
`;
}

function html(): Record<string, string> {
  return { ...headers, 'content-type': 'text/html; charset=utf-8' };
}
