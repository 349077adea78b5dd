import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import { LivekeeperError } from "@livekeeper/base/errors";
import { requestTexts } from "@livekeeper/base/text";
import { type FastifyBaseLogger, fastify, LogController, type RouteOptions } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Logger } from "pino";
import type { Access } from "./access.ts";
import type { App, Route, RouteDeps } from "./app.ts";
import { isCallback, isHandover, isHealth } from "./areas.ts";
import { acceptJsonBodies } from "./body.ts";
import { proxyTrust, type TrustedProxies } from "./client-address.ts";
import { serveDocs } from "./docs.ts";
import { answerBadHttp, replyWithError } from "./error-reply.ts";
import { guardRequests, guardSources } from "./guard.ts";
import { llmsRoute } from "./llms.ts";
import { serveManual } from "./manual.ts";
import { answerUnknownRoutes } from "./not-found.ts";
import { servePage } from "./page.ts";
import { relayToOwners } from "./relay.ts";
import { broadcastsRoutes } from "./routes/broadcasts.ts";
import { connectionsRoutes } from "./routes/connections.ts";
import { doctorRoute } from "./routes/doctor.ts";
import { eventsRoutes } from "./routes/events.ts";
import { healthRoutes, metricsRoute } from "./routes/health.ts";
import { identitiesRoutes, identityProbeRoute } from "./routes/identities.ts";
import { liveRoutes } from "./routes/live.ts";
import { mcpRoute } from "./routes/mcp.ts";
import { mediaRoutes } from "./routes/media.ts";
import { officialRoutes } from "./routes/official.ts";
import { overlayTokensRoutes } from "./routes/overlay-tokens.ts";
import { pairingsRoutes } from "./routes/pairings.ts";
import { recordingsRoutes } from "./routes/recordings.ts";
import { roomExportRoute } from "./routes/room-export.ts";
import { roomsRoutes } from "./routes/rooms.ts";
import { serviceRoutes } from "./routes/service.ts";
import { statisticsRoutes } from "./routes/statistics.ts";
import { targetRoutes } from "./routes/targets.ts";
import { errorReplies } from "./schemas/error.ts";
import { zodSchemas } from "./zod-schemas.ts";

export interface HttpDeps extends RouteDeps {
	/** Maximum size of a request body, bytes. */
	bodyLimit: number;
	/** Proxies trusted to name a request's client; used here only for logs. */
	trustProxy: TrustedProxies;
	corsOrigins: readonly string[];
	access: Access;
	logger: Logger;
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
	await servePage(app);
	serveManual(app);
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
