import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { LiveEvent } from "@livekeeper/douyin";
import { ManualClock, seeded } from "@livekeeper/douyin/testing";
import Database from "better-sqlite3";
import { cursorAt } from "../conformance.helpers.ts";
import type { EventLog, StoredEvent } from "../event-log.ts";
import { chat, gift, service, startMs, user } from "../events.helpers.ts";
import { databasePath } from "./file-names.ts";
import { inThisThread } from "./same-thread.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";

/** A flipped bit in a log's files, and its consequences. */
export interface Flip {
	/** Table, index or part of a file that contains it. */
	kind: string;
	/** Offset in the file, and the bit. */
	at: string;
	/**
	 * `nothing`: no change. `repaired`: everything is there, and the damage was reported. `row`: a block or a row is
	 * gone, and that was reported. `rest`: more is gone, and that was reported.
	 */
	outcome: "nothing" | "repaired" | "row" | "rest";
	/** Descriptions of broken promises. */
	broken: string[];
}

const liveIds = ["101", "102", "103", "104"];
const series = { from: startMs - 60_000, to: startMs + 3_600_000, step: 1 };
/** Maximum number of events in a block. */
const blockEvents = 256;

interface Aggregates {
	broadcasts: Record<string, unknown>;
	points: Record<string, unknown>;
	gifts: Record<string, unknown>;
	newcomers: Record<string, unknown>;
}

interface RoomTruth {
	events: Map<number, StoredEvent>;
	oldestSeq: number;
	truncated: string | undefined;
	aggregates: Aggregates;
}

type Truth = Map<string, RoomTruth>;

async function open(dataDir: string, clock: ManualClock, lines: object[] = []): Promise<EventLog> {
	const note = (fields: object) => void lines.push(fields);
	const logger = { info: () => undefined, warn: note, error: note } as never;
	return openSqliteEventLog({ dataDir, clock, logger, startThread: inThisThread, groupCommitMs: 1 });
}

/** Returns events of all counted kinds, in three broadcasts. */
function eventOf(liveId: string, n: number, at: number): LiveEvent {
	const more = { liveId, roomId: `${liveId}-${Math.floor(n / 400)}`, at, user: user(n % 90) };
	if (n % 5 === 0) return gift(n, (n % 37) + 1, { ...more, giftId: String(n % 6) });
	if (n % 97 === 1)
		return {
			...service("gap", n, { from: at - 500, to: at, reason: "backfill" } as never, more),
			id: `lk:${liveId}:${n}`,
		};
	return chat(n, more);
}

/** Makes a log with deleted, joined and counted events. @returns its folder once closed, and while it was open */
async function makeLog(folder: string): Promise<{ closed: string; open: string; now: number }> {
	const [closed, opened] = [join(folder, "closed"), join(folder, "open")];
	const clock = new ManualClock(startMs);
	const log = await open(closed, clock);
	const talk = async (from: number, to: number) => {
		for (let n = from; n <= to; n += 8) {
			for (const liveId of liveIds) {
				const events = Array.from({ length: 8 }, (_, index) => eventOf(liveId, n + index, clock.now() + index));
				log.append({ liveId, events, cursor: cursorAt(n) });
			}
			await clock.advance(1_000);
			await log.flush();
		}
	};
	await talk(1, 480);
	await log.notes.put("note", "of a user");
	// The first broadcasts lose their beginning.
	log.setRetention({ maxAgeMs: 40_000 });
	for (let round = 0; round < 5; round++) await clock.advance(1_000);
	log.setRetention({ maxAgeMs: 7 * 24 * 3_600_000 });
	await talk(481, 1_200);
	for (let round = 0; round < 40; round++) await clock.advance(1_000);
	await settle(log, clock, 130);
	await talk(1_201, 1_280);
	cpSync(closed, opened, { recursive: true });
	await log.close();
	return { closed, open: opened, now: clock.now() };
}

/** Lets upkeep do all its work. */
async function settle(log: EventLog, clock: ManualClock, seconds: number): Promise<void> {
	for (let round = 0; round < seconds; round++) {
		await clock.advance(1_000);
		await log.liveIds().catch(() => undefined);
	}
}

/** @throws if nothing can be stored for a minute */
async function stored(log: EventLog, clock: ManualClock): Promise<void> {
	let isStored = false;
	const flushed = log.flush().then(() => {
		isStored = true;
	});
	flushed.catch(() => undefined);
	for (let round = 0; round < 60 && !isStored; round++) await settle(log, clock, 1);
	if (!isStored) throw new Error(`Nothing is stored: ${JSON.stringify(log.status())}`);
	await flushed;
}

async function aggregatesOf(log: EventLog, liveId: string): Promise<Aggregates> {
	const broadcasts = await log.broadcasts(liveId);
	const { points } = await log.series(liveId, series);
	const aggregates: Aggregates = { broadcasts: {}, points: {}, gifts: {}, newcomers: {} };
	for (const one of broadcasts) {
		aggregates.broadcasts[one.roomId] = one;
		aggregates.gifts[one.roomId] = await log.gifts(liveId, one.roomId, 1_000);
		aggregates.newcomers[one.roomId] = await log.newcomers(liveId, one.roomId);
	}
	for (const point of points) aggregates.points[String(point.at)] = point;
	return aggregates;
}

async function eventsOf(log: EventLog, liveId: string): Promise<Omit<RoomTruth, "aggregates">> {
	const events = new Map<number, StoredEvent>();
	let truncated: string | undefined;
	for (let after = 0; ; ) {
		const page = await log.read(liveId, { after, limit: 2_000 });
		for (const event of page.events) events.set(event.seq, event);
		truncated ??= page.truncated?.reason;
		if (page.caughtUp) return { events, truncated, oldestSeq: page.oldestSeq };
		after = page.nextAfter;
	}
}

async function truthOf(log: EventLog): Promise<Truth> {
	const truth: Truth = new Map();
	for (const liveId of liveIds) {
		truth.set(liveId, { ...(await eventsOf(log, liveId)), aggregates: await aggregatesOf(log, liveId) });
	}
	return truth;
}

/** Returns the location of each table, index and other part of the database. */
function placesIn(path: string): Map<string, { file: string; from: number; to: number }[]> {
	const db = new Database(path, { readonly: true });
	const pages = db
		.prepare<[], { name: string; page: number; unused: number }>("SELECT name, pageno AS page, unused FROM dbstat")
		.all();
	const size = Number(db.pragma("page_size", { simple: true }));
	const count = Number(db.pragma("page_count", { simple: true }));
	db.close();
	const places = new Map<string, { file: string; from: number; to: number }[]>();
	const add = (kind: string, from: number, to: number) =>
		places.set(kind, [...(places.get(kind) ?? []), { file: "livekeeper.db", from, to }]);
	add("header", 0, 100);
	for (const { name, page } of pages) add(name, (page - 1) * size + (page === 1 ? 100 : 0), page * size);
	const used = new Set(pages.map(({ page }) => page));
	const trunks = trunksIn(path, size);
	for (const { page, leaves } of trunks) add("free list", (page - 1) * size, (page - 1) * size + 8 + 4 * leaves);
	for (const { page } of trunks) used.add(page);
	for (let page = 1; page <= count; page++) if (!used.has(page)) add("free pages", (page - 1) * size, page * size);
	return places;
}

/** Returns the pages that list the free ones. */
function trunksIn(path: string, size: number): { page: number; leaves: number }[] {
	const file = readFileSync(path);
	const trunks: { page: number; leaves: number }[] = [];
	for (let page = file.readUInt32BE(32); page !== 0; page = file.readUInt32BE((page - 1) * size)) {
		trunks.push({ page, leaves: file.readUInt32BE((page - 1) * size + 4) });
	}
	return trunks;
}

/** Flips a bit in a non-empty place. @returns the location of the bit */
function flip(dataDir: string, { file, from, to }: { file: string; from: number; to: number }, next: () => number) {
	const fd = openSync(join(dataDir, file), "r+");
	const bytes = Buffer.alloc(to - from);
	readSync(fd, bytes, 0, bytes.length, from);
	const filled = [...bytes.keys()].filter((at) => bytes[at] !== 0);
	const index = filled[Math.floor(next() * filled.length)] ?? Math.floor(next() * bytes.length);
	const bit = Math.floor(next() * 8);
	writeSync(fd, Buffer.of((bytes[index] ?? 0) ^ (1 << bit)), 0, 1, from + index);
	closeSync(fd);
	return `${file} ${from + index}.${bit}`;
}

const isCorruptGap = ({ type, json }: StoredEvent) => type === "gap" && json.includes('"reason":"corrupt"');

/** Compares a log's answers with the expected ones, in words. */
class Judge {
	readonly broken: string[] = [];
	readonly #truth: Truth;
	/** First content returned under each number. */
	readonly #given = new Map<string, string>();
	lost = 0;
	isSame = true;
	/** Number of broadcasts and minutes that differ. */
	wrongAggregates = 0;
	wrongRows = 0;

	readonly #isCut: boolean;

	/** @param isCut whether the end of the log may be lost */
	constructor(truth: Truth, isCut: boolean) {
		this.#truth = truth;
		this.#isCut = isCut;
	}

	async look(log: EventLog, when: string, isReset: boolean): Promise<void> {
		this.lost = 0;
		this.isSame = true;
		this.wrongAggregates = 0;
		this.wrongRows = 0;
		for (const [liveId, truth] of this.#truth) {
			const { events, truncated, oldestSeq } = await eventsOf(log, liveId);
			for (const event of events.values()) this.#once(liveId, event, when);
			for (const [seq, event] of truth.events) {
				const now = events.get(seq);
				if (!now || (isCorruptGap(now) && !isCorruptGap(event))) this.lost++;
				else if (now.json !== event.json && this.#isCut) this.lost++;
				else if (now.json !== event.json) this.broken.push(`${when}: ${liveId} ${seq} is another event`);
			}
			if (!isReset && oldestSeq > truth.oldestSeq && truncated === "retention") {
				this.broken.push(`${when}: ${liveId} events up to ${oldestSeq} are called retention`);
			}
			this.#compareAggregates(await aggregatesOf(log, liveId), truth.aggregates);
		}
		if (this.lost > 0 || this.wrongAggregates > 0) this.isSame = false;
	}

	#once(liveId: string, event: StoredEvent, when: string): void {
		if (isCorruptGap(event)) return;
		const key = `${liveId} ${event.seq}`;
		const before = this.#given.get(key) ?? this.#truth.get(liveId)?.events.get(event.seq)?.json;
		if (before !== undefined && before !== event.json) this.broken.push(`${when}: ${key} was given twice`);
		this.#given.set(key, event.json);
	}

	#compareAggregates(now: Aggregates, truth: Aggregates): void {
		for (const table of ["broadcasts", "points", "gifts", "newcomers"] as const) {
			for (const [key, value] of Object.entries(truth[table])) {
				if (isDeepStrictEqual(now[table][key], value)) continue;
				this.wrongAggregates++;
				// Gifts belong to one broadcast, and newcomers depend on two.
				if (table === "broadcasts" || table === "points") this.wrongRows++;
			}
		}
	}
}

/** Flips one bit in a copy of a log, opens it, uses it, and opens it again. */
async function judge(
	base: string,
	truth: Truth,
	now: number,
	kind: string,
	flipIn: (dataDir: string) => string,
): Promise<Flip> {
	const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-flip-"));
	try {
		cpSync(base, dataDir, { recursive: true });
		const at = flipIn(dataDir);
		const given = new Judge(truth, kind === "wal");
		const clock = new ManualClock(now + 1_000);
		const lines: object[] = [];
		let isReported = false;
		let isReset = false;
		const use = async (when: string, n: number) => {
			const log = await open(dataDir, clock, lines);
			const report = () => {
				const { damage, findings } = log.status();
				isReset ||= findings.length > 0;
				isReported ||= damage !== undefined || findings.length > 0 || lines.length > 0;
			};
			try {
				report();
				await given.look(log, `${when}, at once`, isReset).catch((error: unknown) => {
					// The answer has reported it.
					isReported = true;
					if ((error as { code?: string }).code !== "storage_failing") throw error;
				});
				for (let round = 0; round < 30 && !isReported; round++) {
					await settle(log, clock, 1);
					report();
				}
				if (!given.isSame && !isReported)
					given.broken.push(`${when}: wrong and not reported (${given.lost}, ${given.wrongAggregates})`);
				await settle(log, clock, 5);
				// Rooms with little to count wait for two minutes.
				await clock.advance(121_000);
				await settle(log, clock, 10);
				for (const liveId of liveIds) {
					const more = { liveId, roomId: `${liveId}-new`, at: clock.now() + 7_200_000 };
					log.append({ liveId, events: [chat(n, more), chat(n + 1, more)] });
				}
				await stored(log, clock);
				await given.look(log, `${when}, later`, isReset);
				report();
			} finally {
				await log.close();
			}
		};
		try {
			await use("first start", 5_000);
			await use("second start", 6_000);
		} catch (error) {
			given.broken.push(
				`failed: ${error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error)}`,
			);
		}
		if (!given.isSame && !isReported) given.broken.push("wrong and not reported at the end");
		const isRow = given.lost <= blockEvents && given.wrongRows <= 2;
		const outcome = given.isSame ? (isReported ? "repaired" : "nothing") : isRow ? "row" : "rest";
		const said = [...new Set(lines.map((line) => String((line as { event: unknown }).event)))].join(" ");
		const what = `${at}; ${said || "nothing"} reported, ${given.lost} events and ${given.wrongAggregates} sums differ`;
		return { kind, at: what, outcome, broken: given.broken };
	} finally {
		rmSync(dataDir, { recursive: true, force: true });
	}
}

export interface FlipOptions {
	count: number;
	seed: number;
	/** Number of the seed's first flip; default 1. */
	from?: number;
	onFlip?: (flip: Flip) => void;
}

/**
 * Flips `count` bits, each in a log of its own: in all tables, indexes and other parts in turn. Some logs are as a
 * killed process left them, the others were closed.
 */
export async function flipBits({ count, seed, from = 1, onFlip }: FlipOptions): Promise<Flip[]> {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-flips-"));
	try {
		const { closed, open: opened, now } = await makeLog(folder);
		const clock = new ManualClock(now);
		const reading = join(folder, "reading");
		cpSync(closed, reading, { recursive: true });
		const log = await open(reading, clock);
		const truth = await truthOf(log);
		await log.close();
		const places = placesIn(databasePath(closed));
		const walBytes = statSync(join(opened, "livekeeper.db-wal")).size;
		places.set("wal", [{ file: "livekeeper.db-wal", from: 0, to: walBytes }]);
		places.set("header beside a wal", [{ file: "livekeeper.db", from: 0, to: 100 }]);
		const kinds = [...places.keys()].sort();
		const flips: Flip[] = [];
		for (let n = from; n < from + count; n++) {
			const next = seeded(seed * 1_000_003 + n);
			const kind = kinds[n % kinds.length] ?? "";
			const among = places.get(kind) ?? [];
			const place = among[Math.floor(next() * among.length)];
			if (!place) throw new RangeError(`There is no ${kind}.`);
			const base = kind.endsWith("wal") ? opened : closed;
			const found = await judge(base, truth, now, kind, (dataDir) => flip(dataDir, place, next));
			flips.push(found);
			onFlip?.(found);
		}
		return flips;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
