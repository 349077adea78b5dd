import type { FastifyInstance } from "fastify";
import { SimulatorError } from "../errors.ts";
import { pageStates } from "../rooms/room.ts";
import type { SimulatedRoom } from "../simulated-room.ts";
import type { NewRoom, Simulator } from "../simulator.ts";
import { type TotalsView, totalsShown } from "../traffic/gift-totals.ts";
import { linksJson, roomJson, truthJson } from "./to-json.ts";

export interface RoomParams {
	live_id: string;
}

export const roomParams = {
	type: "object",
	properties: { live_id: { type: "string", pattern: "^[A-Za-z0-9_.-]{1,64}$" } },
	required: ["live_id"],
} as const;

/** @throws SimulatorError `unknown_room` */
export function roomOf(simulator: Simulator, params: RoomParams): SimulatedRoom {
	const room = simulator.room(params.live_id);
	if (room) return room;
	throw new SimulatorError("unknown_room", `There is no room ${params.live_id}. GET /__sim/rooms lists them.`);
}

const roomBody = {
	type: "object",
	additionalProperties: false,
	properties: {
		page: { type: "string", enum: pageStates },
		escape_depth: { type: "integer", enum: [1, 2] },
		title: { type: "string", maxLength: 200 },
		rate: { type: "number", minimum: 0, maximum: 10_000 },
		live: { type: "boolean" },
		voice: { type: "boolean" },
		totals: {
			type: "object",
			additionalProperties: false,
			properties: {
				shown: { type: "string", enum: totalsShown },
				unit: { type: "number", exclusiveMinimum: 0, maximum: 1_000_000 },
				offset: { type: "integer", minimum: -1_000_000_000_000, maximum: 1_000_000_000_000 },
			},
		},
	},
} as const;

interface RoomBody {
	page?: NewRoom["page"];
	escape_depth?: 1 | 2;
	title?: string;
	rate?: number;
	live?: boolean;
	voice?: boolean;
	totals?: Partial<TotalsView>;
}

const broadcastBody = {
	type: "object",
	additionalProperties: false,
	properties: {
		action: { type: "string", enum: ["end", "begin"] },
		page_lingers_ms: { type: "integer", minimum: 0, maximum: 86_400_000 },
	},
	required: ["action"],
} as const;

const messagesBody = {
	type: "object",
	additionalProperties: false,
	properties: {
		count: { type: "integer", minimum: 1, maximum: 100_000 },
		method: { type: "string", minLength: 1, maxLength: 100 },
		payload: { type: "string", pattern: "^[A-Za-z0-9+/]*={0,2}$", description: "base64" },
	},
	oneOf: [{ required: ["count"] }, { required: ["method", "payload"] }],
} as const;

const sentQuery = {
	type: "object",
	additionalProperties: false,
	properties: {
		since: { type: "string", pattern: "^\\d{1,12}$" },
		generated: { type: "string", enum: ["0", "1"] },
		identity: { type: "string", minLength: 1, maxLength: 256 },
	},
} as const;

interface SentQuery {
	since?: string;
	generated?: "0" | "1";
	identity?: string;
}

const truthQuery = {
	type: "object",
	additionalProperties: false,
	properties: { room_id: { type: "string", pattern: "^\\d{1,20}$" } },
} as const;

export function addRoomRoutes(routes: FastifyInstance, simulator: Simulator): void {
	routes.get("/rooms", () => {
		const rooms = simulator.rooms.map((room) => roomJson(room.info));
		return { count: rooms.length, rooms };
	});

	routes.get<{ Params: RoomParams }>("/rooms/:live_id", { schema: { params: roomParams } }, (request) =>
		roomJson(roomOf(simulator, request.params).info),
	);

	routes.get<{ Params: RoomParams }>("/rooms/:live_id/links", { schema: { params: roomParams } }, (request) =>
		linksJson(roomOf(simulator, request.params).links(simulator.url)),
	);

	routes.put<{ Params: RoomParams; Body: RoomBody }>(
		"/rooms/:live_id",
		{ schema: { params: roomParams, body: roomBody } },
		(request, reply) => {
			const { live_id: liveId } = request.params;
			const { live, escape_depth: escapeDepth, ...change } = request.body;
			const known = simulator.room(liveId);
			if (known) {
				if (live !== undefined && live !== known.live) live ? known.begin() : known.end();
				known.change({ ...change, escapeDepth });
			} else {
				simulator.addRoom(liveId, { ...change, escapeDepth, live });
				reply.code(201);
			}
			return roomJson(roomOf(simulator, request.params).info);
		},
	);

	routes.get<{ Params: RoomParams; Querystring: SentQuery }>(
		"/rooms/:live_id/sent",
		{ schema: { params: roomParams, querystring: sentQuery } },
		(request) => {
			const room = roomOf(simulator, request.params);
			const since = Number(request.query.since ?? 0);
			const ids =
				request.query.generated === "1" ? room.generatedIds(since) : room.sentIds(since, request.query.identity);
			return { live_id: room.liveId, count: ids.length, ids };
		},
	);

	routes.get<{ Params: RoomParams; Querystring: { room_id?: string } }>(
		"/rooms/:live_id/truth",
		{ schema: { params: roomParams, querystring: truthQuery } },
		(request) => {
			const room = roomOf(simulator, request.params);
			const truth = room.truth(request.query.room_id);
			if (truth) return { live_id: room.liveId, ...truthJson(truth) };
			throw new SimulatorError("unknown_room", `Room ${room.liveId} does not remember that broadcast.`);
		},
	);

	routes.post<{ Params: RoomParams; Body: { action: "end" | "begin"; page_lingers_ms?: number } }>(
		"/rooms/:live_id/broadcast",
		{ schema: { params: roomParams, body: broadcastBody } },
		(request) => {
			const room = roomOf(simulator, request.params);
			if (request.body.action === "begin") room.begin();
			else room.end({ pageLingersMs: request.body.page_lingers_ms ?? 0 });
			return roomJson(room.info);
		},
	);

	routes.post<{ Params: RoomParams; Body: { count?: number; method?: string; payload?: string } }>(
		"/rooms/:live_id/messages",
		{ schema: { params: roomParams, body: messagesBody } },
		(request) => {
			const room = roomOf(simulator, request.params);
			const { count, method, payload } = request.body;
			if (count !== undefined) room.produce(count);
			else room.push(method ?? "", Buffer.from(payload ?? "", "base64"));
			return roomJson(room.info);
		},
	);
}
