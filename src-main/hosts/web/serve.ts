/** The application on 127.0.0.1: for browsers of this computer that hold a launch address, and nobody else. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Guards } from './guards.ts';
import { relay, send, type Handler } from './relay.ts';

export interface ServeOptions {
  /** TCP port; 0 takes a free one. Default 0. */
  readonly port?: number;
}

export interface Served {
  readonly port: number;
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  /** A new address that opens the window in one browser, once. */
  launchAddress(): string;
  /** Stops listening and ends every open connection. */
  close(): Promise<void>;
}

/**
 * @param handler  the application's fetch.
 * @throws the system's error (EADDRINUSE, EACCES) when the port is not to be had.
 */
export async function serve(handler: Handler, { port = 0 }: ServeOptions = {}): Promise<Served> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const guards = new Guards(bound);
  const origin = `http://${guards.host}`;

  server.on('request', (req, res) => {
    // Only paths: `GET http://elsewhere/` and `OPTIONS *` are for proxies, which this is not.
    const target = req.url?.startsWith('/') ? req.url : '/';
    // `//host/…` would name another host once resolved, so the path is appended, not resolved.
    const url = URL.parse(origin + target);
    if (!url) return void send(new Response(null, { status: 400 }), req, res);
    const answer = guards.check({ method: req.method ?? 'GET', url, headers: req.headers });
    if (answer) void send(answer, req, res).catch(() => res.destroy());
    else void relay(handler, url, req, res);
  });
  // A browser may take minutes to upload a photo from a slow disk, but never minutes to send its headers.
  server.headersTimeout = 20_000;

  return {
    port: bound,
    origin,
    launchAddress: () => guards.launchAddress(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
