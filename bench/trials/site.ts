import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Cursor, createUpstream, type LiveEvent } from "@livekeeper/douyin";
import { ManualClock, seeded } from "@livekeeper/douyin/testing";
import { type SimulatedRoom, type SiteKind, startSimulator } from "@livekeeper/simulator";
import { pino } from "pino";
import { AdaptiveStrategy } from "../../packages/engine/src/connections/adaptive/index.ts";
import { PersistentConnectionManager } from "../../packages/engine/src/connections/persistent-connection-manager.ts";
import type { MessageQueue, RoomMemory } from "../../packages/engine/src/rooms/index.ts";
import { PromptLooks } from "../../packages/engine/src/rooms/prompt-looks.helpers.ts";

/**
 * The whole engine on one address before a realistic site: real HTTP and sockets, in a time that the trial moves.
 * `waiting`: rooms that wait for their broadcast, also if each asks by itself every 30 seconds, and before a site
 * without limits. `closed`: each way refused for a third of the time. `outage`: live rooms without a network for ten
 * minutes. `restart`: live rooms over a restart, also of an address that is banned. Lookups alone, for days and
 * thousands of rooms: the trial `watching`.
 *
 *   npm run trial -- site                                    all cases, in some minutes
 *   npm run trial -- site --case waiting --rooms 50 --hours 6
 */
const { values } = parseArgs({
	options: {
		case: { type: "string", default: "" },
		rooms: { type: "string" },
		hours: { type: "string", default: "6" },
		/** Interval at which another room goes live, and stays so, minutes. */
		every: { type: "string", default: "10" },
		seed: { type: "string", default: "1" },
	},
});
const [hours, everyMinutes, seed] = [values.hours, values.every, values.seed].map(Number) as [number, number, number];
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The network between service and simulator: it can be taken down. */
class Network {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	#port = 0;

	constructor(target: number) {
		this.#server = createServer((socket) => {
			const onward = connect(target, "127.0.0.1");
			for (const [one, other] of [
				[socket, onward],
				[onward, socket],
			] as const) {
				this.#sockets.add(one);
				one.pipe(other);
				one.on("error", () => other.destroy());
				one.on("close", () => {
					this.#sockets.delete(one);
					other.destroy();
				});
			}
		});
	}

	get url(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	async up(): Promise<void> {
		await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
		this.#port = (this.#server.address() as AddressInfo).port;
	}

	/** Cuts open connections, and refuses new ones. */
	async down(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		for (const socket of this.#sockets) socket.destroy();
		await closed;
	}
}

/** An event log's state of a room: the broadcast, and the cursor after the stored messages. */
class RoomStore implements MessageQueue {
	readonly writable = true;
	#cursor: Cursor | undefined;
	#broadcast: RoomMemory["broadcast"];

	/** @param roomId id of a broadcast that was on when the service last ran */
	constructor(roomId?: string) {
		if (roomId !== undefined) this.#broadcast = { roomId, title: "", ended: false };
	}

	push(_events: readonly LiveEvent[], cursor?: Cursor): void {
		if (!cursor) return;
		this.#cursor = cursor;
		this.#broadcast = { roomId: cursor.roomId, title: "", ended: false };
	}

	onWritable(): void {
		// It always is.
	}

	readonly recall = async (): Promise<RoomMemory> => ({
		cursor: this.#cursor,
		broadcast: this.#broadcast,
		recent: [],
	});
}

interface Setting {
	site: SiteKind;
	/** Whether each room asks by itself. */
	alone?: boolean;
}

/** A service's connections before a simulator, both on one clock. */
class World {
	readonly clock: ManualClock;
	readonly simulator: Awaited<ReturnType<typeof startSimulator>>;
	readonly network: Network;
	readonly startedAt: number;
	manager: PersistentConnectionManager;
	readonly #setting: Setting;
	readonly #stores = new Map<string, RoomStore>();
	/** State that a service keeps over restarts. */
	#kept: { exits?: unknown; rooms?: unknown } = {};
	#visitor: string | undefined;
	/** Number of unanswered requests about rooms. */
	#open = 0;

	private constructor(
		setting: Setting,
		parts: { clock: ManualClock; simulator: World["simulator"]; network: Network },
	) {
		this.#setting = setting;
		this.clock = parts.clock;
		this.simulator = parts.simulator;
		this.network = parts.network;
		this.startedAt = parts.clock.elapsed();
		this.manager = this.#manager();
	}

	static async start(setting: Setting): Promise<World> {
		const clock = new ManualClock();
		const simulator = await startSimulator({ clock, site: setting.site, rooms: 0, rate: 0.2, seed, tickMs: second });
		const network = new Network(simulator.port);
		await network.up();
		return new World(setting, { clock, simulator, network });
	}

	/** @param live whether they are live, and known from an earlier run */
	add(count: number, { live = false } = {}): void {
		for (let i = 0; i < count; i++) {
			const room = this.simulator.addRoom(`${live ? 8 : 1}${String(i).padStart(4, "0")}`, { live });
			this.#stores.set(room.liveId, new RoomStore(live ? room.roomId : undefined));
		}
		this.#addAll();
	}

	async restart(): Promise<void> {
		await this.manager.stop();
		this.manager = this.#manager();
		this.#addAll();
	}

	/**
	 * Lets time pass, and waits for the effects of real connections in it.
	 * @param stepMs at most the resolution of the measurement
	 */
	async pass(ms: number, stepMs = second, each: () => void = () => undefined): Promise<void> {
		for (const end = this.elapsed + ms; this.elapsed < end; ) {
			await this.clock.advance(Math.min(stepMs, end - this.elapsed));
			while (this.#open > 0 || this.manager.admission.handshakes > 0) await pause(1);
			// Pings and heartbeats cross on real sockets.
			const sockets = this.simulator.connections().length;
			if (sockets > 0) await pause(3 + sockets / 50);
			each();
		}
	}

	get elapsed(): number {
		return this.clock.elapsed() - this.startedAt;
	}

	/** The site's counts for the only address there is. */
	get calls() {
		const calls = this.simulator.site.addresses()[0]?.calls;
		const groups = calls ? [calls.page, calls.json, calls.batch] : [];
		return {
			page: calls?.page.asked ?? 0,
			json: calls?.json.asked ?? 0,
			batch: calls?.batch.asked ?? 0,
			asked: groups.reduce((sum, { asked }) => sum + asked, 0),
			bans: groups.reduce((sum, { bans }) => sum + bans, 0),
			isBanned: groups.some(({ bannedUntil }) => bannedUntil !== undefined),
		};
	}

	isConnected(liveId: string): boolean {
		return this.manager.getConnectionStatus(liveId)?.state === "connected";
	}

	get connected(): number {
		return this.manager.getAllConnections().filter(({ state }) => state === "connected").length;
	}

	/** Number of requests about single rooms that the budget allows from the start until now. */
	get allowed() {
		const minutes = this.elapsed / minute;
		return { page: 10 + minutes, json: 10 + 4 * minutes };
	}

	async close(): Promise<void> {
		await this.manager.stop();
		await this.simulator.close();
		await this.network.down();
	}

	#addAll(): void {
		this.manager.start();
		for (const [liveId, store] of this.#stores) this.manager.addConnection(liveId, store, {}, store);
	}

	#manager(): PersistentConnectionManager {
		const { clock } = this;
		const random = seeded(seed);
		const logger = pino({ level: "silent" });
		return new PersistentConnectionManager({
			clock,
			logger,
			upstreamFor: () => this.#upstream(random),
			strategy: (holds) => new AdaptiveStrategy({ holds, logger, startsPerSecond: 20, random }),
			watching: {
				random,
				known: this.#kept,
				keep: (part) => {
					this.#kept = { ...this.#kept, ...structuredClone(part) };
				},
			},
			...(this.#setting.alone && { looks: new PromptLooks(clock) }),
		});
	}

	#upstream(random: () => number) {
		const upstream = createUpstream({
			...{ baseUrl: this.network.url, clock: this.clock, random },
			visitor: {
				read: () => this.#visitor,
				write: (value) => {
					this.#visitor = value;
				},
			},
		});
		const counted =
			<Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
			(...args: Args) => {
				this.#open++;
				return call(...args).finally(() => this.#open--);
			};
		return Object.assign(upstream, {
			lookup: counted(upstream.lookup),
			ask: counted(upstream.ask),
			whoIsLive: counted(upstream.whoIsLive),
			followedLive: counted(upstream.followedLive),
		});
	}
}

const broken: string[] = [];
/** Records a promise that was broken. */
function promise(words: string, kept: boolean): void {
	if (!kept) broken.push(words);
}

const at = (sorted: readonly number[], part: number) => {
	const value = sorted[Math.floor(sorted.length * part)];
	return value === undefined ? "–" : Math.round(value / second);
};

/** Rooms that go live one after the other, and the time that each takes to be connected. */
class Broadcasts {
	readonly #world: World;
	readonly #random = seeded(seed + 1);
	readonly #liveSince = new Map<string, number>();
	readonly delays = new Map<string, number>();
	#nextAt: number;

	constructor(world: World) {
		this.#world = world;
		// Out of step with the rooms' actions in whole minutes.
		this.#nextAt = everyMinutes * minute * this.#random();
	}

	get wentLive(): number {
		return this.#liveSince.size;
	}

	/** Rooms that went live, are live, and are not connected. */
	get missing(): SimulatedRoom[] {
		const { simulator } = this.#world;
		return simulator.rooms.filter(({ live, liveId }) => live && !this.#world.isConnected(liveId));
	}

	readonly pass = (): void => {
		const { elapsed, simulator } = this.#world;
		if (elapsed >= this.#nextAt) {
			this.#nextAt += everyMinutes * minute * (0.5 + this.#random());
			const next = simulator.rooms.find(({ live }) => !live);
			next?.begin();
			if (next) this.#liveSince.set(next.liveId, elapsed);
		}
		for (const [liveId, since] of this.#liveSince) {
			if (!this.delays.has(liveId) && this.#world.isConnected(liveId)) this.delays.set(liveId, elapsed - since);
		}
	};

	figures() {
		const sorted = [...this.delays.values()].sort((a, b) => a - b);
		return {
			"went live": this.wentLive,
			connected: this.delays.size,
			"median, s": at(sorted, 0.5),
			"p95, s": at(sorted, 0.95),
			"longest, s": sorted.length > 0 ? Math.round((sorted.at(-1) ?? 0) / second) : "–",
		};
	}
}

async function waiting(rooms: number): Promise<void> {
	const rows: Record<string, Record<string, string | number>> = {};
	const settings: Record<string, Setting> = {
		"as it is": { site: "real" },
		"each room by itself": { site: "real", alone: true },
		"each by itself, without limits": { site: "kind", alone: true },
	};
	for (const [name, setting] of Object.entries(settings)) {
		const world = await World.start(setting);
		world.add(rooms);
		const broadcasts = new Broadcasts(world);
		let firstBan: { at: number; asked: number } | undefined;
		let bannedMs = 0;
		let inFirstMinute = 0;
		await world.pass(hours * hour, second, () => {
			const { asked, bans, isBanned } = world.calls;
			if (world.elapsed === minute) inFirstMinute = asked;
			if (bans > 0) firstBan ??= { at: world.elapsed, asked };
			if (isBanned) bannedMs += second;
			broadcasts.pass();
		});
		const { page, json, batch, bans } = world.calls;
		rows[name] = {
			"in the first minute": inFirstMinute,
			pages: page,
			json,
			batch,
			"banned after, s": firstBan ? firstBan.at / second : "–",
			"look-ups until then": firstBan?.asked ?? "–",
			"banned, %": Math.round((100 * bannedMs) / world.elapsed),
			...broadcasts.figures(),
		};
		if (!setting.alone) {
			promise(`${rooms} waiting rooms: not banned`, bans === 0);
			// The last one may have had no time.
			promise(`${rooms} waiting rooms: all connected`, broadcasts.delays.size >= broadcasts.wentLive - 1);
		} else if (setting.site === "real") {
			promise(`${rooms} rooms that ask by themselves are banned`, bans > 0);
		}
		await world.close();
	}
	console.log(`\n${rooms} waiting rooms, ${hours} h`);
	console.table(rows);
}

async function closed(): Promise<void> {
	const rooms = Number(values.rooms ?? 50);
	const rows: Record<string, Record<string, string | number>> = {};
	const cases = [
		["batch", "captcha"],
		["enter", "empty"],
		["reflow", "444"],
		["page", "layout"],
		["all", "captcha"],
	] as const;
	for (const [on, by] of cases) {
		const world = await World.start({ site: "real" });
		world.add(rooms);
		const broadcasts = new Broadcasts(world);
		const third = (hours * hour) / 3;
		const stepMs = 5 * second;
		let lost = 0;
		const wereIn = new Set<string>();
		const watch = () => {
			broadcasts.pass();
			for (const { liveId } of world.simulator.rooms) {
				if (world.isConnected(liveId)) wereIn.add(liveId);
				else if (wereIn.delete(liveId)) lost++;
			}
		};
		await world.pass(third, stepMs, watch);
		const before = world.calls.asked;
		const inBefore = broadcasts.delays.size;
		world.simulator.setFault({ fault: "way_closed", on, by, for_ms: third });
		await world.pass(third, stepMs, watch);
		const during = world.calls.asked - before;
		const inDuring = broadcasts.delays.size - inBefore;
		const { knownInMs: _, exits } = world.manager.watching.status();
		const isClosed = exits.some((exit) => exit.closed);
		await world.pass(third, stepMs, watch);
		rows[`${on} (${by})`] = {
			bans: world.calls.bans,
			"asked meanwhile": during,
			"connected meanwhile": inDuring,
			"said to be closed": isClosed ? "yes" : "no",
			"live rooms lost": lost,
			...broadcasts.figures(),
		};
		promise(`${on} closed: not banned`, world.calls.bans === 0);
		promise(`${on} closed: no live room lost`, lost === 0);
		promise(`${on} closed: said so only where all are`, isClosed === (on === "all"));
		promise(`${on} closed: rooms are found meanwhile`, on === "all" || inDuring > 0);
		promise(`${on} closed: all found in the end`, broadcasts.delays.size >= broadcasts.wentLive - 1);
		await world.close();
	}
	console.log(`\n${rooms} rooms, a way closed for a third of ${hours} h`);
	console.table(rows);
}

/** Passes time until all are connected. @returns the time it took, ms */
async function untilConnected(world: World, count: number, timeoutMs: number): Promise<number> {
	const from = world.elapsed;
	while (world.connected < count && world.elapsed - from < timeoutMs) await world.pass(second);
	return world.elapsed - from;
}

async function outage(): Promise<void> {
	const rooms = Number(values.rooms ?? 500);
	const world = await World.start({ site: "real" });
	world.add(rooms, { live: true });
	const inMs = await untilConnected(world, rooms, 10 * minute);
	const inAtFirst = world.connected;
	await world.pass(2 * minute);
	const before = world.calls;
	await world.network.down();
	await world.pass(10 * minute);
	const left = world.connected;
	await world.network.up();
	const backMs = await untilConnected(world, rooms, 30 * minute);
	const back = world.connected;
	await world.pass(minute);
	const { page, json, batch, bans } = world.calls;
	console.log(`\n${rooms} live rooms, 10 minutes without a network`);
	console.table({
		"": {
			"connected at first": `${inAtFirst} in ${inMs / second} s`,
			"during the outage": left,
			back: `${back} in ${backMs / second} s`,
			pages: page - before.page,
			json: json - before.json,
			batch: batch - before.batch,
			bans,
		},
	});
	promise("outage: the sockets were cut", left === 0);
	promise("outage: all are back", inAtFirst === rooms && back === rooms);
	promise("outage: nothing beyond the budget", page <= world.allowed.page && json <= world.allowed.json);
	promise("outage: not banned", bans === 0);
	await world.close();
}

async function restart(): Promise<void> {
	const rooms = Number(values.rooms ?? 200);
	const rows: Record<string, Record<string, string | number>> = {};
	for (const banned of [false, true]) {
		const world = await World.start({ site: "real" });
		world.add(rooms, { live: true });
		await untilConnected(world, rooms, 10 * minute);
		await world.pass(2 * minute);
		if (banned) {
			for (const group of ["page", "json", "batch"] as const) world.simulator.site.ban("127.0.0.1", group, hour);
		}
		const before = world.calls;
		await world.restart();
		const backMs = await untilConnected(world, rooms, 10 * minute);
		const { page, json, batch } = world.calls;
		const name = banned ? "a banned address" : "as it is";
		rows[name] = {
			back: world.connected,
			"in, s": backMs / second,
			pages: page - before.page,
			json: json - before.json,
			batch: batch - before.batch,
		};
		promise(`restart, ${name}: all are back`, world.connected === rooms);
		promise(`restart, ${name}: at the pace of handshakes`, backMs <= (rooms / 20 + 5) * second);
		// The home page, which gives the visitor's cookie.
		promise(`restart, ${name}: no room's page`, page - before.page <= 1);
		await world.close();
	}
	console.log(`\n${rooms} live rooms over a restart`);
	console.table(rows);
}

const cases: Record<string, () => Promise<void>> = {
	waiting: async () => {
		for (const rooms of values.rooms === undefined ? [10, 50] : [Number(values.rooms)]) await waiting(rooms);
	},
	closed,
	outage,
	restart,
};
for (const [name, measure] of Object.entries(cases)) {
	if (name.includes(values.case)) await measure();
}
for (const words of broken) console.error(`not kept: ${words}`);
if (broken.length > 0) process.exitCode = 1;
