/**
 * Events a second for each export format, from a log in memory, so that the figure is the writer's own, and from a
 * SQLite log. Also the longest time for which a writer kept the event loop from everything else.
 * Run: npx tsx --conditions=livekeeper-source bench/export.ts [--events 200000] [--only xml,ass,csv:givers] [--log memory]
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

const { values } = parseArgs({
	options: { events: { type: "string", default: "200000" }, only: { type: "string" }, log: { type: "string" } },
});
const total = Number(values.events);

/** Every format, and those tables that are added up: each gift of the bench has a giver of its own. */
const all = [
	...exportFormats.map((format) => ({ format, table: "events" as const })),
	...(["csv", "xlsx"] as const).map((format) => ({ format, table: "givers" as const })),
].map((one) => ({ ...one, name: one.table === "events" ? one.format : `${one.format}:${one.table}` }));
const wanted = values.only?.split(",");
const exports = all.filter(({ name }) => !wanted || wanted.includes(name));

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
	const who = type === "gift" ? { ...user, id: String(seq), sec_uid: `${user.sec_uid}${seq}` } : user;
	return { id, type, at, json: JSON.stringify({ ...ids, type, at, received_at: at + 80, user: who, ...own }) };
}

/** Made when it is read: the log takes no memory of its own, and what is measured is the export's. */
function storedEvent(seq: number): StoredEvent {
	const { type, at, json } = encodedEvent(seq);
	return { seq, type, at, json: withSeq(seq, json) };
}

type ReadLog = Pick<EventLog, "read" | "lastSeq">;

const inMemory: ReadLog = {
	lastSeq: async () => total,
	read: async (_liveId, { after = 0, limit = 500, types } = {}) => {
		// A store of its own thread answers in a later turn of the event loop.
		await new Promise((resolve) => setImmediate(resolve));
		const nextAfter = Math.min(after + limit, total);
		const page = Array.from({ length: nextAfter - after }, (_, i) => storedEvent(after + i + 1));
		const events = types ? page.filter(({ type }) => types.includes(type)) : page;
		return { events, nextAfter, caughtUp: nextAfter === total, oldestSeq: 1, lastSeq: total };
	},
};

const logger = { info: () => undefined, warn: console.warn, error: console.error };

function* commits(): Iterable<Commit> {
	for (let i = 0; i < total; i += 1000) {
		const events = Array.from({ length: Math.min(1000, total - i) }, (_, n) => encodedEvent(i + n + 1));
		yield { batches: [{ liveId: "1001", events, cursor: undefined }], now: Date.now() };
	}
}

const reader = { language: "zh", timeZone: "Asia/Shanghai" } as const;

async function measure(name: string, log: ReadLog) {
	const exporter = new Exporter({ log, clock: systemClock, logger });
	const rows = [];
	for (const { name: kind, format, table } of exports) {
		const delay = monitorEventLoopDelay({ resolution: 1 });
		delay.enable();
		const started = performance.now();
		const { signal } = new AbortController();
		const { body } = await exporter.open({ liveIds: ["1001"], format, table, reader, signal });
		let bytes = 0;
		let rss = 0;
		for await (const chunk of body) {
			bytes += (chunk as Uint8Array).length;
			rss = Math.max(rss, process.memoryUsage.rss());
		}
		const seconds = (performance.now() - started) / 1000;
		delay.disable();
		rows.push({
			log: name,
			export: kind,
			"events/s": Math.round(total / seconds),
			MB: (bytes / 1e6).toFixed(1),
			"loop delay p99 ms": (delay.percentile(99) / 1e6).toFixed(1),
			"loop delay max ms": (delay.max / 1e6).toFixed(1),
			"most rss MB": Math.round(rss / 1e6),
		});
	}
	return rows;
}

async function measureSqlite() {
	const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
	try {
		fillLog(dataDir, commits());
		const sqlite = await openSqliteEventLog({ dataDir, clock: systemClock, logger });
		const rows = await measure("SQLite", sqlite);
		await sqlite.close();
		return rows;
	} finally {
		rmSync(dataDir, { recursive: true, force: true });
	}
}

const rows = [
	...(values.log === "sqlite" ? [] : await measure("memory", inMemory)),
	...(values.log === "memory" ? [] : await measureSqlite()),
];
console.log(`${total} events of ${Buffer.byteLength(storedEvent(1).json)} bytes of JSON`);
console.table(rows);
