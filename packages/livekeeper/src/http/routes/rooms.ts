import { LivekeeperError } from "@livekeeper/base/errors";
import { plainLiveId } from "@livekeeper/base/live-id";
import { type Language, languageOf } from "@livekeeper/base/text";
import { z } from "zod";
import type { FoundRoom } from "../../live/index.ts";
import { linkTexts } from "../../text/index.ts";
import {
	qualityPoint,
	room,
	roomQuality,
	roomReply,
	toWireQualityPoint,
	toWireRoomQuality,
	toWireStatus,
} from "../../wire/index.ts";
import type { App, Route, RouteDeps } from "../app.ts";
import { openToTokens } from "../areas.ts";
import { replyWithError } from "../error-reply.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams } from "../schemas/parameters.ts";
import { roomChange, roomOptions } from "./live.ts";

/** Routes of kept rooms, without their events. */
export const roomsRoutes: readonly Route[] = [
	roomsListRoute,
	roomsResolveRoute,
	roomGetRoute,
	roomQualityRoute,
	roomKindsRoute,
	roomPutRoute,
	roomOptionsRoute,
	roomPatchRoute,
	roomDeleteRoute,
];

/** `GET /api/v1/rooms`: every room with all details. */
function roomsListRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/v1/rooms",
		{
			schema: {
				operationId: "listRooms",
				summary: "All rooms",
				security: openToTokens("all_rooms"),
				tags: ["rooms"],
				response: {
					200: z.object({ success: z.literal(true), count: z.int(), rooms: z.array(room) }),
				},
			},
		},
		async (request) => {
			const language = languageOf(request);
			const rooms = live.getStatus().rooms.map((status) => toWireStatus(status, language));
			return { success: true as const, count: rooms.length, rooms };
		},
	);
}

/** `GET /api/v1/rooms/{live_id}`: one room with all details. */
function roomGetRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id",
		{
			config: { atOwner: "best" },
			schema: {
				operationId: "getRoom",
				summary: "One room",
				security: openToTokens("room"),
				tags: ["rooms"],
				params: liveIdParams,
				response: { 200: roomReply, ...errorReplies(404, 503) },
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			const { status } = await live.requireRoom(liveId);
			return { success: true as const, room: toWireStatus(status, languageOf(request)) };
		},
	);
}

/** `PUT /api/v1/rooms/{live_id}`: keeps a room connected, with these options. Repeating the request changes nothing. */
function roomPutRoute(app: App, { live }: RouteDeps): void {
	app.put(
		"/api/v1/rooms/:live_id",
		{
			schema: {
				operationId: "putRoom",
				summary: "Keep a room connected",
				tags: ["rooms"],
				params: liveIdParams,
				body: roomOptions.nullish(),
				response: { 200: roomReply, 201: roomReply, ...errorReplies(404, 409, 503) },
			},
		},
		async (request, reply) => {
			// Without a body an active room keeps its options.
			const { created, status } = await live.startLive(plainLiveId(request.params.live_id), request.body ?? undefined);
			return reply.code(created ? 201 : 200).send({ success: true, room: toWireStatus(status, languageOf(request)) });
		},
	);
}

/** `PATCH /api/v1/rooms/{live_id}`: changes the given options of a room; the others stay. */
function roomPatchRoute(app: App, { live }: RouteDeps): void {
	app.patch(
		"/api/v1/rooms/:live_id",
		{
			schema: {
				operationId: "changeRoom",
				summary: "Change a room's settings",
				description: "Settings that are left out stay unchanged; PUT replaces all of them.",
				tags: ["rooms"],
				params: liveIdParams,
				body: roomChange,
				response: { 200: roomReply, ...errorReplies(404, 503) },
			},
		},
		async (request) => {
			const status = await live.changeLive(plainLiveId(request.params.live_id), request.body);
			return { success: true as const, room: toWireStatus(status, languageOf(request)) };
		},
	);
}

/** `DELETE /api/v1/rooms/{live_id}`: releases a room. */
function roomDeleteRoute(app: App, { live }: RouteDeps): void {
	app.delete(
		"/api/v1/rooms/:live_id",
		{
			schema: {
				operationId: "deleteRoom",
				summary: "Stop a room",
				tags: ["rooms"],
				params: liveIdParams,
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string() }),
					...errorReplies(404, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.stopLive(liveId);
			return { success: true as const, live_id: liveId };
		},
	);
}

const setOptions = z
	.object({
		identity: z.string().nullable().describe("the saved login it uses; null: none"),
		has_cookie: z.boolean().describe("whether it has a cookie of its own"),
		has_proxy: z.boolean().describe("whether it has a proxy of its own"),
		pinned: z.boolean(),
		raw: z.boolean(),
		redundancy: z.int().min(1).max(3),
	})
	.meta({ id: "SetRoomOptions" });

/** `GET /api/v1/rooms/{live_id}/options`: the options of a room, without secrets. */
function roomOptionsRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/options",
		{
			schema: {
				operationId: "getRoomOptions",
				summary: "A room's settings, without secrets",
				tags: ["rooms"],
				params: liveIdParams,
				response: {
					200: z.object({ success: z.literal(true), options: setOptions }),
					...errorReplies(404, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			const { options: given } = await live.requireRoom(liveId);
			const { identity = null, pinned = false, raw = false, redundancy = 1 } = given;
			const own = { has_cookie: given.cookie !== undefined, has_proxy: given.proxy !== undefined };
			return { success: true as const, options: { identity, ...own, pinned, raw, redundancy } };
		},
	);
}

/** `GET /api/v1/rooms/{live_id}/quality`: the quality of the room's connection, now and over the last day. */
function roomQualityRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/quality",
		{
			config: { atOwner: "alone" },
			schema: {
				operationId: "getQuality",
				summary: "A room's quality score, with its parts and its history",
				description: "The history has a point for every 5 minutes of the last 24 hours, from the start of the room.",
				tags: ["rooms"],
				params: liveIdParams,
				response: {
					200: z.object({
						success: z.literal(true),
						live_id: z.string(),
						quality: roomQuality,
						history: z.array(qualityPoint),
					}),
					...errorReplies(404, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			const { status } = await live.requireRoom(liveId);
			const history = live.getQualityHistory(liveId).map(toWireQualityPoint);
			return { success: true as const, live_id: liveId, quality: toWireRoomQuality(status.quality), history };
		},
	);
}

const kindCount = z
	.object({
		kind: z.string().describe("the event's type, or Douyin's name of the kind for events without one"),
		typed: z.boolean().describe("whether its events have their own type"),
		count: z.int().min(1),
		first_at: z.number().describe("when the first was stored, ms since the epoch"),
		last_at: z.number().describe("when the last was stored, ms since the epoch"),
		last_seq: z.int().describe("seq of the last one"),
	})
	.meta({ id: "KindCount" });

/** `GET /api/v1/rooms/{live_id}/kinds`: the number of events of each kind, which makes a new kind visible. */
function roomKindsRoute(app: App, { live, kinds }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/kinds",
		{
			config: { atOwner: "alone" },
			schema: {
				operationId: "getKinds",
				summary: "Number of messages of each kind in a room",
				description: "Counted since the service and the room were started; most frequent first.",
				tags: ["rooms"],
				params: liveIdParams,
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string(), kinds: z.array(kindCount) }),
					...errorReplies(404, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const counts = kinds.of(liveId).map(({ firstAt, lastAt, lastSeq, ...count }) => {
				return { ...count, first_at: firstAt, last_at: lastAt, last_seq: lastSeq };
			});
			return { success: true as const, live_id: liveId, kinds: counts };
		},
	);
}

const foundRoom = z
	.object({
		text: z.string().describe("the part of the text; parts that are no room for the same reason are joined by spaces"),
		live_id: z.string().nullable().describe("the room number to start; null: not a room"),
		status: z
			.enum(["live", "offline", "no_room", "hidden", "closed", "not_found", "unknown", "unusable", "aside"])
			.describe(
				"hidden: visible to selected viewers only; closed: the account was closed; unknown: Douyin gave no readable answer; unusable: not a room; aside: not a room either, but next to one, such as the words of a share text, or a repeated room",
			),
		kept: z.boolean().describe("whether it is already started"),
		name: z.string().nullable().describe("the streamer's"),
		avatar: z.string().nullable(),
		title: z.string().nullable(),
		message: z.string().describe("explanation for people"),
		hint: z.string().nullable().describe("what to do about it"),
	})
	.meta({ id: "FoundRoom" });

export type WireFoundRoom = z.output<typeof foundRoom>;

/** Maximum body size, bytes: more than any accepted text, even if each character is escaped. */
const maxBodyBytes = 256 * 1024;

/** `POST /api/v1/rooms/resolve`: finds the rooms in a pasted text, with faces and names, before any is kept. */
function roomsResolveRoute(app: App, { finder }: Pick<RouteDeps, "finder">): void {
	app.post(
		"/api/v1/rooms/resolve",
		{
			bodyLimit: maxBodyBytes,
			errorHandler(error, request, reply) {
				const isTooLarge = error.code === "FST_ERR_CTP_BODY_TOO_LARGE";
				const { message, hint } = linkTexts.too_much;
				replyWithError(
					isTooLarge ? new LivekeeperError("payload_too_large", message, { hint }) : error,
					request,
					reply,
				);
			},
			schema: {
				operationId: "resolveRooms",
				summary: "Find the rooms in a pasted text",
				description:
					"Accepts addresses, the app's share texts with their short links, room numbers, Douyin IDs and broadcast IDs (room_id), at most 20; invisible and full-width characters are fine. Every part of the text is in the answer: as a room, or with the reason why it is none. Asks Douyin once for each and starts nothing. At most 60 rooms per minute.",
				tags: ["rooms"],
				body: z.strictObject({ text: z.string().describe("the pasted text, at most 20,000 characters") }),
				response: {
					200: z.object({ success: z.literal(true), rooms: z.array(foundRoom) }),
				},
			},
		},
		async (request, reply) => {
			const gone = new AbortController();
			reply.raw.once("close", () => gone.abort());
			const rooms = await finder.find(request.body.text, gone.signal);
			const language = languageOf(request);
			return { success: true as const, rooms: rooms.map((room) => toWireFound(room, language)) };
		},
	);
}

function toWireFound(
	{ text, liveId, status, kept, anchor, title, message, hint }: FoundRoom,
	language: Language,
): WireFoundRoom {
	return {
		...{ text, live_id: liveId ?? null, status, kept },
		...{ name: anchor?.nickname ?? null, avatar: anchor?.avatar || null, title: title || null },
		...{ message: message[language], hint: hint?.[language] ?? null },
	};
}
