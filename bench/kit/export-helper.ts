import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { systemClock } from "@livekeeper/douyin";
import { Exporter } from "../../packages/livekeeper/src/outputs/export/index.ts";
import { openSqliteEventLog } from "../../packages/log/src/event-log/index.ts";
import { quietLogger } from "./bench-events.ts";
import { obeyOrders } from "./child-process.ts";

export type ExportRequest = Parameters<Exporter["open"]>[0];

/** An export in a process of its own, whose memory is used by nothing else. */
export interface ExportOrder {
	do: "export";
	dataDir: string;
	path: string;
	request: Omit<ExportRequest, "signal">;
}
export interface ExportAnswer {
	done: "export";
	/** Peak of resident memory while the file was made, bytes. */
	peakBytes: number;
}

async function obey({ dataDir, path, request }: ExportOrder): Promise<ExportAnswer> {
	const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger: quietLogger });
	const exporter = new Exporter({ log, clock: systemClock, logger: quietLogger });
	const { body } = await exporter.open({ ...request, signal: new AbortController().signal });
	let peakBytes = 0;
	async function* watched(chunks: AsyncIterable<Uint8Array>) {
		for await (const chunk of chunks) {
			peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
			yield chunk;
		}
	}
	await pipeline(body, watched, createWriteStream(path));
	await log.close();
	return { done: "export", peakBytes };
}

obeyOrders(obey);
