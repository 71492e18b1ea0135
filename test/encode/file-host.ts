/** A host of files on this computer that behaves as the Hub does, or badly in the way that a test asks for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileHost {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  /** Path → bytes. */
  readonly files: Map<string, Uint8Array>;
  /** What was asked, in order: `path range` where a range was, with its if-range. */
  readonly asked: string[];
  /** What it does, at the next request and all after it. */
  behaviour: Behaviour;
  close(): Promise<void>;
}

export interface Behaviour {
  /** Cuts the connection after so many bytes of an answer; by default it does not. */
  readonly cutAfter?: number;
  /** Bytes of the file that have arrived: it cuts no earlier, since bytes on their way may go with the connection. */
  readonly arrived?: () => number;
  /** Answers the whole file, whatever range was asked for. */
  readonly ignoreRanges?: boolean;
  /** Answers with this status and no file. */
  readonly status?: number;
  /** Answers with another start than was asked for. */
  readonly wrongRange?: boolean;
  readonly tag?: string | null;
  /** Bytes a piece, and milliseconds between them. */
  readonly slow?: { readonly bytes: number; readonly ms: number };
  /** From this byte of the file on it sends a byte a quarter of a second, until it behaves otherwise. */
  readonly trickleFrom?: number;
  /** Sends nothing more after the first piece. */
  readonly stall?: boolean;
  /** First answers that another place has the file, as the Hub does. */
  readonly redirect?: boolean;
}

export async function openFileHost(files: Readonly<Record<string, Uint8Array>> = {}): Promise<FileHost> {
  const host = {
    files: new Map(Object.entries(files)),
    asked: [] as string[],
    behaviour: {} as Behaviour,
  };
  const server = createServer((request, response) => void answer(host, request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(host, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  });
}

async function answer(
  host: Pick<FileHost, 'files' | 'asked' | 'behaviour'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { files, asked, behaviour } = host;
  const { pathname, search } = new URL(request.url ?? '/', 'http://host');
  const { range, 'if-range': ifRange } = request.headers;
  const { status, tag = '"one"', cutAfter = Number.POSITIVE_INFINITY, slow, stall } = behaviour;
  if (behaviour.redirect && search === '')
    return void response.writeHead(302, { location: `${pathname}?signed` }).end();
  asked.push([pathname, range, ifRange && `if ${ifRange}`].filter(Boolean).join(' '));
  const file = files.get(pathname);
  if (status !== undefined || !file) return void response.writeHead(status ?? 404).end('a page that says so');

  const first = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const ranged = first > 0 && !behaviour.ignoreRanges && (ifRange === undefined || ifRange === tag);
  if (ranged && first >= file.length)
    return void response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
  const from = ranged ? first : 0;
  const told = from + (behaviour.wrongRange && ranged ? 1 : 0);
  response.writeHead(ranged ? 206 : 200, {
    'content-length': file.length - from,
    'accept-ranges': 'bytes',
    ...(tag && { etag: tag }),
    ...(ranged && { 'content-range': `bytes ${told}-${file.length - 1}/${file.length}` }),
  });
  for (let at = from; at < file.length && !response.destroyed;) {
    const trickles = at >= (host.behaviour.trickleFrom ?? Number.POSITIVE_INFINITY);
    const end = Math.min(file.length, at + (trickles ? 1 : (slow?.bytes ?? 16_384)), from + cutAfter);
    response.write(file.subarray(at, end));
    at = end;
    if (stall) return;
    if (at === from + cutAfter && at < file.length) {
      while (behaviour.arrived && behaviour.arrived() < at) await pause(2);
      return void response.destroy();
    }
    if (trickles) await pause(250);
    else if (slow) await pause(slow.ms);
  }
  response.end();
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
