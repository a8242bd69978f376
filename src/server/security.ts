import { timingSafeEqual } from 'node:crypto';
import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HarnessError, randomId, sha256 } from '../base/index.ts';

/** What lets a request in: see docs/guides/serve.md. */
export interface Gatekeeper {
  /** Stands in the address that is opened; whoever knows it gets a session. */
  readonly launchToken: string;
  /** The `Host` headers that the server answers to; asked for each request, since the port is known only then. */
  isOwnHost(host: string): boolean;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Where the session's cookie is sent. */
const COOKIE_PATH = '/api/';

/** On every answer, whatever it is. */
export const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "font-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** Sessions of browsers, kept as long as the server lives. */
class Sessions {
  readonly #tokens = new Map<string, string>();

  open(): string {
    const id = randomId() + randomId();
    this.#tokens.set(id, randomId() + randomId());
    return id;
  }

  /** The token that changes have to carry; undefined where there is no such session. */
  tokenOf(id: string | undefined): string | undefined {
    return id === undefined ? undefined : this.#tokens.get(id);
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a session: it holds nothing of an appdata. Every other route is guarded. */
    readonly open?: true;
  }
  interface FastifyRequest {
    /** The token that changes of this session have to carry; empty where there is no session. */
    csrfToken: string;
  }
}

/**
 * Guards every route: headers on all answers; foreign `Host` and `Origin` refused; a session where the route is not
 * declared open, and for changes its token. `GET /launch?token=` opens a session.
 */
export async function guard(server: FastifyInstance, keeper: Gatekeeper): Promise<void> {
  const sessions = new Sessions();
  await server.register(cookie);
  server.decorateRequest('csrfToken', '');
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    refuseForeign(request, keeper);
    if (isOpen(request)) return;
    const token = sessions.tokenOf(request.cookies[cookieName(request)]);
    if (token === undefined) throw new HarnessError('SH_HTTP_SESSION_MISSING', {});
    request.csrfToken = token;
    if (!SAFE.has(request.method) && !isSame(request.headers['x-csrf-token'], token))
      throw new HarnessError('SH_HTTP_TOKEN_WRONG', {});
  });
  server.get<{ Querystring: { token?: unknown } }>(
    '/launch',
    { config: { open: true }, schema: { hide: true } },
    async (request, reply) => {
      if (!isSame(request.query.token, keeper.launchToken)) {
        // An address of an earlier start: the page says in words what to open instead.
        if (request.headers['sec-fetch-mode'] === 'navigate') return reply.redirect('/', 303);
        throw new HarnessError('SH_HTTP_LAUNCH_REFUSED', {});
      }
      reply.setCookie(cookieName(request), sessions.open(), {
        httpOnly: true,
        sameSite: 'strict',
        path: COOKIE_PATH,
      });
      return reply.redirect('/', 303);
    },
  );
}

/** By the route that was found, never by the address as it was sent: that can be written in many ways. */
function isOpen({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.open === true;
}

/** Cookies know no ports: two servers on one machine would take each other's. */
function cookieName(request: FastifyRequest): string {
  return `stat-harness-${request.socket.localPort ?? 0}`;
}

function refuseForeign(request: FastifyRequest, keeper: Gatekeeper): void {
  const { host = '', origin } = request.headers;
  if (!keeper.isOwnHost(host)) throw new HarnessError('SH_HTTP_HOST_FOREIGN', { host: host || '""' });
  // As a proxy is asked, with a host of its own in the address; this is none.
  if (!request.url.startsWith('/')) throw new HarnessError('SH_HTTP_HOST_FOREIGN', { host: request.url });
  const site = request.headers['sec-fetch-site'];
  if (origin !== undefined && origin !== `http://${host}`)
    throw new HarnessError('SH_HTTP_ORIGIN_FOREIGN', { origin });
  // A link to a page from elsewhere is harmless; whatever reads or changes data is for the page itself.
  if (!isOpen(request) && (site === 'cross-site' || site === 'same-site'))
    throw new HarnessError('SH_HTTP_ORIGIN_FOREIGN', { origin: `a ${site} request` });
}

/** Compares hashes, so that the time it takes tells nothing. */
function isSame(given: unknown, wanted: string): boolean {
  if (typeof given !== 'string') return false;
  return timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(wanted)));
}
