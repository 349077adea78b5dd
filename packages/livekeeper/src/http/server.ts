import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import { type FastifyBaseLogger, fastify, LogController } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Logger } from "pino";
import { LivekeeperError } from "../errors.ts";
import { requestTexts } from "../text/index.ts";
import type { Access } from "./access.ts";
import type { App, RouteDeps } from "./app.ts";
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
import { backupRoutes } from "./routes/backup.ts";
import { broadcastGiftsRoute } from "./routes/broadcast-gifts.ts";
import { broadcastHighlightsRoutes } from "./routes/broadcast-highlights.ts";
import { broadcastReportRoute } from "./routes/broadcast-report.ts";
import { configRoute } from "./routes/config.ts";
import { connectionsRoutes } from "./routes/connections.ts";
import { diagnosisRoute } from "./routes/diagnosis.ts";
import { doctorRoute } from "./routes/doctor.ts";
import { eventFieldsRoute } from "./routes/event-fields.ts";
import { giftsRoute } from "./routes/gifts.ts";
import { healthRoutes } from "./routes/health.ts";
import { identitiesRoutes } from "./routes/identities.ts";
import { identityProbeRoute } from "./routes/identity-probe.ts";
import { imageRoute } from "./routes/image.ts";
import { liveStartRoute } from "./routes/live-start.ts";
import { liveStatusRoute } from "./routes/live-status.ts";
import { liveStopRoute } from "./routes/live-stop.ts";
import { mcpRoute } from "./routes/mcp.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { nodesRoute } from "./routes/nodes.ts";
import { officialRoutes } from "./routes/official.ts";
import { overlayTokensRoutes } from "./routes/overlay-tokens.ts";
import { pairingsRoutes } from "./routes/pairings.ts";
import { reconnectRoute } from "./routes/reconnect.ts";
import { recordingsRoutes } from "./routes/recordings.ts";
import { roomBroadcastsRoute } from "./routes/room-broadcasts.ts";
import { roomDeleteRoute } from "./routes/room-delete.ts";
import { roomEventStreamRoute, roomEventsRoute } from "./routes/room-events.ts";
import { roomExportRoute } from "./routes/room-export.ts";
import { roomGetRoute } from "./routes/room-get.ts";
import { roomKindsRoute } from "./routes/room-kinds.ts";
import { roomOptionsRoute } from "./routes/room-options.ts";
import { roomPatchRoute } from "./routes/room-patch.ts";
import { roomPutRoute } from "./routes/room-put.ts";
import { roomQualityRoute } from "./routes/room-quality.ts";
import { roomSeriesRoute } from "./routes/room-series.ts";
import { roomsListRoute } from "./routes/rooms-list.ts";
import { roomsResolveRoute } from "./routes/rooms-resolve.ts";
import { searchRoute } from "./routes/search.ts";
import { soundsRoutes } from "./routes/sounds.ts";
import { targetChecksRoutes } from "./routes/target-checks.ts";
import { targetsRoutes } from "./routes/targets.ts";
import { targetDeadLettersRoutes } from "./routes/targets-dead-letters.ts";
import { targetRoutes } from "./routes/targets-one.ts";
import { todayRoute } from "./routes/today.ts";
import { updateRoutes } from "./routes/update.ts";
import { upstreamRoutes } from "./routes/upstream.ts";
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

const routes = [
	liveStartRoute,
	liveStopRoute,
	liveStatusRoute,
	roomsListRoute,
	roomsResolveRoute,
	reconnectRoute,
	roomGetRoute,
	roomQualityRoute,
	roomKindsRoute,
	roomPutRoute,
	roomOptionsRoute,
	roomPatchRoute,
	roomDeleteRoute,
	roomEventsRoute,
	roomEventStreamRoute,
	eventFieldsRoute,
	roomBroadcastsRoute,
	broadcastGiftsRoute,
	broadcastReportRoute,
	broadcastHighlightsRoutes,
	roomSeriesRoute,
	giftsRoute,
	todayRoute,
	searchRoute,
	roomExportRoute,
	recordingsRoutes,
	identitiesRoutes,
	identityProbeRoute,
	pairingsRoutes,
	overlayTokensRoutes,
	soundsRoutes,
	officialRoutes,
	connectionsRoutes,
	upstreamRoutes,
	updateRoutes,
	targetsRoutes,
	targetRoutes,
	targetChecksRoutes,
	targetDeadLettersRoutes,
	configRoute,
	doctorRoute,
	diagnosisRoute,
	backupRoutes,
	imageRoute,
	healthRoutes,
	metricsRoute,
	mcpRoute,
	nodesRoute,
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

/** The service speaks plain HTTP, so headers that make browsers use HTTPS are left to the proxy in front of it. */
const helmetOptions = {
	strictTransportSecurity: false,
	contentSecurityPolicy: { directives: { "upgrade-insecure-requests": null } },
};
