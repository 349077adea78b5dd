import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import type { FastifyRequest } from "fastify";
import { type FastifyBaseLogger, fastify, LogController, type RouteOptions } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Logger } from "pino";
import type { Access } from "./access.ts";
import type { App, Route, RouteDeps } from "./app.ts";
import { zodSchemas } from "./app.ts";
import { isCallback, isHandover, isHealth, isTyped } from "./areas.ts";
import { serveDocs } from "./docs.ts";
import { answerBadHttp, replyWithError } from "./error-reply.ts";
import { guardRequests, guardSources } from "./guard.ts";
import { llmsRoute } from "./llms.ts";
import { serveManual } from "./manual.ts";
import { sendPage, servePage } from "./page.ts";
import { relayToOwners } from "./relay.ts";
import { proxyTrust, type TrustedProxies } from "./request-source.ts";
import { broadcastsRoutes } from "./routes/broadcasts.ts";
import { connectionsRoutes } from "./routes/connections.ts";
import { eventsRoutes } from "./routes/events.ts";
import { doctorRoute, healthRoutes, metricsRoute } from "./routes/health.ts";
import { identitiesRoutes, identityProbeRoute, pairingsRoutes } from "./routes/identities.ts";
import { liveRoutes } from "./routes/live.ts";
import { mcpRoute } from "./routes/mcp.ts";
import { mediaRoutes } from "./routes/media.ts";
import { officialRoutes } from "./routes/official.ts";
import { overlayTokensRoutes } from "./routes/overlay-tokens.ts";
import { recordingsRoutes } from "./routes/recordings.ts";
import { roomExportRoute } from "./routes/room-export.ts";
import { roomsRoutes } from "./routes/rooms.ts";
import { serviceRoutes } from "./routes/service.ts";
import { statisticsRoutes } from "./routes/statistics.ts";
import { targetRoutes } from "./routes/targets.ts";
import { errorReplies } from "./schemas/error.ts";

export interface HttpDeps extends RouteDeps {
	/** Maximum size of a request body, bytes. */
	bodyLimit: number;
	/** Proxies trusted to name a request's client; used here only for logs. */
	trustProxy: TrustedProxies;
	corsOrigins: readonly string[];
	access: Access;
	logger: Logger;
	/** Whether browsers can reach it; otherwise it serves neither the page nor the manual. */
	listens: boolean;
}

const routes: readonly Route[] = [
	...liveRoutes,
	...roomsRoutes,
	...eventsRoutes,
	...broadcastsRoutes,
	...statisticsRoutes,
	roomExportRoute,
	recordingsRoutes,
	identitiesRoutes,
	identityProbeRoute,
	pairingsRoutes,
	overlayTokensRoutes,
	...mediaRoutes,
	officialRoutes,
	...connectionsRoutes,
	targetRoutes,
	doctorRoute,
	...serviceRoutes,
	healthRoutes,
	metricsRoute,
	mcpRoute,
];

/** Builds the web server with all its routes. It does not listen yet. Closing it waits for pending requests. */
export async function createHttpServer(deps: HttpDeps): Promise<App> {
	const { access, logger, corsOrigins } = deps;
	const app: App = fastify({
		loggerInstance: logger as FastifyBaseLogger,
		logController: new LogController({ disableRequestLogging: true }),
		bodyLimit: deps.bodyLimit,
		routerOptions: { maxParamLength: 4096 },
		forceCloseConnections: "idle",
		return503OnClosing: false,
		requestTimeout: 30_000,
		clientErrorHandler: answerBadHttp,
		frameworkErrors: replyWithError,
		trustProxy: proxyTrust(deps.trustProxy),
		schemaController: zodSchemas,
	}).withTypeProvider<ZodTypeProvider>();
	app.setErrorHandler(replyWithError);
	acceptJsonBodies(app);
	await app.register(helmet, helmetOptions);
	refuseWhileClosing(app);
	guardSources(app, access);
	if (corsOrigins.length > 0) {
		await app.register(cors, {
			origin: corsOrigins.includes("*") ? "*" : [...corsOrigins],
			methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
			allowedHeaders: ["authorization", "content-type"],
			maxAge: 600,
		});
	}
	guardRequests(app, access);
	answerUnknownRoutes(app);
	documentRefusals(app);
	serveDocs(app);
	llmsRoute(app);
	if (deps.listens) {
		await servePage(app);
		serveManual(app);
	}
	if (deps.cluster) relayToOwners(app, deps.cluster.relay());
	for (const route of routes) route(app, deps);
	await app.ready();
	return app;
}

/**
 * Refuses requests while closing, because the framework's own refusal has neither the common form nor the requested
 * language.
 */
function refuseWhileClosing(app: App): void {
	let closing = false;
	app.addHook("preClose", async () => {
		closing = true;
	});
	app.addHook("onRequest", async () => {
		if (closing) throw new LivekeeperError("shutting_down", requestTexts.stopping);
	});
}

/**
 * Adds the refusals that a route's guard and schema cause to its documented replies: 401 and 429 if it needs a key, 400
 * if any input is checked, 413 and 415 if it takes a body. Install it before the routes.
 */
function documentRefusals(app: App): void {
	app.addHook("onRoute", (route) => {
		const { schema } = route;
		if (!schema || schema.hide || !schema.response) return;
		const response = { ...errorReplies(...refusalsOf(route)), ...schema.response };
		route.schema = { ...schema, response };
	});
}

function refusalsOf({ method, url, schema }: RouteOptions): number[] {
	const verb = String(method);
	const isSigned = isCallback(verb, url);
	const { params, querystring, body } = schema ?? {};
	return [
		...(isHealth(url) || isSigned || isHandover(verb, url) ? [] : [401]),
		...(isHealth(url) || isSigned ? [] : [429]),
		...(params || querystring || body ? [400] : []),
		...(body ? [413, 415] : []),
	];
}

/** The service speaks plain HTTP, so headers that make browsers use HTTPS are left to the proxy in front of it. */
const helmetOptions = {
	strictTransportSecurity: false,
	contentSecurityPolicy: { directives: { "upgrade-insecure-requests": null } },
};

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Accepts bodies that are JSON and declared as such. Anything that is not JSON is refused as that, whatever its content
 * type; JSON under another content type is refused too, because a browser sends `text/plain` across origins without a
 * preflight.
 */
export function acceptJsonBodies(app: App): void {
	const parseSafely = app.getDefaultJsonParser("error", "error");
	const parse = (request: FastifyRequest, text: string, done: Done) => {
		// An empty body is no body; the route's schema decides whether it needs one.
		if (text === "") return done(null, undefined);
		parseSafely(request, text, (error, value) => {
			if (error) done(new LivekeeperError("invalid_json", requestTexts.notJson, { cause: error }));
			else done(null, value);
		});
	};
	app.removeAllContentTypeParsers();
	app.addContentTypeParser("application/json", { parseAs: "string" }, (request, text, done) =>
		parse(request, text as string, done),
	);
	app.addContentTypeParser("*", { parseAs: "string" }, (request, text, done) =>
		parse(request, text as string, (error, value) => {
			if (error || value === undefined) return done(error, value);
			const given = request.headers["content-type"]?.slice(0, 100);
			done(new LivekeeperError("unsupported_media_type", requestTexts.contentType(given)));
		}),
	);
}

/**
 * Distinguishes an unknown route from one that exists with other methods. A browser gets the page instead, which says
 * that there is no such page and leads back. Install it before the routes.
 */
function answerUnknownRoutes(app: App): void {
	const routes: { path: RegExp; method: string }[] = [];
	app.addHook("onRoute", ({ url, method }) => {
		const path = new RegExp(
			`^${url
				.replace(/[.+?^${}()|[\]\\]/g, "\\$&")
				.replace(/:\w+/g, "[^/]+")
				.replace(/\*/g, ".*")}$`,
		);
		for (const one of [method].flat()) routes.push({ path, method: one });
	});
	app.setNotFoundHandler((request, reply) => {
		const path = request.url.split("?", 1)[0] ?? "";
		const allowed = [...new Set(routes.filter((route) => route.path.test(path)).map((route) => route.method))];
		if (allowed.length === 0) {
			if (isTyped(request) && app.hasReplyDecorator("sendFile")) return sendPage(reply.code(404), "index.html");
			return replyWithError(
				new LivekeeperError("not_found", requestTexts.noRoute(request.method, path.slice(0, 200))),
				request,
				reply,
			);
		}
		reply.header("allow", allowed.join(", "));
		const text = requestTexts.wrongMethod(path.slice(0, 200), request.method);
		return replyWithError(new LivekeeperError("method_not_allowed", text), request, reply);
	});
}
