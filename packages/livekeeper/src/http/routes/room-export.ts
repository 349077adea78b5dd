import { LivekeeperError } from "@livekeeper/base/errors";
import { plainLiveId } from "@livekeeper/base/live-id";
import { checkTexts, languageOf, requestTexts } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { LiveService } from "../../live/index.ts";
import {
	csvReaders,
	type Export,
	type Exporter,
	exportFormats,
	exportTables,
	isSubtitles,
} from "../../outputs/export/index.ts";
import type { App } from "../app.ts";
import { goneSignal } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { broadcastId, liveIdParams, maxRooms, roomList, timeParam, typesParam } from "../schemas/parameters.ts";

export interface RoomExportDeps {
	live: Pick<LiveService, "requireReadable" | "nameOf">;
	exporter: Pick<Exporter, "open">;
	clock: Clock;
}

const maxOffsetSeconds = 86_400;

const formatParam = z
	.enum(exportFormats, { error: checkTexts.format.en })
	.default("csv")
	.describe(
		"xlsx for Excel, csv for spreadsheets, jsonl for programs, parquet for analysis (needs @duckdb/node-api), " +
			"xml (Bilibili danmaku) and ass (subtitles) for recordings",
	);

const timeZoneParam = z
	.string()
	.max(100)
	.optional()
	.transform((name, context): string => {
		if (name === undefined || name === "") return Intl.DateTimeFormat().resolvedOptions().timeZone;
		try {
			return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
		} catch {
			context.addIssue({ code: "custom", message: checkTexts.timeZone.en });
			return z.NEVER;
		}
	})
	.describe(
		"time zone of times in xlsx and csv for Excel, and of the date in the file name, such as Asia/Shanghai; default: the service's own",
	);

/** `?offset=`: seconds added to each time of a recording. */
export const secondsParam = z.coerce
	.number({ error: checkTexts.offset.en })
	.min(-maxOffsetSeconds, { error: checkTexts.offset.en })
	.max(maxOffsetSeconds, { error: checkTexts.offset.en })
	.default(0);

const offsetParam = secondsParam
	.describe("xml and ass: seconds added to each time; times count from `from`, or from the first message")
	.meta({ examples: [0] });

const broadcastParam = broadcastId
	.optional()
	.describe("only this broadcast: its room_id, or latest; every event its summary counts, whatever its time");

const roomsParam = roomList
	.transform((liveIds, context): string[] => {
		if (liveIds) return [...new Set(liveIds)];
		context.addIssue({ code: "custom", message: checkTexts.roomList.en });
		return z.NEVER;
	})
	.describe(`room numbers, separated by commas; at most ${maxRooms}`)
	.meta({ examples: ["1001,1002"] });

const exportQuery = (now: () => number) =>
	z.object({
		format: formatParam,
		table: z
			.enum(exportTables)
			.default("events")
			.describe("what each row is; `givers` (everyone who sent gifts) and `gifts`: all of them, added up"),
		for: z
			.enum(csvReaders)
			.default("programs")
			.describe("csv: excel has headings in the reader's language and local times"),
		from: timeParam("from", now),
		to: timeParam("to", now),
		types: typesParam,
		tz: timeZoneParam,
		offset: offsetParam,
	});

/**
 * `GET /api/v1/rooms/{live_id}/export` and `GET /api/v1/export?rooms=`: rooms' events as a file, sent as it is read.
 */
export function roomExportRoute(app: App, deps: RoomExportDeps): void {
	const querystring = exportQuery(() => deps.clock.now());
	const response = {
		200: z.any().describe("the file; x-livekeeper-empty: true if nothing matched"),
		...errorReplies(404, 500, 501, 503),
	};
	app.get(
		"/api/v1/rooms/:live_id/export",
		{
			// A HEAD request would make the whole file, only to discard it.
			exposeHeadRoute: false,
			schema: {
				operationId: "exportEvents",
				summary: "A room's events as a file",
				tags: ["rooms"],
				params: liveIdParams,
				querystring: querystring.extend({ broadcast: broadcastParam }),
				response,
			},
		},
		(request, reply) => {
			const { broadcast } = request.query;
			return exportRooms(deps, { liveIds: [plainLiveId(request.params.live_id)], broadcast }, request, reply);
		},
	);
	app.get(
		"/api/v1/export",
		{
			exposeHeadRoute: false,
			schema: {
				operationId: "exportRooms",
				summary: "The events of several rooms as one file",
				tags: ["rooms"],
				querystring: querystring.extend({ rooms: roomsParam }),
				response,
			},
		},
		(request, reply) => exportRooms(deps, { liveIds: request.query.rooms }, request, reply),
	);
}

async function exportRooms(
	{ live, exporter }: RoomExportDeps,
	{ liveIds, broadcast }: { liveIds: readonly string[]; broadcast?: string | undefined },
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<FastifyReply> {
	const signal = goneSignal(reply);
	const query = request.query as z.infer<ReturnType<typeof exportQuery>>;
	const { format, table, for: csvFor, from, to, types, tz: timeZone, offset } = query;
	if (from !== undefined && to !== undefined && from >= to) {
		throw new LivekeeperError("invalid_request", requestTexts.fromAfterTo);
	}
	if (isSubtitles(format) && (table !== "events" || liveIds.length > 1)) {
		throw new LivekeeperError("invalid_request", requestTexts.subtitlesOfOne(format));
	}
	for (const liveId of liveIds) {
		// A stopped room keeps its history.
		await live.requireReadable(liveId);
	}
	try {
		const reader = { language: languageOf(request), timeZone };
		const offsetMs = Math.round(offset * 1000);
		const name = live.nameOf(liveIds[0] ?? "");
		const asked = { liveIds, broadcast, name, format, table, reader, csvFor, offsetMs, from, to, types, signal };
		return sendExport(reply, await exporter.open(asked), liveIds.length);
	} catch (error) {
		// The client has left.
		if (signal.aborted) return reply.hijack();
		throw error;
	}
}

function sendExport(reply: FastifyReply, { body, ...about }: Export, rooms: number): FastifyReply {
	reply
		.header("content-type", about.contentType)
		.header("content-disposition", dispositionOf(about.fileName))
		.header("cache-control", "no-store")
		.header("x-livekeeper-empty", String(about.empty));
	// Each room has sequence numbers of its own.
	if (rooms === 1) {
		reply.header("x-livekeeper-oldest-seq", about.oldestSeq).header("x-livekeeper-last-seq", about.lastSeq);
	}
	if (about.bytes !== undefined) reply.header("content-length", about.bytes);
	return reply.send(body);
}

/**
 * Returns the header value. A header is ASCII only, so a name in other letters stands beside an ASCII one, by RFC 6266.
 */
export function dispositionOf(fileName: string): string {
	const plain = `attachment; filename="${fileName.replace(/[^\w .-]/g, "_")}"`;
	if (/^[\w .-]+$/.test(fileName)) return plain;
	const encoded = encodeURIComponent(fileName).replace(
		/['()*]/g,
		(one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	return `${plain}; filename*=UTF-8''${encoded}`;
}
