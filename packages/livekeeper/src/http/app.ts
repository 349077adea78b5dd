import type { IncomingMessage, ServerResponse } from "node:http";
import type { Text } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import type { EventLog } from "@livekeeper/log";
import type { KeyFile } from "@livekeeper/log/storage";
import type { Targets } from "@livekeeper/targets";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyServerOptions, RawServerDefault } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { Cluster } from "../cluster/index.ts";
import type { Diagnosis } from "../diagnosis/index.ts";
import type {
	Doctor,
	IdentityService,
	KindCounts,
	LiveService,
	LookupService,
	OverlayTokens,
	RoomFinder,
	Sounds,
} from "../live/index.ts";
import type { Metrics } from "../metrics/index.ts";
import type { OfficialSource } from "../official/index.ts";
import type { Backups } from "../outputs/backups.ts";
import type { Exporter } from "../outputs/export/index.ts";
import type { ReaderHub } from "../outputs/readers/index.ts";
import type { UpdateWatch } from "../updates/index.ts";
import type { Access } from "./access.ts";
import type { Images } from "./images.ts";
import type { McpEndpoint } from "./routes/mcp.ts";
import type { DescribedConfig } from "./routes/service.ts";

/** The web server, with schemas that validate, type and document each route. */
export type App = FastifyInstance<
	RawServerDefault,
	IncomingMessage,
	ServerResponse,
	FastifyBaseLogger,
	ZodTypeProvider
>;

/** Adds routes to the server. */
export type Route = (app: App, deps: RouteDeps) => void;

/** Dependencies of the routes. */
export interface RouteDeps {
	live: Pick<
		LiveService,
		| "startLive"
		| "changeLive"
		| "stopLive"
		| "getStatus"
		| "getReconnectStatus"
		| "requireRoom"
		| "nameOf"
		| "getQualityHistory"
		| "requireReadable"
		| "getConnections"
		| "limitConnections"
	>;
	identities: Pick<
		IdentityService,
		"lift" | "list" | "get" | "put" | "remove" | "probe" | "probeCookie" | "read" | "pairing"
	>;
	lookups: Pick<LookupService, "status" | "passed" | "passedWith">;
	updates: Pick<UpdateWatch, "view" | "applyProfile">;
	official: Pick<OfficialSource, "receive" | "roomOf" | "requireStatus">;
	access: Pick<Access, "countRefused">;
	overlayTokens: Pick<OverlayTokens, "list" | "read" | "create" | "change" | "test" | "remove">;
	sounds: Pick<Sounds, "list" | "add" | "get" | "read" | "remove">;
	doctor: Pick<Doctor, "examine">;
	diagnosis: Pick<Diagnosis, "make">;
	finder: Pick<RoomFinder, "find">;
	log: Pick<EventLog, "read" | "search" | "broadcasts" | "series" | "gifts" | "newcomers" | "knownGifts">;
	kinds: Pick<KindCounts, "of">;
	/** Serves long-lived readers over server-sent events. */
	hub: ReaderHub;
	exporter: Pick<Exporter, "open">;
	targets: Pick<Targets, keyof Targets>;
	backups: Pick<Backups, "make" | "progress">;
	/** File of the key that seals secrets; `undefined` if the user supplies the key. */
	keyFile: KeyFile | undefined;
	/** Options the service was started with. */
	config: DescribedConfig;
	clock: Clock;
	/** The cluster of which this is a node. */
	cluster?: Pick<Cluster, "nodes" | "unheardMs" | "isCutOff" | "relay"> | undefined;
	metrics: Metrics;
	images: Pick<Images, "fetch">;
	/** Tools for language models; `undefined` if they are off. */
	mcp: McpEndpoint | undefined;
	/** Returns the reason why the service is not ready, or `undefined` if it is. */
	notReady: () => Text | undefined;
	/** Returns problems, for people, that do not keep the service from working. */
	warnings: () => Text[];
}

/** Compilers for zod schemas. A server that has them from the start does not load the framework's own compilers. */
export const zodSchemas = {
	compilersFactory: { buildValidator: () => validatorCompiler, buildSerializer: () => serializerCompiler },
	// The framework's types only know its own schemas.
} as unknown as NonNullable<FastifyServerOptions["schemaController"]>;

/**
 * Returns a signal that aborts if the client's connection closes before the response is complete. Call it before any
 * wait.
 */
export function goneSignal(reply: FastifyReply): AbortSignal {
	const gone = new AbortController();
	reply.raw.once("close", () => {
		if (!reply.raw.writableFinished) gone.abort(new Error("The client has gone"));
	});
	return gone.signal;
}
