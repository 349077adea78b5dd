import { liveIdInput, plainLiveId } from "@livekeeper/base/live-id";
import type { RoomChange, RoomOptions } from "@livekeeper/base/room-options";
import { askedLanguage, checkTexts, type Language, languageOf, type Text } from "@livekeeper/base/text";
import { officialTypes } from "@livekeeper/douyin";
import { z } from "zod";
import type { RoomStatus, StartedRoom } from "../../live/index.ts";
import { replyTexts } from "../../text/index.ts";
import { reason, roomHealth, roomState, toWireReason } from "../../wire/index.ts";
import type { App, Route, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { identity, identityName } from "../schemas/identity.ts";

/** Printable and without spaces, as the platform's console shows it. */
const secret = z
	.string()
	.max(256)
	.regex(/^[\x21-\x7e]+$/, checkTexts.officialSecret.en);

const type = z.enum(officialTypes);

/** An app of the open platform. Its secrets are never returned in any response. */
const officialOptions = z
	.strictObject({
		app_id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, checkTexts.officialApp.en),
		secret: secret.describe("the app's secret, used to obtain access tokens"),
		callback_secrets: z
			.partialRecord(type, secret)
			.optional()
			.describe("secrets that sign the callbacks of each kind; default the app's secret"),
		types: z.array(type).min(1).max(officialTypes.length).optional().describe("what is pushed; default only live_gift"),
	})
	.transform(({ app_id: appId, secret: appSecret, callback_secrets: callbackSecrets, types }) => {
		return { appId, secret: appSecret, callbackSecrets, types: types && [...new Set(types)] };
	});

const pinned = z
	.boolean()
	.describe("whether the room connects before those that are not pinned when connections are scarce");

const session = z.strictObject({ ...identity.shape, identity: identityName.optional() }).meta({ id: "FurtherSession" });

/** Options of one room that the user can set. */
export const roomOptions = z
	.strictObject({
		...identity.shape,
		identity: identityName.optional().describe("a saved login that rooms share, instead of cookie and proxy"),
		pinned: pinned.optional(),
		raw: z.boolean().optional().describe("whether Douyin's raw data is stored with the events; default false"),
		redundancy: z.int().min(1).max(3).optional().describe("number of parallel connections; default 1"),
		official: officialOptions
			.nullish()
			.describe("the app that has the room's data pushed by the open platform; null: none"),
		sessions: z
			.array(session)
			.max(2)
			.optional()
			.describe("login and proxy of the connections after the first; fields left out are those of the first"),
	})
	.meta({ id: "RoomOptions" }) satisfies z.ZodType<RoomOptions>;

/** Changes to a room's options. */
export const roomChange = roomOptions
	.extend({
		identity: identityName
			.nullish()
			.describe(
				"a saved login that rooms share, instead of cookie and proxy; null: as for rooms without one of their own",
			),
	})
	.meta({ id: "RoomChange" }) satisfies z.ZodType<RoomChange>;

/** Routes of the original design. */
export const liveRoutes: readonly Route[] = [liveStartRoute, liveStopRoute, liveStatusRoute];

/**
 * `POST /api/live/start`: keeps a room connected from now on. For an active room it succeeds at once; options that are
 * not given stay unchanged.
 */
function liveStartRoute(app: App, { live }: RouteDeps): void {
	app.post(
		"/api/live/start",
		{
			schema: {
				operationId: "liveStart",
				summary: "Keep a room connected",
				tags: ["live"],
				body: z.strictObject({ live_id: liveIdInput, ...roomOptions.shape }),
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string(), message: z.string() }),
					...errorReplies(404, 409, 503),
				},
			},
		},
		async (request) => {
			const { live_id, ...options } = request.body;
			const started = await live.startLive(plainLiveId(live_id), options, "merge");
			return {
				success: true as const,
				live_id: started.liveId,
				message: textOf(started)[askedLanguage(request) ?? "zh"],
			};
		},
	);
}

/** Chinese if no language is requested: these are the answers of the original design. */
function textOf({ liveId, created, changed }: StartedRoom): Text {
	if (created) return replyTexts.started(liveId);
	return changed ? replyTexts.changed(liveId) : replyTexts.running(liveId);
}

/** `POST /api/live/stop`: stops a room. */
function liveStopRoute(app: App, { live }: RouteDeps): void {
	app.post(
		"/api/live/stop",
		{
			schema: {
				operationId: "liveStop",
				summary: "Stop a room",
				tags: ["live"],
				body: z.object({ live_id: liveIdInput }),
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string(), message: z.string() }),
					...errorReplies(404, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.body.live_id);
			await live.stopLive(liveId);
			// As for starting: Chinese if no language is requested.
			return {
				success: true as const,
				live_id: liveId,
				message: replyTexts.stopped(liveId)[askedLanguage(request) ?? "zh"],
			};
		},
	);
}

const seconds = (what: string) =>
	z.int().nullable().describe(`${what}, seconds since the epoch; null when there is none`);

const connection = z
	.object({
		active: z.boolean().describe("whether the connection is open"),
		reconnect_count: z.int(),
		last_message_time: seconds("time of the last message"),
		should_reconnect: z.boolean().describe("whether the room is started"),
		state: roomState,
		health: roomHealth.nullable(),
		reason,
		next_attempt_at: seconds("when the next attempt is due"),
		gaps: z.int().describe("gaps in the log, where messages are or may be missing"),
	})
	.meta({ id: "Connection" });

/** `GET /api/live/status`: every kept room and its state. Times here are seconds. */
function liveStatusRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/live/status",
		{
			schema: {
				operationId: "liveStatus",
				summary: "All rooms, in short",
				tags: ["live"],
				response: {
					200: z.object({
						success: z.literal(true),
						active_rooms: z.array(z.string()),
						count: z.int(),
						connections: z.record(z.string(), connection),
					}),
				},
			},
		},
		async (request, reply) => {
			const { activeRooms, rooms } = live.getStatus();
			const language = languageOf(request);
			const connections = Object.fromEntries(rooms.map((status) => [status.liveId, toConnection(status, language)]));
			const body = { success: true, active_rooms: activeRooms, count: activeRooms.length, connections };
			// Schemas omit a room named __proto__, so the body is serialised without one.
			return reply.type("application/json; charset=utf-8").send(JSON.stringify(body) as never);
		},
	);
}

function toConnection(status: RoomStatus, language: Language): z.output<typeof connection> {
	return {
		active: status.state === "connected",
		reconnect_count: status.reconnectCount,
		last_message_time: toSeconds(status.lastMessageAt),
		should_reconnect: status.state !== "stopped",
		state: status.state,
		health: status.health ?? null,
		reason: toWireReason(status.reason, language),
		next_attempt_at: toSeconds(status.nextAttemptAt),
		gaps: status.gaps,
	};
}

function toSeconds(ms: number | undefined): number | null {
	return ms === undefined ? null : Math.floor(ms / 1000);
}
