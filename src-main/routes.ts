/** A request in, a response out: commands, the timeline's bytes, events, pictures, and the built window. */
import type { Commands } from './commands.ts';
import { LikenessError, toErrorData, type ErrorCode, type ErrorData } from './contract/errors.ts';
import { encodeTimeline } from './contract/timeline.ts';
import type { Services } from './app.ts';
import { faceResponse, photoResponse, thumbnailResponse } from './pictures.ts';
import { fileResponse } from './serve-file.ts';

export interface RouteContext {
  readonly services: Services;
  readonly commands: Commands;
  /** Folder of the built window. */
  readonly built: string;
}

/** Scripts and styles of our own alone; pictures also from memory, since the viewer draws them there. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const guards: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Never rejects: whatever goes wrong is an answer with a sentence. */
export async function handleRequest(request: Request, context: RouteContext): Promise<Response> {
  const response = await route(request, context).catch((thrown: unknown) => failed(thrown));
  for (const [name, value] of Object.entries(guards)) response.headers.set(name, value);
  return response;
}

async function route(request: Request, context: RouteContext): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const { services } = context;
  const [, area = '', first = '', second = ''] = pathname.split('/');
  if (area === 'api') return api(request, pathname.slice('/api/'.length), searchParams, context);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refused(405, 'Only reading is possible here.');
  if (area === 'thumbnails') return thumbnailResponse(services, whole(first), whole(second));
  if (area === 'faces') return faceResponse(services, whole(first));
  if (area === 'photos') return photoResponse(services, whole(first), request);
  return fileResponse(context.built, pathname, request);
}

async function api(
  request: Request,
  name: string,
  search: URLSearchParams,
  { services, commands }: RouteContext,
): Promise<Response> {
  const isPost = request.method === 'POST';
  if (name === 'events' && !isPost) return services.events.response();
  if (name === 'timeline' && !isPost) {
    const since = search.get('since');
    const timeline = services.store.photos.timeline(since === null ? undefined : whole(since));
    return new Response(encodeTimeline(timeline), {
      headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' },
    });
  }
  if (name === 'upload' && isPost) return json({ upload: await services.uploads.add(request.body) });
  if (!commands.has(name)) return refused(404, `There is no command “${name}”.`);
  if (!isPost) return refused(405, `The command “${name}” is called by POST.`);
  return json(await commands.call(name, await body(request)));
}

async function body(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LikenessError('bad-input', 'The request is not JSON.', 'Send a JSON object.', { cause });
  }
}

function whole(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  });
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  'bad-input': 400,
  'not-a-folder': 400,
  'path-too-long': 400,
  'unsupported-format': 415,
  'unreadable-photo': 422,
  forbidden: 403,
  'no-permission': 403,
  'not-found': 404,
  'photo-gone': 404,
  'not-encoded': 409,
  'library-in-use': 409,
  'disk-full': 507,
  cancelled: 499,
};

function failed(thrown: unknown): Response {
  const error = toErrorData(thrown);
  if (error.code === 'internal') console.error(thrown);
  return json({ error }, statusOf[error.code] ?? 500);
}

function refused(status: 404 | 405, message: string): Response {
  const error: ErrorData = { code: 'not-found', message, hint: 'The commands are listed in docs/api.md.' };
  return json({ error }, status);
}
