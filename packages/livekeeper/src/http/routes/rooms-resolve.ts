import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";
import type { FoundRoom } from "../../live/index.ts";
import { type Language, languageOf, linkTexts } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { replyWithError } from "../error-reply.ts";
import { errorReplies } from "../schemas/error.ts";

const foundRoom = z
	.object({
		text: z
			.string()
			.describe("where it was found; all pieces that name no room for the same reason, separated by spaces"),
		live_id: z.string().nullable().describe("what to start; null: it names no room"),
		status: z
			.enum(["live", "offline", "no_room", "hidden", "closed", "not_found", "unknown", "unusable", "aside"])
			.describe(
				"hidden: shown to chosen people only; closed: the account is gone; unknown: the site gave no answer that can be read; unusable: it names no room; aside: neither does it, but it stands beside what does, such as the words of a share text, or names a room again",
			),
		kept: z.boolean().describe("whether the service keeps it already"),
		name: z.string().nullable().describe("the anchor's"),
		avatar: z.string().nullable(),
		title: z.string().nullable(),
		message: z.string().describe("explanation for people"),
		hint: z.string().nullable().describe("what to do about it"),
	})
	.meta({ id: "FoundRoom" });

export type WireFoundRoom = z.output<typeof foundRoom>;

/** More than any text that is read, also where each character is escaped. */
const maxBodyBytes = 256 * 1024;

/** `POST /api/v1/rooms/resolve`: what people paste made into rooms, with their faces and names, before any is kept. */
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
				summary: "Find the rooms in what somebody pasted",
				description:
					"Takes addresses, the app's share texts with their short links, live ids, Douyin IDs and ids of broadcasts (room_id), 20 at most; what is invisible or full-width in them does not matter. Every part of the text is in the answer: in a room, or with the reason why it names none. Asks the site once for each; nothing is kept by it. 60 rooms in a minute at most.",
				tags: ["rooms"],
				body: z.strictObject({ text: z.string().describe("as it was pasted, 20,000 characters at most") }),
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
