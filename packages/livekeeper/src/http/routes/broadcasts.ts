import { LivekeeperError } from "@livekeeper/base/errors";
import { plainLiveId } from "@livekeeper/base/live-id";
import { checkTexts, languageOf, requestTexts } from "@livekeeper/base/text";
import { Turns } from "@livekeeper/base/turns";
import type { BroadcastSummary } from "@livekeeper/log";
import { z } from "zod";
import {
	buildReport,
	type Chapter,
	chapterFormats,
	chapterTypes,
	minutesOf,
	placeIn,
	readWords,
	wireHighlights,
	writeChapters,
} from "../../reports/index.ts";
import { highlightTexts } from "../../text/index.ts";
import { broadcast, giftKind, giver, highlight, report, toWireBroadcast, toWireGifts } from "../../wire/index.ts";
import type { App, Route, RouteDeps } from "../app.ts";
import { goneSignal } from "../app.ts";
import { openToTokens } from "../areas.ts";
import { errorReplies } from "../schemas/error.ts";
import { broadcastId, liveIdParams, timeParam } from "../schemas/parameters.ts";
import { dispositionOf, secondsParam } from "./room-export.ts";

/** Routes of one room's broadcasts. */
export const broadcastsRoutes: readonly Route[] = [
	roomBroadcastsRoute,
	broadcastGiftsRoute,
	broadcastReportRoute,
	broadcastHighlightsRoutes,
];

/** `GET /api/v1/rooms/{live_id}/broadcasts`: a summary of each broadcast, oldest first. */
function roomBroadcastsRoute(app: App, { live, log }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/broadcasts",
		{
			schema: {
				operationId: "listBroadcasts",
				summary: "A room's broadcasts, each with its summary",
				security: openToTokens("room"),
				tags: ["events"],
				params: liveIdParams,
				querystring: z.object({
					last: z.coerce
						.number()
						.int()
						.min(1)
						.optional()
						.describe("maximum number of broadcasts, the newest first; default all"),
				}),
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string(), broadcasts: z.array(broadcast) }),
					...errorReplies(404, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const { last } = request.query;
			const all = await log.broadcasts(liveId);
			const broadcasts = (last === undefined ? all : all.slice(-last)).map(toWireBroadcast);
			return { success: true as const, live_id: liveId, broadcasts };
		},
	);
}

const giftsAnswer = z
	.object({
		success: z.literal(true),
		live_id: z.string(),
		room_id: z.string(),
		diamonds: z.number().describe("sum of all gifts, including those that are not listed"),
		by_kind: z.array(giftKind).describe("most valuable first"),
		by_giver: z.array(giver).describe("most generous first; free gifts are not counted"),
		more: z.boolean().describe("there are more of either: continue with a larger offset"),
	})
	.meta({
		id: "BroadcastGifts",
		examples: [
			{
				success: true,
				live_id: "1001",
				room_id: "7400000000000001001",
				diamonds: 132,
				by_kind: [{ gift_id: "3001", name: "小心心", image: "", diamond_count: 1, count: 132, diamonds: 132 }],
				by_giver: [{ id: "111111", sec_uid: "MS4wLjABAAAA", nickname: "木船", masked: false, diamonds: 92 }],
				more: true,
			},
		],
	});

/** `GET /api/v1/rooms/{live_id}/broadcasts/{room_id}/gifts`: the gifts of a broadcast, by kind and by giver. */
function broadcastGiftsRoute(app: App, { live, log }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/broadcasts/:room_id/gifts",
		{
			schema: {
				operationId: "getBroadcastGifts",
				summary: "The gifts of a broadcast, by kind and by gifter",
				description: "After the broadcast's events were deleted by retention, the top ten of each.",
				tags: ["events"],
				params: liveIdParams.extend({ room_id: broadcastId }),
				querystring: z.object({
					limit: z.coerce.number().int().min(1).max(200).default(20).describe("how many of each are listed"),
					offset: z.coerce
						.number()
						.int()
						.min(0)
						.max(1_000_000)
						.default(0)
						.describe("how many of each to skip")
						.meta({ examples: [0] }),
				}),
				response: { 200: giftsAnswer, ...errorReplies(404, 503) },
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const broadcast = request.params.room_id;
			const { limit, offset } = request.query;
			const gifts = await log.gifts(liveId, broadcast, offset + limit + 1);
			if (!gifts) {
				throw new LivekeeperError("broadcast_not_found", requestTexts.noBroadcast(broadcast, liveId));
			}
			const { diamonds } = gifts;
			return {
				success: true as const,
				live_id: liveId,
				room_id: broadcast,
				diamonds,
				...toWireGifts(gifts, offset, limit),
			};
		},
	);
}

/** `GET /api/v1/rooms/{live_id}/broadcasts/{room_id}/report`: a broadcast summarised for people. */
function broadcastReportRoute(app: App, { live, log }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/broadcasts/:room_id/report",
		{
			schema: {
				operationId: "getBroadcastReport",
				summary: "A broadcast's report",
				description: "room_id may be `latest`. For a running broadcast, the report so far.",
				tags: ["events"],
				params: liveIdParams.extend({ room_id: broadcastId }),
				response: { 200: report, ...errorReplies(404, 503) },
			},
		},
		async (request, reply) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const { room_id: roomId } = request.params;
			const built = await buildReport(log, liveId, roomId, goneSignal(reply));
			if (built) return built;
			throw new LivekeeperError("broadcast_not_found", requestTexts.noBroadcast(roomId, liveId));
		},
	);
}

const params = liveIdParams.extend({ room_id: broadcastId });

const highlightsAnswer = z
	.object({
		success: z.literal(true),
		live_id: z.string(),
		room_id: z.string(),
		recording_from: z.number().describe("the time that offsets count from, ms since the epoch"),
		highlights: z
			.array(
				highlight.extend({
					start_seconds: z.number().describe("offset in the recording"),
					end_seconds: z.number(),
				}),
			)
			.describe("in order of time"),
	})
	.meta({ id: "Highlights" });

const wordsAnswer = z
	.object({
		success: z.literal(true),
		live_id: z.string(),
		room_id: z.string(),
		chats: z.number().describe("number of chat messages that were read"),
		complete: z.boolean().describe("false: some of the broadcast's messages have been deleted"),
		words: z
			.array(z.object({ word: z.string(), chats: z.number().describe("number of messages that contain it") }))
			.describe("most used first; names, numbers and words that mean nothing by themselves are left out"),
	})
	.meta({ id: "BroadcastWords" });

const highlightsQuery = (now: () => number) =>
	z.object({
		format: z
			.enum(["json", ...chapterFormats])
			.default("json")
			.describe("ffmetadata (ffmpeg), youtube (text for a video's description), edl (CMX 3600) and csv: chapters"),
		from: timeParam("from", now).describe("when the recording began; default: with the broadcast"),
		to: timeParam("to", now).describe("when the recording ended; later moments are left out"),
		offset: secondsParam.describe("seconds added to each offset"),
		limit: z.coerce.number().int().min(1).max(50).default(12).describe("maximum number of moments, the strongest"),
		words: z
			.enum(["0", "1"], { error: checkTexts.flag.en })
			.default("1")
			.describe("0: don't read the chat for new words, which takes seconds for a long broadcast"),
	});

/**
 * `GET /api/v1/rooms/{live_id}/broadcasts/{room_id}/highlights` and `…/words`: moments of a broadcast that stand out,
 * also as chapters of a recording, and what its chat is about.
 */
function broadcastHighlightsRoutes(app: App, { live, log, clock }: RouteDeps): void {
	// Reads of whole broadcasts take turns, so that they use one page of memory and a part of the time.
	const turns = new Turns();
	const wordsOf = (liveId: string, broadcast: BroadcastSummary, max: number, signal: AbortSignal) =>
		turns.take(() => {
			signal.throwIfAborted();
			return readWords(log, liveId, broadcast, { max, signal });
		});
	const find = async (liveId: string, roomId: string): Promise<BroadcastSummary> => {
		await live.requireReadable(liveId);
		const all = await log.broadcasts(liveId);
		const found = roomId === "latest" ? all.at(-1) : all.find((one) => one.roomId === roomId);
		if (found) return found;
		throw new LivekeeperError("broadcast_not_found", requestTexts.noBroadcast(roomId, liveId));
	};

	app.get(
		"/api/v1/rooms/:live_id/broadcasts/:room_id/highlights",
		{
			exposeHeadRoute: false,
			schema: {
				operationId: "getHighlights",
				summary: "Moments of a broadcast that stand out",
				description:
					"Minutes far above the broadcast's own rhythm, by messages, diamonds, likes and new words. room_id may be `latest`.",
				tags: ["events"],
				params,
				querystring: highlightsQuery(() => clock.now()),
				response: {
					// A file in the other formats.
					200: z.union([highlightsAnswer, z.string()]),
					...errorReplies(404, 503),
				},
			},
		},
		async (request, reply) => {
			const liveId = plainLiveId(request.params.live_id);
			const { format, from, to, offset, limit: max, words } = request.query;
			if (from !== undefined && to !== undefined && from >= to) {
				throw new LivekeeperError("invalid_request", requestTexts.fromAfterTo);
			}
			const broadcast = await find(liveId, request.params.room_id);
			const signal = goneSignal(reply);
			const points = await minutesOf(log, liveId, broadcast);
			const { newWords } = words === "1" ? await wordsOf(liveId, broadcast, 0, signal) : {};
			const recording = { from: from ?? broadcast.startedAt, to, offsetMs: Math.round(offset * 1000) };
			const placed = wireHighlights(points, { max, ...(newWords && { newWords }) }).flatMap((one) => {
				const place = placeIn(one, recording);
				return place ? [{ ...one, ...place }] : [];
			});
			if (format === "json") {
				const highlights = placed.map(({ startMs, endMs, ...one }) => ({
					...one,
					start_seconds: startMs / 1000,
					end_seconds: endMs / 1000,
				}));
				const about = { live_id: liveId, room_id: broadcast.roomId, recording_from: recording.from };
				return { success: true as const, ...about, highlights };
			}
			const language = languageOf(request);
			const name = live.nameOf(liveId) ?? liveId;
			const chapters = placed.map(({ why, ...place }): Chapter => ({ ...place, title: why[language] }));
			const { contentType, extension } = chapterTypes[format];
			const file = `${liveId}-${broadcast.roomId}-highlights.${extension}`;
			reply
				.header("content-type", contentType)
				.header("content-disposition", dispositionOf(file))
				.header("cache-control", "no-store");
			const end = to ?? broadcast.startedAt + broadcast.durationMs;
			const lengthMs = end - recording.from + recording.offsetMs;
			const [beginning, after] = [highlightTexts.beginning[language], highlightTexts.after[language]];
			return writeChapters(chapters, { format, name, beginning, after, lengthMs });
		},
	);

	app.get(
		"/api/v1/rooms/:live_id/broadcasts/:room_id/words",
		{
			exposeHeadRoute: false,
			schema: {
				operationId: "getWords",
				summary: "The words that a broadcast's chat uses most",
				description: "Reads all of its chat messages. room_id may be `latest`.",
				tags: ["events"],
				params,
				querystring: z.object({
					limit: z.coerce.number().int().min(1).max(500).default(50).describe("maximum number of words"),
				}),
				response: { 200: wordsAnswer, ...errorReplies(404, 503) },
			},
		},
		async (request, reply) => {
			const liveId = plainLiveId(request.params.live_id);
			const broadcast = await find(liveId, request.params.room_id);
			const read = await wordsOf(liveId, broadcast, request.query.limit, goneSignal(reply));
			const { words, chats, complete } = read;
			return { success: true as const, live_id: liveId, room_id: broadcast.roomId, chats, complete, words };
		},
	);
}
