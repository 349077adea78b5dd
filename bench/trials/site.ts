import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createUpstream } from "@livekeeper/douyin";
import { ManualClock, seeded } from "@livekeeper/douyin/testing";
import { type SiteKind, siteKinds, startSimulator } from "@livekeeper/simulator";
import { pino } from "pino";
import { AdaptiveStrategy } from "../../packages/livekeeper/src/connections/adaptive/index.ts";
import { PersistentConnectionManager } from "../../packages/livekeeper/src/connections/persistent-connection-manager.ts";
import { CollectingQueue } from "../../packages/livekeeper/src/rooms/message-queue.helpers.ts";

/**
 * Rooms that wait for their broadcast, from one address, before the site as it is: the engine must not be banned, and
 * each room that goes live must be connected. Real HTTP and sockets, in a time that the trial moves. The row `kind` is
 * the same before a site without limits.
 *
 *   npm run trial -- site --rooms 50 --hours 2
 */
const { values } = parseArgs({
	options: {
		rooms: { type: "string", default: "50" },
		hours: { type: "string", default: "2" },
		/** Every so many minutes another room goes live, and stays so. */
		every: { type: "string", default: "10" },
		seed: { type: "string", default: "1" },
	},
});
const [rooms, hours, everyMinutes, seed] = [values.rooms, values.hours, values.every, values.seed].map(Number) as [
	number,
	number,
	number,
	number,
];
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** A service's connections before a simulator, both on one clock. */
class World {
	readonly clock = new ManualClock();
	readonly simulator: Awaited<ReturnType<typeof startSimulator>>;
	readonly manager: PersistentConnectionManager;
	/** Look-ups that have not been answered. */
	#open = 0;

	private constructor(clock: ManualClock, simulator: World["simulator"]) {
		this.clock = clock;
		this.simulator = simulator;
		const random = seeded(seed);
		const logger = pino({ level: "silent" });
		this.manager = new PersistentConnectionManager({
			clock,
			logger,
			upstreamFor: () => this.#upstream(random),
			strategy: (pauses) => new AdaptiveStrategy({ pauses, logger, startsPerSecond: 20, random }),
		});
	}

	static async start(site: SiteKind): Promise<World> {
		const clock = new ManualClock();
		const simulator = await startSimulator({ clock, site, rooms: 0, rate: 0.2, seed, tickMs: second });
		for (let i = 0; i < rooms; i++) simulator.addRoom(`w${i}`, { live: false });
		const world = new World(clock, simulator);
		world.manager.start();
		for (const { liveId } of simulator.rooms) world.manager.addConnection(liveId, new CollectingQueue());
		return world;
	}

	/** Lets a second pass, and waits for what real connections bring in it. */
	async pass(): Promise<void> {
		await this.clock.advance(second);
		while (this.#open > 0 || this.manager.admission.handshakes > 0) await pause(1);
		// Pings and heartbeats cross on real sockets.
		if (this.simulator.connections().length > 0) await pause(3);
	}

	/** What the site counted of the only address there is. */
	get calls() {
		return this.simulator.site.addresses()[0]?.calls;
	}

	isConnected(liveId: string): boolean {
		return this.manager.getConnectionStatus(liveId)?.state === "connected";
	}

	async close(): Promise<void> {
		await this.manager.stop();
		await this.simulator.close();
	}

	#upstream(random: () => number) {
		const upstream = createUpstream({ baseUrl: this.simulator.url, clock: this.clock, random });
		const { lookup } = upstream;
		upstream.lookup = (liveId, signal) => {
			this.#open++;
			return lookup(liveId, signal).finally(() => this.#open--);
		};
		return upstream;
	}
}

/** Runs one world to its end. */
async function run(site: SiteKind) {
	const world = await World.start(site);
	const { clock, simulator } = world;
	const startedAt = clock.elapsed();
	const elapsed = () => clock.elapsed() - startedAt;
	const liveSince = new Map<string, number>();
	const delays = new Map<string, number>();
	const asked = () => (world.calls?.page.asked ?? 0) + (world.calls?.json.asked ?? 0) + (world.calls?.batch.asked ?? 0);
	const bans = () => (world.calls?.page.bans ?? 0) + (world.calls?.json.bans ?? 0) + (world.calls?.batch.bans ?? 0);
	let firstBan: { at: number; asked: number } | undefined;
	let bannedMs = 0;
	let inFirstMinute = 0;
	// Not in step with what the rooms do in whole minutes.
	const liveAt = seeded(seed + 1);
	let nextLiveAt = everyMinutes * minute * liveAt();
	while (elapsed() < hours * hour) {
		await world.pass();
		if (elapsed() === minute) inFirstMinute = asked();
		if (bans() > 0) firstBan ??= { at: elapsed(), asked: asked() };
		if (Object.values(world.calls ?? {}).some(({ bannedUntil }) => bannedUntil !== undefined)) bannedMs += second;
		if (elapsed() >= nextLiveAt) {
			nextLiveAt += everyMinutes * minute * (0.5 + liveAt());
			const next = simulator.rooms.find(({ live }) => !live);
			next?.begin();
			if (next) liveSince.set(next.liveId, elapsed());
		}
		for (const [liveId, since] of liveSince) {
			if (!delays.has(liveId) && world.isConnected(liveId)) delays.set(liveId, elapsed() - since);
		}
	}
	const sorted = [...delays.values()].sort((a, b) => a - b);
	const figures = {
		"look-ups in the first minute": inFirstMinute,
		"look-ups in all": asked(),
		"banned after, s": firstBan ? firstBan.at / second : "–",
		"look-ups until then": firstBan?.asked ?? "–",
		bans: bans(),
		"banned of the time": `${Math.round((100 * bannedMs) / elapsed())} %`,
		"went live": liveSince.size,
		connected: delays.size,
		"median until connected, s": sorted.length > 0 ? (sorted[Math.floor(sorted.length / 2)] ?? 0) / second : "–",
	};
	await world.close();
	return { figures, isKept: bans() === 0 && delays.size === liveSince.size };
}

const rows: Record<string, Awaited<ReturnType<typeof run>>["figures"]> = {};
let areKept = true;
for (const site of siteKinds) {
	const { figures, isKept } = await run(site);
	rows[site] = figures;
	areKept &&= isKept;
}
console.log(`${rooms} waiting rooms from one address, ${hours} h`);
console.table(rows);
if (!areKept) process.exitCode = 1;
