import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { LiveService } from "../live/index.ts";
import type { Metrics } from "../metrics/index.ts";

/** The web server, with schemas that validate, type and document each route. */
export type App = FastifyInstance<
	RawServerDefault,
	IncomingMessage,
	ServerResponse,
	FastifyBaseLogger,
	ZodTypeProvider
>;

/** What routes need. */
export interface RouteDeps {
	live: Pick<LiveService, "startLive" | "stopLive" | "getStatus" | "getRoom">;
	metrics: Metrics;
	/** Why the service isn't ready for work, or `undefined` when it is. */
	notReady: () => string | undefined;
}
