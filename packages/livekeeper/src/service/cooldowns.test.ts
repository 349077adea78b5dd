import { createHash } from "node:crypto";
import { systemClock } from "@livekeeper/douyin";
import type { IdentityCooldown } from "@livekeeper/engine";
import { identityKey } from "@livekeeper/engine/src/connections/identities.ts";
import { exitStatus, WatchStates, wayStatus } from "@livekeeper/engine/src/watching/watch-status.helpers.ts";
import { hasNats, startNatsServers } from "@livekeeper/log/src/event-log/jetstream/nats-servers.helpers.ts";
import { openJetStreamEventLog } from "@livekeeper/log/src/event-log/jetstream/open.ts";
import { quietLogger } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import type { Notes } from "@livekeeper/log/storage";
import { expect, onTestFinished, test, vi } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { storedCooldowns } from "./cooldowns.ts";
import { ask, startTestService, type TestService } from "./service.helpers.ts";

const cooldown = (until: number): IdentityCooldown => ({
	...{ since: 0, until, times: 1, sessions: 3, rooms: ["1", "2"], refused: false },
});

/** Notes of all nodes; with `down` they can't be written. */
class SharedNotes implements Notes {
	readonly stored = new Map<string, unknown>();
	down = false;
	get = async (name: string) => this.stored.get(name);
	put = async (name: string, value: unknown) => {
		if (this.down) throw new Error("NATS does not answer");
		this.stored.set(name, value);
	};
	remove = async (name: string) => void this.stored.delete(name);
}

test("keeps other nodes' cooldowns and removes finished ones", async () => {
	const notes = new SharedNotes();
	notes.stored.set("identity_rests", { old: cooldown(1) });
	const remembers = (cooldowns: object) =>
		vi.waitFor(() => expect(notes.stored.get("identity_rests")).toEqual(cooldowns));
	const { logger, lines } = recordingLogger();
	const [a, b] = [await storedCooldowns({ notes, logger }), await storedCooldowns({ notes, logger })];
	expect([a.known, b.known]).toEqual([{ old: cooldown(1) }, { old: cooldown(1) }]);
	a.keep({ old: cooldown(1), x: cooldown(2) });
	await remembers({ old: cooldown(1), x: cooldown(2) });
	b.keep({ old: cooldown(1), y: cooldown(3) });
	await remembers({ old: cooldown(1), x: cooldown(2), y: cooldown(3) });
	a.keep({ x: cooldown(4) });
	await remembers({ x: cooldown(4), y: cooldown(3) });
	notes.down = true;
	b.keep({});
	b.keep({ z: cooldown(5) });
	await vi.waitFor(() => expect(lines.map(({ event }) => event)).toEqual(["rests_not_stored", "rests_not_stored"]));
	notes.down = false;
	b.keep({ z: cooldown(6) });
	await remembers({ x: cooldown(4), z: cooldown(6) });
	expect((await storedCooldowns({ notes, logger })).known).toEqual({ x: cooldown(4), z: cooldown(6) });
});

test.skipIf(!hasNats)("ends a cooldown on its node from another node", async () => {
	const nats = await startNatsServers(1);
	onTestFinished(() => nats.stop());
	const secret = "a secret of a test";
	const cookie = "ttwid=1; sessionid=2";
	const digest = createHash("sha256")
		.update(identityKey({ name: "main", cookie }))
		.digest("hex")
		.slice(0, 32);
	const log = await openJetStreamEventLog({
		...{ servers: nats.urls, node: "before", clock: systemClock, logger: quietLogger, secret, replicas: 1 },
	});
	await log.notes.put("identity_rests", { [digest]: cooldown(Number.MAX_SAFE_INTEGER) });
	await log.close();
	const flags = { cluster: nats.urls.join(","), clusterReplicas: "1", secret, clusterDrainMs: "0" };
	const a = await startTestService({ ...flags, node: "a" });
	const b = await startTestService({ ...flags, node: "b" });
	expect((await ask(a, "PUT", "/api/v1/identities/main", { cookie })).status).toBe(201);
	const cooldownAt = async (node: TestService) =>
		(await ask(node, "GET", "/api/v1/identities/main")).body.identity?.rest;
	for (const liveId of ["1", "2", "3", "4", "5", "6"]) await a.live.startLive(liveId, { identity: "main" });
	await b.until(async () => expect(await cooldownAt(b)).toMatchObject({ times: 1 }));
	expect((await ask(a, "DELETE", "/api/v1/identities/main/rest")).status).toBe(200);
	await b.until(async () => expect(await cooldownAt(b)).toBeNull());
});

test.skipIf(!hasNats)("applies a passed slider at all nodes", async () => {
	const nats = await startNatsServers(1);
	onTestFinished(() => nats.stop());
	const secret = "a secret of a test";
	const flags = { cluster: nats.urls.join(","), clusterReplicas: "1", secret, clusterDrainMs: "0" };
	const [works, refused] = [new WatchStates(), new WatchStates()];
	works.exits = [exitStatus("direct", [wayStatus("page")])];
	refused.exits = [exitStatus("direct", [wayStatus("page", { sign: "captcha" })])];
	const a = await startTestService({ ...flags, node: "a" }, undefined, undefined, works);
	const b = await startTestService({ ...flags, node: "b" }, undefined, undefined, refused);
	expect((await ask(a, "POST", "/api/v1/upstream/passed", { exit: "direct" })).body.tried).toEqual([]);
	await b.until(() => expect(refused.tried).toEqual(["direct"]));
	expect((await ask(b, "POST", "/api/v1/upstream/passed", {})).body.tried).toEqual(["direct"]);
	await a.until(() => expect(works.tried).toEqual([undefined]));
	// Neither has tried its own message again.
	expect(refused.tried).toEqual(["direct", "direct"]);
});
