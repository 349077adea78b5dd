import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";
import type { FoundRoom } from "../../live/index.ts";
import { type Language, languageOf, linkTexts } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { replyWithError } from "../error-reply.ts";
import { errorReplies } from "../schemas/error.ts";

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
export function roomsResolveRoute(app: App, { finder }: Pick<RouteDeps, "finder">): void {
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
					...errorReplies(400, 401, 413, 415, 429),
				},
			},
		},
		async (request, reply) => {
			const gone = new AbortController();
			reply.raw.once("close", () => gone.abort());
			const rooms = await finder.find(request.body.text, gone.signal);
			const language = languageOf(request);
			return { success: true as const, rooms: rooms.map((room) => toWire(room, language)) };
		},
	);
}

function toWire(
	{ text, liveId, status, kept, anchor, title, message, hint }: FoundRoom,
	language: Language,
): WireFoundRoom {
	return {
		...{ text, live_id: liveId ?? null, status, kept },
		...{ name: anchor?.nickname ?? null, avatar: anchor?.avatar || null, title: title || null },
		...{ message: message[language], hint: hint?.[language] ?? null },
	};
}
