/**
 * Events a second for each export format, from a log in memory, so that the figure is the writer's own, and from a
 * SQLite log. Also the longest time for which a writer kept the event loop from everything else.
 * Run: npx tsx --conditions=livekeeper-source bench/export.ts [--events 200000]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { systemClock } from "@livekeeper/douyin";
import { type EncodedEvent, withSeq } from "../packages/livekeeper/src/event-log/encoded-event.ts";
import { type EventLog, openSqliteEventLog, type StoredEvent } from "../packages/livekeeper/src/event-log/index.ts";
import { Exporter, exportFormats } from "../packages/livekeeper/src/outputs/export/index.ts";
import { type Commit, fillLog } from "./fill-log.ts";

const { values } = parseArgs({ options: { events: { type: "string", default: "200000" } } });
const total = Number(values.events);

const user = {
	id: "7383838383838383838",
	sec_uid: "MS4wLjABAAAAexampleexampleexampleexampleexampleexample",
	nickname: "虚构的观众",
	gender: "female",
	avatar: "https://img.example/avatar/7383838383838383838.jpeg",
	level: 12,
	fans_club: { name: "星光团", level: 3 },
	masked: false,
};

/** About the mix of a busy room: mostly chat and people who enter, some gifts. */
function encodedEvent(seq: number): EncodedEvent {
	const at = 1_767_225_600_000 + seq * 10;
	const type = seq % 10 === 0 ? "gift" : seq % 3 === 0 ? "member" : "chat";
	const own = {
		chat: { method: "WebcastChatMessage", content: "主播今天的歌真好听，再来一首！" },
		member: { method: "WebcastMemberMessage", member_count: 1200, action: 1 },
		gift: { method: "WebcastGiftMessage", gift_id: "463", gift_name: "玫瑰", count: 3, delta: 1, diamonds: 1 },
	}[type];
	const id = `75000000000${seq}`;
	const ids = { id, live_id: "1001", room_id: "7400000000000000123" };
	return { id, type, at, json: JSON.stringify({ ...ids, type, at, received_at: at + 80, user, ...own }) };
}

const encoded = Array.from({ length: total }, (_, index) => encodedEvent(index + 1));
const events = encoded.map(({ type, at, json }, index): StoredEvent => {
	return { seq: index + 1, type, at, json: withSeq(index + 1, json) };
});

type ReadLog = Pick<EventLog, "read" | "lastSeq">;

const inMemory: ReadLog = {
	lastSeq: async () => total,
	read: async (_liveId, { after = 0, limit = 500 } = {}) => {
		// A store of its own thread answers in a later turn of the event loop.
		await new Promise((resolve) => setImmediate(resolve));
		const nextAfter = Math.min(after + limit, total);
		const page = events.slice(after, nextAfter);
		return { events: page, nextAfter, caughtUp: nextAfter === total, oldestSeq: 1, lastSeq: total };
	},
};

const logger = { info: () => undefined, warn: console.warn, error: console.error };

function* commits(): Iterable<Commit> {
	for (let i = 0; i < total; i += 1000) {
		yield { batches: [{ liveId: "1001", events: encoded.slice(i, i + 1000), cursor: undefined }], now: Date.now() };
	}
}

const workbook = { language: "zh", timeZone: "Asia/Shanghai" } as const;

async function measure(name: string, log: ReadLog) {
	const exporter = new Exporter({ log, clock: systemClock, logger });
	const rows = [];
	for (const format of exportFormats) {
		const delay = monitorEventLoopDelay({ resolution: 1 });
		delay.enable();
		const started = performance.now();
		const { body } = await exporter.open({ liveId: "1001", format, workbook, signal: new AbortController().signal });
		let bytes = 0;
		for await (const chunk of body) bytes += (chunk as Uint8Array).length;
		const seconds = (performance.now() - started) / 1000;
		delay.disable();
		rows.push({
			log: name,
			format,
			"events/s": Math.round(total / seconds),
			MB: (bytes / 1e6).toFixed(1),
			"loop delay p99 ms": (delay.percentile(99) / 1e6).toFixed(1),
			"loop delay max ms": (delay.max / 1e6).toFixed(1),
			"rss MB": Math.round(process.memoryUsage.rss() / 1e6),
		});
	}
	return rows;
}

const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
try {
	fillLog(dataDir, commits());
	const rows = await measure("memory", inMemory);
	const sqlite = await openSqliteEventLog({ dataDir, clock: systemClock, logger });
	rows.push(...(await measure("SQLite", sqlite)));
	await sqlite.close();
	console.log(`${total} events of ${Math.round(Buffer.byteLength(events[0]?.json ?? ""))} bytes of JSON`);
	console.table(rows);
} finally {
	rmSync(dataDir, { recursive: true, force: true });
}
