import rateLimit from "@fastify/rate-limit";
import type { FastifyReply, FastifyRequest } from "fastify";
import { LivekeeperError } from "../errors.ts";
import type { Access } from "./access.ts";
import type { App } from "./app.ts";

export interface GuardOptions {
	access: Access;
	/** Requests a minute from one address; 0: no limit. */
	rateLimit: number;
}

/** What supervisors ask; neither key nor limit, so that a busy service isn't taken for a dead one. */
const isHealth = (url: string) => /^\/health\//.test(url);
/** The documentation holds no data, and a browser can't send a key with its scripts and styles. */
const isOpen = (url: string) => isHealth(url) || /^\/docs($|[/?])/.test(url);

/** Checks every request before anything else is done for it, unknown routes included. */
export async function guardRequests(app: App, options: GuardOptions): Promise<void> {
	const { access } = options;
	const limit = await limiter(app, options.rateLimit);
	app.addHook("onRequest", async (request, reply) => {
		if (!isHealth(request.url)) await limit(request, reply);
		if (!access.hostAllowed(request.headers.host)) {
			throw new LivekeeperError("forbidden_host", `The service doesn't answer for ${request.headers.host}`);
		}
		if (isOpen(request.url) || access.keyOpens(access.bearerKey(request.headers.authorization))) return;
		reply.header("www-authenticate", "Bearer");
		const what = request.headers.authorization === undefined ? "An API key is needed" : "The API key is wrong";
		throw new LivekeeperError("unauthorized", what);
	});
}

type Limiter = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

async function limiter(app: App, max: number): Promise<Limiter> {
	if (max === 0) return () => Promise.resolve();
	await app.register(rateLimit, { global: false });
	const check = app.createRateLimit({ max, timeWindow: 60_000 });
	return async (request, reply) => {
		const verdict = await check(request);
		if (verdict.isAllowed || !verdict.isExceeded) return;
		reply.header("retry-after", String(verdict.ttlInSeconds));
		throw new LivekeeperError("too_many_requests", `More than ${max} requests in a minute`);
	};
}
