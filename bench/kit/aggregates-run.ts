import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { LiveEvent, LiveUser } from "@livekeeper/douyin";
import { parseConfig, startService } from "livekeeper";
import { pino } from "pino";
import { encodeBatch } from "../../packages/log/src/event-log/encoded-event.ts";
import { RoomNumbers } from "../../packages/log/src/event-log/sqlite/commit.ts";
import { SqliteWriter } from "../../packages/log/src/event-log/sqlite/writer.ts";
import { benchChat } from "./bench-events.ts";

export interface AggregatesPlan {
	events: number;
	rooms: number;
	/** Number of times that the log is closed and opened again while it is written. */
	restarts: number;
	seed: number;
}

/** Sums of one broadcast. */
interface Sums {
	messages: Record<string, number>;
	likes: number;
	diamonds: number;
	gifts: number;
	peakViewers: number;
	gapMs: number;
	people: number;
	topGifters: Record<string, number>;
}

/** A source of sums, and the broadcasts in which it differs from a plain loop over the generated events. */
export interface Compared {
	source: string;
	broadcasts: number;
	differ: string[];
}

const broadcastsOfRoom = 3;
const perCommit = 500;
const upkeepEvery = 20;
const spanMs = 10 * 3_600_000;
const forEver = { maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };
const listed = 10;

/** Counts events one by one, knowing nothing of blocks, columns, or projections. */
class PlainSums {
	readonly #of = new Map<string, Sums & { seen: Set<string>; givers: Map<string, number> }>();

	/** @param event as readers get it */
	add(event: Record<string, unknown>): void {
		const { type, method, live_id, room_id, user } = event as Record<string, string> & {
			user?: Record<string, string>;
		};
		const key = `${live_id} ${room_id}`;
		const sums = this.#of.get(key) ?? newSums();
		this.#of.set(key, sums);
		const number = (name: string) => Number(event[name]);
		if (method !== "livekeeper") sums.messages[`${type}`] = (sums.messages[`${type}`] ?? 0) + 1;
		if (user) sums.seen.add(`${user["sec_uid"]}`);
		if (type === "like") sums.likes += number("count");
		if (type === "viewers") sums.peakViewers = Math.max(sums.peakViewers, number("online"));
		if (type === "gap") sums.gapMs += number("to") - number("from");
		if (type !== "gift") return;
		sums.gifts += number("delta");
		sums.diamonds += number("diamonds");
		const giver = `${user?.["sec_uid"]}`;
		sums.givers.set(giver, (sums.givers.get(giver) ?? 0) + number("diamonds"));
	}

	result(): Map<string, Sums> {
		const result = new Map<string, Sums>();
		for (const [key, { seen, givers, ...sums }] of this.#of) {
			const top = [...givers].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, listed);
			result.set(key, { ...sums, people: seen.size, topGifters: Object.fromEntries(top) });
		}
		return result;
	}
}

function newSums(): Sums & { seen: Set<string>; givers: Map<string, number> } {
	const none = { likes: 0, diamonds: 0, gifts: 0, peakViewers: 0, gapMs: 0, people: 0 };
	return { messages: {}, ...none, topGifters: {}, seen: new Set<string>(), givers: new Map<string, number>() };
}

/** Writes a large log of generated events, and compares its aggregates with a plain loop, source by source. */
export async function aggregatesRun(
	plan: AggregatesPlan,
	say: (line: string) => void = () => undefined,
): Promise<Compared[]> {
	const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-aggregates-"));
	try {
		const expected = write(dataDir, plan);
		say(`${plan.events} events are stored`);
		const config = parseConfig({ data_dir: dataDir, port: 0, rate_limit: 0, retention_mb: 1 << 20 });
		const service = await startService(config, { logger: pino({ level: "silent" }) });
		try {
			const compared: Compared[] = [];
			for (const [source, read] of Object.entries(sources)) {
				const found = await read(`${service.url}/api/v1`, liveIdsOf(plan));
				const differ = [...expected].filter(([key, sums]) => !isSame(found.get(key), sums)).map(([key]) => key);
				compared.push({ source, broadcasts: found.size, differ: [...differ, ...unexpected(found, expected)] });
				say(`${source}: ${found.size} broadcasts, ${differ.length} differ`);
			}
			return compared;
		} finally {
			await service.stop();
		}
	} finally {
		rmSync(dataDir, { recursive: true, force: true });
	}
}

type Found = Map<string, Partial<Sums>>;

const unexpected = (found: Found, expected: Map<string, Sums>) => [...found.keys()].filter((key) => !expected.has(key));

/** Compares what the source has: no source shows everything. */
function isSame(found: Partial<Sums> | undefined, sums: Sums): boolean {
	if (!found) return false;
	return Object.entries(found).every(([name, value]) => sorted(value) === sorted(sums[name as keyof Sums]));
}

function sorted(value: unknown): string {
	if (typeof value !== "object" || value === null) return `${value}`;
	return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reads the sums of all broadcasts over HTTP, each from another part of the service. */
const sources: Readonly<Record<string, (url: string, liveIds: readonly string[]) => Promise<Found>>> = {
	pages: async (url, liveIds) => {
		const sums = new PlainSums();
		for (const liveId of liveIds) {
			for (let after = 0, isMore = true; isMore; ) {
				const page = await json(`${url}/rooms/${liveId}/events?after=${after}&limit=1000`);
				for (const event of page.events) sums.add(event);
				after = page.next_after;
				isMore = !page.caught_up;
			}
		}
		return sums.result();
	},
	API: async (url, liveIds) => {
		const found: Found = new Map();
		for (const liveId of liveIds) {
			for (const one of (await json(`${url}/rooms/${liveId}/broadcasts`)).broadcasts) {
				const { messages, likes, diamonds } = one;
				const more = { peakViewers: one.peak_viewers, gapMs: one.gap_ms, people: one.users };
				found.set(`${liveId} ${one.room_id}`, {
					messages,
					likes,
					diamonds,
					...more,
					topGifters: gifters(one.top_gifters),
				});
			}
		}
		return found;
	},
	series: async (url, liveIds) => {
		const found: Found = new Map();
		for (const liveId of liveIds) {
			for (const { room_id: roomId, started_at: from, duration_ms: ms } of (
				await json(`${url}/rooms/${liveId}/broadcasts`)
			).broadcasts) {
				const range = `from=${from - 3_600_000}&to=${from + ms + 3_600_000}`;
				const { points } = await json(`${url}/rooms/${liveId}/series?${range}&broadcast=${roomId}`);
				const sums = { messages: {} as Record<string, number>, likes: 0, diamonds: 0, peakViewers: 0 };
				for (const point of points) {
					sums.likes += point.likes;
					sums.diamonds += point.diamonds;
					sums.peakViewers = Math.max(sums.peakViewers, point.peak_viewers ?? 0);
					for (const [type, count] of Object.entries<number>(point.messages))
						sums.messages[type] = (sums.messages[type] ?? 0) + count;
				}
				found.set(`${liveId} ${roomId}`, sums);
			}
		}
		return found;
	},
	report: async (url, liveIds) => {
		const found: Found = new Map();
		for (const liveId of liveIds) {
			for (const { room_id: roomId } of (await json(`${url}/rooms/${liveId}/broadcasts`)).broadcasts) {
				const { figures, gifts } = await json(`${url}/rooms/${liveId}/broadcasts/${roomId}/report`);
				const { likes, diamonds, people, peak_viewers: peakViewers } = figures;
				const given = gifts.by_kind.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
				const top = gifters(gifts.by_giver.slice(0, listed));
				found.set(`${liveId} ${roomId}`, { likes, diamonds, people, peakViewers, gifts: given, topGifters: top });
			}
		}
		return found;
	},
	"export, jsonl": async (url, liveIds) => {
		const sums = new PlainSums();
		for await (const line of linesOf(`${url}/export?rooms=${liveIds.join(",")}&format=jsonl`))
			sums.add(JSON.parse(line));
		return sums.result();
	},
	"export, csv": async (url, liveIds) => {
		const found: Map<string, { likes: number; diamonds: number; gifts: number; gapMs?: number }> = new Map();
		let names: string[] | undefined;
		for await (const line of linesOf(`${url}/export?rooms=${liveIds.join(",")}&format=csv`)) {
			// The generated texts have no commas, quotes or line feeds.
			const values = line.split(",");
			if (!names) {
				names = values.map((name) => name.replace("\ufeff", ""));
				continue;
			}
			// A long number has an apostrophe before it, so that office programs keep its digits.
			const of = (name: string) => (values[names?.indexOf(name) ?? -1] ?? "").replace(/^'/, "");
			const key = `${of("live_id")} ${of("room_id")}`;
			const sums = found.get(key) ?? { likes: 0, diamonds: 0, gifts: 0 };
			found.set(key, sums);
			if (of("type") === "like") sums.likes += Number(of("count"));
			sums.diamonds += Number(of("diamonds"));
			if (of("type") === "gift") sums.gifts += Number(of("delta"));
		}
		return found;
	},
};

function gifters(list: readonly { sec_uid: string; diamonds: number }[]): Record<string, number> {
	return Object.fromEntries(list.map(({ sec_uid: secUid, diamonds }) => [secUid, diamonds]));
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many routes, compared field by field
async function json(url: string): Promise<any> {
	const answer = await fetch(url);
	if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
	return answer.json();
}

async function* linesOf(url: string): AsyncGenerator<string, void> {
	const answer = await fetch(url);
	if (!answer.ok || !answer.body) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
	const lines = createInterface({ input: Readable.fromWeb(answer.body as never), crlfDelay: Number.POSITIVE_INFINITY });
	for await (const line of lines) if (line !== "") yield line;
}

const liveIdsOf = ({ rooms }: AggregatesPlan) => Array.from({ length: rooms }, (_, room) => `${700_000 + room}`);

/** Writes the log with upkeep beside, and restarts. @returns the sums of each broadcast */
function write(dataDir: string, plan: AggregatesPlan): Map<string, Sums> {
	const begin = Date.now() - spanMs;
	const open = () => new SqliteWriter({ dataDir, fsync: false, suspect: false, now: begin });
	const sums = new PlainSums();
	const random = randomOf(plan.seed);
	const liveIds = liveIdsOf(plan);
	let writer = open();
	let numbers = new RoomNumbers(2_000);
	const commits = Math.ceil(plan.events / perCommit);
	for (let commit = 0, made = 0; commit < commits; commit++) {
		const now = Math.round(begin + (spanMs * commit) / commits);
		const batches = new Map<string, LiveEvent[]>();
		for (let n = 0; n < perCommit && made < plan.events; n++, made++) {
			const liveId = liveIds[Math.floor(random() ** 2 * liveIds.length)] ?? "";
			const roomId = `${7_390_000_000_000_000_000n + BigInt(Math.floor((broadcastsOfRoom * commit) / commits))}`;
			const event = eventOf(random, { liveId, roomId, n: made, at: now - Math.floor(random() * 20_000) });
			batches.set(liveId, [...(batches.get(liveId) ?? []), event]);
		}
		const encoded = Array.from(batches, ([liveId, events]) => encodeBatch({ liveId, events }));
		const unknown = numbers.unknown(encoded);
		if (unknown.length > 0) numbers.learn(writer.rooms(unknown));
		writer.commit(numbers.number(encoded, now).commit, now);
		for (const { events } of encoded) for (const one of events) sums.add(JSON.parse(one.json));
		if (commit % upkeepEvery === 0) while (writer.upkeep(now, forEver, 50).more);
		if (commit % Math.ceil(commits / (plan.restarts + 1)) !== 0) continue;
		writer.close();
		writer = open();
		numbers = new RoomNumbers(2_000);
	}
	writer.close();
	return sums.result();
}

interface Spoken {
	liveId: string;
	roomId: string;
	n: number;
	at: number;
}

/** Generates an event of one of the kinds that count. */
function eventOf(random: () => number, { liveId, roomId, n, at }: Spoken): LiveEvent {
	const { content: _, user: known, ...chat } = benchChat(liveId, at);
	const base = { ...chat, id: `${7_500_000_000_000_000_000n + BigInt(n)}`, roomId };
	const number = Math.floor(random() ** 2 * 50_000);
	const user = { ...known, id: `${number}`, secUid: `MS4wLjABAAAA-${number}`, nickname: `n${number}` } as LiveUser;
	const whole = (max: number) => Math.floor(random() * max);
	const kind = random();
	if (kind < 0.55) return { ...base, user, type: "chat", content: `message ${n}` } as LiveEvent;
	if (kind < 0.7) return { ...base, user, type: "like", count: 1 + whole(30), total: n } as LiveEvent;
	if (kind < 0.8) return { ...base, user, type: "member", memberCount: whole(9_000) } as unknown as LiveEvent;
	if (kind < 0.93) {
		const diamondCount = 1 + whole(3_000);
		const gift = { giftId: `${whole(15)}`, giftName: "gift", giftImage: "", giftType: 1, combo: false, groupCount: 1 };
		const worth = { count: 1, delta: 1, streakId: `${n}`, final: true, diamondCount, diamonds: diamondCount };
		return { ...base, user, ...gift, ...worth, type: "gift" } as unknown as LiveEvent;
	}
	if (kind < 0.99)
		return { ...base, type: "viewers", online: whole(90_000), total: "", top: [] } as unknown as LiveEvent;
	const gap = { ...base, id: `lk:${n}`, method: "livekeeper", reason: "network" };
	return { ...gap, type: "gap", from: at - 1 - whole(30_000), to: at } as unknown as LiveEvent;
}

/** Returns numbers from 0 to below 1, the same for the same seed. */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let bits = Math.imul(state ^ (state >>> 15), 1 | state);
		bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
		return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
	};
}
