import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { systemClock } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import { claimAfter } from "../../packages/log/src/event-log/jetstream/claim.ts";
import { type Connected, connectNats } from "../../packages/log/src/event-log/jetstream/connect.ts";
import { startNatsServers } from "../../packages/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { quietLogger } from "../../packages/log/src/event-log/sqlite/stores.helpers.ts";

/**
 * Measures the log's single steps when it holds very many rooms: one NATS server, one message of each room, one key for
 * each. The server and this program share the machine.
 *
 *   npm run trial -- cluster-log --rooms 200000
 */
const { values } = parseArgs({
	options: {
		rooms: { type: "string", default: "200000" },
		/** Number of lookups of each kind. */
		looks: { type: "string", default: "20000" },
		/** Number of concurrent requests. */
		together: { type: "string", default: "128" },
		seed: { type: "string", default: "1" },
	},
});
const [rooms, looks, together, seed] = [values.rooms, values.looks, values.together, values.seed].map(Number) as [
	number,
	number,
	number,
	number,
];
const random = seeded(seed);
const liveId = (n: number) => String(70_000_000_000 + n * 7_919);
const anyRoom = () => liveId(Math.floor(random() * rooms));
const rows: Record<
	string,
	{ "a second": number; "median, ms": string; "99 %, ms": string; "server's memory, MB": number }
> = {};

/** Makes `count` requests, `together` at a time, and records the duration of each. */
async function measure(
	name: string,
	count: number,
	pid: number,
	work: (n: number) => Promise<unknown>,
	lanes = together,
): Promise<void> {
	const times: number[] = [];
	let next = 0;
	const start = performance.now();
	const lane = async () => {
		while (next < count) {
			const from = performance.now();
			await work(next++);
			times.push(performance.now() - from);
		}
	};
	await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane));
	const seconds = (performance.now() - start) / 1000;
	times.sort((a, b) => a - b);
	const at = (share: number) => (times[Math.floor(share * times.length)] ?? 0).toFixed(1);
	rows[name] = {
		"a second": Number((count / seconds).toPrecision(3)),
		"median, ms": at(0.5),
		"99 %, ms": at(0.99),
		"server's memory, MB": memoryOf(pid),
	};
	console.error(`${name}: ${seconds.toFixed(1)} s`);
}

function memoryOf(pid: number): number {
	return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);
}

const claim = claimAfter(undefined, { owner: "node-1.1.a", view: 1 }, 0, systemClock.now());
const body = new Uint8Array(0);

async function run({ streams, state }: Connected, pid: number): Promise<void> {
	await measure("first claim of a room", rooms, pid, (n) => {
		const outgoing = { id: `${liveId(n)}:${claim.epoch}`, head: claim, cursor: undefined, body };
		return streams.room(liveId(n)).append(outgoing, 0);
	});
	await measure("newest message of a room, of the leader", looks, pid, () => streams.newest(anyRoom()));
	await measure("next message of a room, of the leader", looks, pid, () => streams.room(anyRoom()).firstFrom(1));
	await measure("message by its sequence, direct", looks, pid, () =>
		streams
			.messages(liveId(0))
			.at(1 + Math.floor(random() * (rooms / streams.names.partitions) * 0.9))
			.catch(() => undefined),
	);
	await measure("all rooms of a partition", 4, pid, (n) => streams.rooms(n % streams.names.partitions), 1);
	const value = Buffer.from(JSON.stringify({ liveId: liveId(0), options: "x".repeat(200) }));
	await measure("a wanted room's key is written", rooms, pid, (n) => state.put(`wanted.${liveId(n)}`, value));
	await measure("all wanted rooms are read", 1, pid, () => state.list("wanted.>"));
}

const nats = await startNatsServers(1);
try {
	const options = { servers: nats.urls, node: "bench", clock: systemClock, secret: "a bench", replicas: 1 as const };
	const connected = await connectNats({ ...options, timeoutMs: 60_000, logger: quietLogger });
	await run(connected, nats.servers[0]?.pid ?? 0).finally(() => connected.nc.close());
	console.table(rows);
} finally {
	await nats.stop();
}
