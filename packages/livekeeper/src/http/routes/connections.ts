import { type Language, languageOf } from "@livekeeper/base/text";
import { saidText } from "@livekeeper/engine/text";
import { z } from "zod";
import type { AdmissionStatus } from "../../live/index.ts";
import { reconnect, roomPriority, toWireReconnect, toWireUpstream, upstream } from "../../wire/index.ts";
import type { App, Route, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";

/** Routes of connections and of what they depend on. */
export const connectionsRoutes: readonly Route[] = [reconnectRoute, admissionRoutes, upstreamRoutes];

const limit = z.int().min(1).max(100_000).nullable();
const limits = z
	.strictObject({
		max_connections: limit.describe("in total; null: no limit"),
		max_connections_per_identity: limit.describe("per login; null: no limit"),
		max_connections_per_login: limit.describe("per logged-in account, if there is no limit per login; null: no limit"),
		max_connections_per_proxy: limit.describe("per proxy; null: no limit"),
	})
	.meta({ id: "ConnectionLimits" });

const connections = z
	.object({
		success: z.literal(true),
		limits,
		held: z.int().min(0).describe("connections in use, or about to be"),
		held_elsewhere: z
			.int()
			.min(0)
			.nullable()
			.describe("connections of the cluster's other nodes; null: there are none, or there is no total limit"),
		holders: z
			.array(
				z.object({
					live_id: z.string(),
					priority: roomPriority,
					second: z.boolean().describe("whether it is an additional connection of its room"),
					giving_way: z.boolean().describe("whether it was asked to give way to another"),
				}),
			)
			.describe("these connections, most important first"),
		queue: z
			.array(
				z.object({
					live_id: z.string(),
					position: z.int().min(1).describe("1 is next"),
					priority: roomPriority,
					since: z.number().describe("start of its wait, ms since the epoch"),
					why: z.string().describe("what it waits for"),
				}),
			)
			.describe("rooms waiting for a connection, the next one first"),
	})
	.meta({ id: "Connections" });

const connectionsUrl = "/api/v1/connections";

/** `GET` and `PATCH /api/v1/connections`: the limits on connections, and the queue for them. */
function admissionRoutes(app: App, { live }: RouteDeps): void {
	app.get(
		connectionsUrl,
		{
			schema: {
				operationId: "getConnections",
				summary: "Connection limits, and rooms that wait for a connection",
				tags: ["connections"],
				response: { 200: connections },
			},
		},
		async (request) => toWire(live.getConnections(), languageOf(request)),
	);
	app.patch(
		connectionsUrl,
		{
			schema: {
				operationId: "changeConnections",
				summary: "Change the connection limits",
				description:
					"Takes effect immediately and lasts until the service stops; limits that are left out stay unchanged.",
				tags: ["connections"],
				body: limits.partial(),
				response: { 200: connections },
			},
		},
		async (request) => {
			const { body } = request;
			const status = live.limitConnections({
				total: body.max_connections,
				perIdentity: body.max_connections_per_identity,
				perLogin: body.max_connections_per_login,
				perProxy: body.max_connections_per_proxy,
			});
			return toWire(status, languageOf(request));
		},
	);
}

function toWire(
	{ limits, held, heldElsewhere, holders, queue }: AdmissionStatus,
	language: Language,
): z.output<typeof connections> {
	const { total, perIdentity, perLogin, perProxy } = limits;
	return {
		success: true,
		limits: {
			max_connections: total ?? null,
			max_connections_per_identity: perIdentity ?? null,
			max_connections_per_login: perLogin ?? null,
			max_connections_per_proxy: perProxy ?? null,
		},
		held,
		held_elsewhere: heldElsewhere ?? null,
		holders: holders.map(({ liveId, preempted, ...one }) => ({ live_id: liveId, ...one, giving_way: preempted })),
		queue: queue.map(({ liveId, why, ...room }) => ({ live_id: liveId, ...room, why: saidText(why)[language] })),
	};
}

const upstreamUrl = "/api/v1/upstream";
const upstreamTags = ["connections"];

/**
 * `GET /api/v1/upstream`: the state of the site's lookups of live rooms; `POST …/passed`: a person has passed its
 * slider.
 */
function upstreamRoutes(app: App, { lookups }: RouteDeps): void {
	app.get(
		upstreamUrl,
		{
			schema: {
				operationId: "getUpstream",
				summary: "How Douyin is asked which rooms are live",
				description: "The answering node's own lookups; in a cluster, each node looks up its own rooms.",
				tags: upstreamTags,
				response: { 200: z.object({ success: z.literal(true), upstream }) },
			},
		},
		async (request) => ({ success: true as const, upstream: toWireUpstream(lookups.status(), languageOf(request)) }),
	);
	app.post(
		`${upstreamUrl}/passed`,
		{
			schema: {
				operationId: "passedSlider",
				summary: "Retry refused methods after a person has passed Douyin's slider",
				description:
					"Pass it in a browser on the same network, or through the same proxy. Each exit with a refused method sends one request immediately. The answer shows the state before that; a few seconds later, getUpstream shows whether it works again.",
				tags: upstreamTags,
				body: z.strictObject({
					exit: z.string().min(1).max(256).optional().describe("its name; left out: all"),
				}),
				response: {
					200: z.object({
						success: z.literal(true),
						tried: z.array(z.string()).describe("the exits that are retried; empty if nothing is refused"),
						upstream,
					}),
					...errorReplies(404),
				},
			},
		},
		async (request) => {
			const before = lookups.status();
			const tried = lookups.passed(request.body.exit);
			return { success: true as const, tried, upstream: toWireUpstream(before, languageOf(request)) };
		},
	);
}

/** `GET /api/v1/reconnect`: the state of reconnecting, for all rooms together. */
function reconnectRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/v1/reconnect",
		{
			schema: {
				operationId: "getReconnect",
				summary: "State of reconnects, for all rooms together",
				tags: ["rooms"],
				response: { 200: z.object({ success: z.literal(true), reconnect }) },
			},
		},
		async () => ({ success: true as const, reconnect: toWireReconnect(live.getReconnectStatus()) }),
	);
}
