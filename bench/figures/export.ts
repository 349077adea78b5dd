import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@livekeeper/douyin";
import { Exporter } from "../../packages/livekeeper/src/outputs/export/index.ts";
import { type EventLog, openSqliteEventLog } from "../../packages/log/src/event-log/index.ts";
import type { Bench, Measured } from "../kit/bench.ts";
import { encodedChat, quietLogger } from "../kit/bench-events.ts";
import { ownCpu } from "../kit/cpu.ts";
import { fillLog } from "../kit/fill-log.ts";

const formats = ["jsonl", "csv", "xlsx", "xml", "parquet"] as const;
const liveId = "1001";
const events = 20_000;
const reader = { language: "zh", timeZone: "Asia/Shanghai" } as const;

/** Exports every event of a room as a file. */
export const exports: Bench = {
	name: "export",
	figures: formats.map((format) => ({
		...{ name: `export, ${format}`, of: format, dividedBy: "pages", measure: "cpu", unit: "µs of CPU an event" },
		...{ what: "a room's events as a file ÷ reading them from the log, page by page", better: "lower" },
	})),
	rounds: 2,
	async prepare(scale) {
		const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
		const total = Math.max(1_000, Math.round(events * scale));
		fillLog(dataDir, commits(total));
		const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger: quietLogger });
		return {
			sides: {
				pages: () => pages(log),
				...Object.fromEntries(formats.map((format) => [format, () => exported(log, format, total)])),
			},
			close: async () => {
				await log.close();
				rmSync(dataDir, { recursive: true, force: true });
			},
		};
	},
};

function* commits(total: number) {
	for (let written = 0; written < total; written += 500) {
		const now = Date.now();
		const some = Array.from({ length: 500 }, () => encodedChat(liveId, now));
		yield { batches: [{ liveId, events: some, cursor: undefined }], now };
	}
}

async function pages(log: EventLog): Promise<Measured> {
	let read = 0;
	const cpu = await ownCpu(async () => {
		for (let after = 0, more = true; more; ) {
			const page = await log.read(liveId, { after });
			read += page.events.length;
			after = page.nextAfter;
			more = !page.caughtUp;
		}
	});
	return { did: { events: read }, took: { cpu: (cpu * 1000) / read } };
}

async function exported(log: EventLog, format: (typeof formats)[number], total: number): Promise<Measured> {
	const exporter = new Exporter({ log, clock: systemClock, logger: quietLogger });
	let [bytes, lines] = [0, 0];
	const cpu = await ownCpu(async () => {
		const { body } = await exporter.open({ liveIds: [liveId], format, reader, signal: new AbortController().signal });
		for await (const chunk of body as AsyncIterable<Uint8Array>) {
			bytes += chunk.length;
			for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
		}
	});
	// The other formats have no lines to count; tests count their content.
	const heads = { jsonl: 0, csv: 1 };
	const written = format === "jsonl" || format === "csv" ? lines - heads[format] : total;
	if (bytes === 0) throw new Error(`${format}: nothing was written`);
	return { did: { events: written }, took: { cpu: (cpu * 1000) / total } };
}
