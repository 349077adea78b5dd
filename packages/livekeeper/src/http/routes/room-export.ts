import type { Clock } from "@livekeeper/douyin";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { LivekeeperError, RoomNotFoundError } from "../../errors.ts";
import type { LiveService } from "../../live/index.ts";
import { type Export, type Exporter, exportFormats } from "../../outputs/export/index.ts";
import { checkTexts, languageOf, requestTexts } from "../../text/index.ts";
import type { App } from "../app.ts";
import { goneSignal } from "../gone-signal.ts";
import { errorReplies } from "../schemas/error.ts";
import { timeParam, typesParam } from "../schemas/event-query.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";

export interface RoomExportDeps {
	live: Pick<LiveService, "getRoom">;
	exporter: Pick<Exporter, "open" | "holds">;
	clock: Clock;
}

const formatParam = z
	.enum(exportFormats, { error: checkTexts.format.en })
	.default("csv")
	.describe("xlsx for Excel, csv for spreadsheets, jsonl for programs, parquet for analysis (needs @duckdb/node-api)");

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
	.describe("xlsx: the time zone of its times, as Asia/Shanghai; default: the service's own");

/** `GET /api/v1/rooms/{live_id}/export`: a room's events as a file, sent as they are read. */
export function roomExportRoute(app: App, { live, exporter, clock }: RoomExportDeps): void {
	const querystring = z.object({
		format: formatParam,
		from: timeParam("from", () => clock.now()),
		to: timeParam("to", () => clock.now()),
		types: typesParam,
		tz: timeZoneParam,
	});
	app.get(
		"/api/v1/rooms/:live_id/export",
		{
			// It would make the whole file, to throw it away.
			exposeHeadRoute: false,
			schema: {
				operationId: "exportEvents",
				summary: "A room's events as a file",
				tags: ["rooms"],
				params: liveIdParams,
				querystring,
				response: {
					200: z.any().describe("the file; x-livekeeper-empty: true when nothing matched"),
					...errorReplies(400, 401, 404, 429, 500, 501),
				},
			},
		},
		async (request, reply) => {
			const signal = goneSignal(reply);
			const liveId = plainLiveId(request.params.live_id);
			const { format, from, to, types, tz: timeZone } = request.query;
			if (from !== undefined && to !== undefined && from >= to) {
				throw new LivekeeperError("invalid_request", requestTexts.fromAfterTo);
			}
			// A room that was stopped keeps its past.
			if (!live.getRoom(liveId) && !(await exporter.holds(liveId))) throw new RoomNotFoundError(liveId);
			try {
				const workbook = { language: languageOf(request), timeZone };
				return sendExport(reply, await exporter.open({ liveId, format, workbook, from, to, types, signal }));
			} catch (error) {
				// Nobody is there to be told.
				if (signal.aborted) return reply.hijack();
				throw error;
			}
		},
	);
}

function sendExport(reply: FastifyReply, { body, ...about }: Export): FastifyReply {
	reply
		.header("content-type", about.contentType)
		.header("content-disposition", `attachment; filename="${about.fileName}"`)
		.header("cache-control", "no-store")
		.header("x-livekeeper-oldest-seq", about.oldestSeq)
		.header("x-livekeeper-last-seq", about.lastSeq)
		.header("x-livekeeper-empty", String(about.empty));
	if (about.bytes !== undefined) reply.header("content-length", about.bytes);
	return reply.send(body);
}
