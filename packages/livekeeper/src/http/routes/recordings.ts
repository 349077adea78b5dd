import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";

const url = "/api/v1/recordings";
const tags = ["rooms"];
/** Number of notices kept for readers that ask later. */
const maxKept = 1_000;

const path = z
	.string()
	.min(1)
	.max(4_096)
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are refused
	.regex(/^[^\u0000-\u001f]*$/, "control characters are not allowed");
const room = z.union([z.string().max(200), z.number()]);
const text = z.string().max(500).optional();

/** Form of biliLive-tools, for any program. */
const custom = z.object({
	event: z.enum(["FileOpening", "FileClosed", "FileError"]),
	filePath: path,
	roomId: room,
	time: text,
	title: text,
	username: text,
});
/** Form of BililiveRecorder, version 2. Its path is relative to its own folder. */
const bililiveRecorder = z.object({
	EventType: z.string().max(100),
	EventTimestamp: text,
	EventData: z.object({ RoomId: room.optional(), RelativePath: path.optional(), Title: text, Name: text }),
});
/** Form of blrec. */
const blrec = z.object({
	type: z.string().max(100),
	date: text,
	data: z.looseObject({ room_id: room.optional(), path: path.optional() }),
});

const recording = z
	.object({
		id: z.number().describe("increases with each notice"),
		event: z.enum(["opened", "closed"]),
		path: z.string().describe("as the recorder wrote it, on its own machine"),
		room: z.string().nullable().describe("the number the recorder gave: a live_id or a room_id"),
		name: z.string().nullable().describe("the streamer's"),
		at: z.number().describe("by the recorder's clock if it said, otherwise by the service's; ms since the epoch"),
	})
	.meta({ id: "Recording" });

export type WireRecording = z.output<typeof recording>;
type Notice = Omit<WireRecording, "id">;
type Body = z.output<typeof custom> | z.output<typeof bililiveRecorder> | z.output<typeof blrec>;

const accepted = z.object({
	success: z.literal(true),
	accepted: z.boolean().describe("false: the event is not about a video file"),
});

/**
 * `POST /api/v1/recordings`: a recorder has opened or closed a file; `GET`: the newest of these notices, for
 * `livekeeper beside`. The service only passes them on, in memory: it opens no file, so a path is never more than text.
 */
export function recordingsRoutes(app: App, { clock }: Pick<RouteDeps, "clock">): void {
	const kept: WireRecording[] = [];
	app.post(
		url,
		{
			schema: {
				operationId: "reportRecording",
				summary: "Report that a recorder has opened or closed a video file",
				description:
					"Takes the three webhooks that biliLive-tools takes: its own (custom), BililiveRecorder's and blrec's; their events about anything else are ignored. livekeeper beside, which runs where the files are, reads these notices and writes the danmaku file beside each video. Notices are kept in memory, the newest 1,000; in a cluster, by the node that received them.",
				tags,
				body: z.union([custom, bililiveRecorder, blrec]),
				response: { 200: accepted },
			},
		},
		async (request) => {
			const notice = noticeOf(request.body, clock.now());
			if (notice) {
				// Grows across restarts too, so that a reader's place stays valid.
				kept.push({ id: Math.max(clock.now(), (kept.at(-1)?.id ?? 0) + 1), ...notice });
				if (kept.length > maxKept) kept.shift();
			}
			return { success: true as const, accepted: notice !== undefined };
		},
	);
	app.get(
		url,
		{
			schema: {
				operationId: "listRecordings",
				summary: "Video files that recorders have reported",
				tags,
				querystring: z.object({
					after: z.coerce
						.number()
						.int()
						.min(0)
						.default(0)
						.describe("only notices with a greater id")
						.meta({ examples: [0] }),
				}),
				response: {
					200: z.object({
						success: z.literal(true),
						now: z.number().describe("the service's clock, ms since the epoch"),
						recordings: z.array(recording).describe("oldest first"),
					}),
				},
			},
		},
		async ({ query: { after } }) => {
			return { success: true as const, now: clock.now(), recordings: kept.filter(({ id }) => id > after) };
		},
	);
}

const events: Readonly<Record<string, Notice["event"]>> = {
	FileOpening: "opened",
	FileClosed: "closed",
	FileError: "closed",
	VideoFileCreatedEvent: "opened",
	VideoFileCompletedEvent: "closed",
};

/** Returns `undefined` for events that are not about a video file. */
function noticeOf(body: Body, now: number): Notice | undefined {
	const { kind, path, roomId, name, time } = partsOf(body);
	const event = Object.hasOwn(events, kind) ? events[kind] : undefined;
	if (!event || path === undefined) return undefined;
	const stated = Date.parse(time ?? "");
	return { event, path, room: roomId?.toString() ?? null, name: name || null, at: stated || now };
}

function partsOf(body: Body) {
	if ("filePath" in body) {
		return { kind: body.event, path: body.filePath, roomId: body.roomId, name: body.username, time: body.time };
	}
	if ("EventType" in body) {
		const { RelativePath: path, RoomId: roomId, Name: name } = body.EventData;
		return { kind: body.EventType, path, roomId, name, time: body.EventTimestamp };
	}
	return { kind: body.type, path: body.data.path, roomId: body.data.room_id, name: undefined, time: body.date };
}
