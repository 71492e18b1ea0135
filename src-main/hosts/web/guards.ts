/**
 * Who may speak to the local server. Every other program of this computer, and every page open in any of its
 * browsers, can reach 127.0.0.1, so each request must prove three things: that it was meant for this address
 * (Host: stops DNS rebinding), that it comes from our own page (Origin, Sec-Fetch-Site: stops other sites),
 * and that its browser once opened the launch address (cookie: stops other programs).
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { launchedPage, refusal } from './pages.ts';

/** The path of the launch address; its token is in the query. */
const launchPath = '/launch';

export interface GuardedRequest {
  readonly method: string;
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export class Guards {
  /** `127.0.0.1:PORT`: the only Host that is answered. */
  readonly host: string;
  readonly #cookieName: string;
  /** What a browser holds once it has opened a launch address. Lives as long as the server. */
  readonly #secret = randomBytes(32).toString('base64url');
  /** Launch tokens nobody has used yet. */
  readonly #tokens = new Set<string>();

  /** @param port  the server's; cookies are shared by all ports of a host, so the port is part of the name. */
  constructor(port: number) {
    this.host = `127.0.0.1:${port}`;
    this.#cookieName = `likeness${port}`;
  }

  /** A new address that opens Likeness in one browser, once. */
  launchAddress(): string {
    const token = randomBytes(32).toString('base64url');
    this.#tokens.add(token);
    return `http://${this.host}${launchPath}?token=${token}`;
  }

  /**
   * @returns the answer to a request that must not reach the application: 421, 403, 401, or the page that
   * takes a launched browser to the window; null for a request that may pass.
   */
  check(request: GuardedRequest): Response | null {
    const { headers, url } = request;
    if (headers.host !== this.host) return refusal(421, url.pathname);
    if (headers.origin !== undefined && headers.origin !== `http://${this.host}`)
      return refusal(403, url.pathname);

    const known = this.#holdsCookie(headers.cookie);
    // A launch address is opened from elsewhere by its nature; its token stands in for the fetch-site check.
    if (url.pathname === launchPath && request.method === 'GET') {
      if (!known && !this.#spend(url.searchParams.get('token') ?? '')) return refusal(401, url.pathname);
      return launchedPage(`${this.#cookieName}=${this.#secret}; Path=/; HttpOnly; SameSite=Strict`);
    }
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return refusal(403, url.pathname);
    return known ? null : refusal(401, url.pathname);
  }

  #holdsCookie(header: string | string[] | undefined): boolean {
    const pairs = (Array.isArray(header) ? header.join(';') : (header ?? '')).split(';');
    const prefix = `${this.#cookieName}=`;
    return pairs.some((pair) => {
      const text = pair.trim();
      return text.startsWith(prefix) && same(text.slice(prefix.length), this.#secret);
    });
  }

  /** Uses a token up. Every one is compared, so that the time taken tells nothing. */
  #spend(offered: string): boolean {
    let found: string | null = null;
    for (const token of this.#tokens) if (same(offered, token)) found = token;
    return found !== null && this.#tokens.delete(found);
  }
}

function same(offered: string, expected: string): boolean {
  const a = Buffer.from(offered);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
