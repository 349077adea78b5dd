import { beforeEach, expect, test } from "vitest";
import { LimitWatch } from "./limit-watch.ts";
import type { Link } from "./network.ts";
import { StorageWatch } from "./storage-watch.ts";

/** Doubts after the last check. */
const doubts = new Set<string>();
const doubt = (words: string, doubtful: boolean) => void (doubtful ? doubts.add(words) : doubts.delete(words));

/** Returns a service with these answers. */
function service(answers: Record<string, unknown>) {
	return { request: async (_method: string, path: string) => ({ status: 200, body: answers[path] }) };
}

beforeEach(() => doubts.clear());

const row = {
	live_id: "1",
	state: "connected",
	health: "fine",
	reason: { code: "ok" },
	unstored_since: null,
	room_id: "r1",
};
const failing = { "/health/ready": { reason: "storage: disk_full" } };

test("requires each unstored room to report it and since when", async () => {
	const book = { standing: () => [] };
	const watch = new StorageWatch({ disk: { state: "full" }, service: service(failing), book }, doubt);
	const look = async (says: Partial<Omit<typeof row, "unstored_since">> & { unstored_since?: number }) => {
		await watch.look([{ ...row, ...says }], 0);
		return [...doubts];
	};
	const words = ["1: does not say that nothing can be stored"];
	expect(await look({})).toEqual(words);
	expect(await look({ health: "degraded", reason: { code: "storage" } })).toEqual(words);
	expect(await look({ unstored_since: 1 })).toEqual(words);
	expect(await look({ unstored_since: 1, reason: { code: "storage" } })).toEqual([]);
	expect(await look({ unstored_since: 1, state: "reconnecting", reason: { code: "network" } })).toEqual([]);
});

test("reports silently unstored messages after 20 s", async () => {
	const log = { last_seq: 7 };
	const answers = { "/health/ready": {}, "/api/v1/rooms/1/events?limit=1": log };
	const heard = { heardAt: 0 };
	const disk: { state: "fine" | "full" } = { state: "full" };
	const watch = new StorageWatch({ disk, service: service(answers), book: { standing: () => [heard] } }, doubt);
	const words = "1: hears, and stores nothing, and nobody says so";
	const look = async (now: number, heardAt: number) => {
		heard.heardAt = heardAt;
		await watch.look([row], now);
		return doubts.has(words);
	};
	expect([await look(0, 0), await look(20_000, 20_000), await look(20_001, 20_001)]).toEqual([false, false, true]);
	log.last_seq = 8;
	expect([await look(21_000, 21_000), await look(50_000, 22_000)]).toEqual([false, false]);
	disk.state = "fine";
	expect(await look(60_000, 60_000)).toBe(false);
});

function limited(max_connections: number | null, max_connections_per_identity: number | null, pool: unknown) {
	const links = ["a", "a", "b"].map((identity) => ({ topic: "r1", identity })) as unknown as Link[];
	const book = { identityOf: (link: Link) => (link as unknown as { identity: string }).identity };
	const limits = { max_connections, max_connections_per_identity };
	return new LimitWatch({ limits, service: service({ "/api/v1/connections": pool }), network: { links }, book }, doubt);
}

test("reports more sockets than either limit allows", () => {
	limited(3, 2, {}).lookAtSockets();
	expect(doubts.size).toBe(0);
	limited(2, 2, {}).lookAtSockets();
	expect([...doubts]).toEqual(["more sockets than max_connections"]);
	limited(null, 1, {}).lookAtSockets();
	expect([...doubts]).toEqual(["more sockets of one identity than max_connections_per_identity"]);
});

test("reports waiting rooms while connections are free, and remembers them", async () => {
	const queue = [{ live_id: "2" }];
	const full = limited(3, null, { held: 3, queue });
	await full.look();
	expect([doubts.size, [...full.waited]]).toEqual([0, ["2"]]);
	await limited(3, null, { held: 2, queue }).look();
	expect([...doubts]).toEqual(["a room waits for a connection while one is free"]);
});
