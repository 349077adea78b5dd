import { isIP } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { isPublicAddress, type Resolver } from "./addresses.ts";
import { accept, answer, type Behaviour, Receiver } from "./receiver.helpers.ts";
import { openSettings } from "./secret.ts";
import { testBox, World } from "./service.helpers.ts";
import { Targets } from "./targets.ts";

const receivers: Receiver[] = [];
afterEach(async () => {
	await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

async function listen(behaviour: Behaviour = accept): Promise<Receiver> {
	const receiver = await Receiver.listen(behaviour);
	receivers.push(receiver);
	return receiver;
}

const url = "http://127.0.0.1:9/hook";

test("fills in defaults, and returns everything but the secret", async () => {
	const { targets } = await new World().start();
	const first = await targets.create({ settings: { url }, live_ids: "*", enabled: false });
	expect(first.secret).toMatch(/^tgsec_[\w-]{43}$/);
	expect(first.target).toMatchObject({
		settings: { url },
		live_ids: "*",
		types: null,
		batch: { max_events: 100, max_wait_ms: 200 },
		after: "now",
		state: "disabled",
		dead_letters: 0,
	});
	const second = await targets.create({
		name: "mine",
		settings: { url: `${url}?a=b`, secret: "0123456789abcdef" },
		live_ids: ["x", "y", "x"],
		types: ["gift", "chat", "gift"],
		batch: { max_events: 1, max_wait_ms: 0 },
		after: "oldest",
		enabled: false,
	});
	expect(second.secret).toBe("0123456789abcdef");
	expect(second.target).toMatchObject({
		settings: { url: `${url}?a=b` },
		name: "mine",
		live_ids: ["x", "y"],
		types: ["chat", "gift"],
	});
	expect(await targets.list()).toEqual([first.target, second.target]);
	expect((await targets.get(second.target.id, "en")).target).toEqual(second.target);
	expect(JSON.stringify([await targets.list(), await targets.get(second.target.id, "en")])).not.toContain(
		"0123456789abcdef",
	);
});

test("stores the secret and the URL sealed", async () => {
	const life = await new World().start();
	const { secret } = await life.targets.create({
		settings: { url: `${url}?key=t0k3n`, secret: "0123456789abcdef" },
		live_ids: "*",
	});
	const rows = JSON.stringify(life.db.prepare("SELECT * FROM key_values").all(), (_, value) =>
		value?.type === "Buffer" ? Buffer.from(value.data).toString("latin1") : value,
	);
	for (const hidden of [secret, "t0k3n", "127.0.0.1"]) expect(rows).not.toContain(hidden);
});

/** Resolves hosts that are named after their address: `10-0-0-1.example`. */
const namedAfterIt: Resolver = async (hostname) => {
	const address = hostname.replace(/\.example$/, "").replaceAll("-", hostname.startsWith("fd") ? ":" : ".");
	if (isIP(address) === 0) throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
	return [{ address, family: isIP(address) }];
};

test.each([
	["no URL", { settings: { url: "target" } }, "invalid_target"],
	["a long URL", { settings: { url: `${url}/${"a".repeat(2048)}` } }, "invalid_target"],
	["a URL with a password", { settings: { url: "https://a:b@example.com/" } }, "invalid_target"],
	["a file URL", { settings: { url: "file:///etc/passwd" } }, "invalid_target"],
	["a script URL", { settings: { url: "javascript:alert(1)" } }, "invalid_target"],
	["a loopback address", { settings: { url: "http://127.0.0.1/" } }, "target_url_not_allowed"],
	["loopback by name", { settings: { url: "http://localhost:7001/" } }, "target_url_not_allowed"],
	["a metadata address", { settings: { url: "http://169.254.169.254/latest/" } }, "target_url_not_allowed"],
	["metadata by name", { settings: { url: "http://metadata.google.internal/" } }, "target_url_not_allowed"],
	[
		"a name that resolves to link-local",
		{ settings: { url: "https://169-254-169-254.example/" } },
		"target_url_not_allowed",
	],
	[
		"a name that resolves to IPv6 metadata",
		{ settings: { url: "https://fd00-ec2--254.example/" } },
		"target_url_not_allowed",
	],
	["mapped loopback", { settings: { url: "http://[::ffff:7f00:1]/" } }, "target_url_not_allowed"],
	["no event types", { settings: { url: "https://example.com/" }, types: [] }, "invalid_target"],
	["a short secret", { settings: { url: "https://example.com/", secret: "short" } }, "invalid_target"],
	[
		"a secret with spaces",
		{ settings: { url: "https://example.com/", secret: "a secret with spaces" } },
		"invalid_target",
	],
])("refuses %s", async (_what, input, code) => {
	const world = new World();
	const { clock, log } = world;
	const { dispatcher, store } = await world.start();
	const deps = { clock, log, store, dispatcher, secrets: testBox(), resolve: namedAfterIt };
	const strict = new Targets({ ...deps, allows: () => isPublicAddress });
	await expect(strict.create({ live_ids: "*", ...input })).rejects.toMatchObject({ code, status: 400 });
	expect(await strict.list()).toEqual([]);
	const made = await strict.create({ settings: { url: "https://8-8-8-8.example/" }, live_ids: "*" });
	const changed = strict.update(made.target.id, { live_ids: "*", ...input });
	await expect(changed).rejects.toMatchObject({ code, status: 400 });
	expect(await strict.list()).toEqual([made.target]);
});

test("limits targets, even for concurrent creations", async () => {
	const world = new World();
	const life = await world.start();
	const { dispatcher, store } = life;
	const { clock, log } = world;
	const small = new Targets({
		clock,
		log,
		store,
		dispatcher,
		secrets: testBox(),
		allows: () => isPublicAddress,
		resolve: namedAfterIt,
		maxTargets: 2,
	});
	const input = { settings: { url: "https://example.com/" }, live_ids: "*" as const, enabled: false };
	const results = await Promise.allSettled([small.create(input), small.create(input), small.create(input)]);
	expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
	expect(results[2]).toMatchObject({ reason: { code: "too_many_targets", status: 409 } });
});

test("reports a target that does not exist", async () => {
	const { targets } = await new World().start();
	const missing = { code: "target_not_found", status: 404 };
	await expect(targets.get("tgt_x", "en")).rejects.toMatchObject(missing);
	await expect(targets.update("tgt_x", { settings: { url }, live_ids: "*" })).rejects.toMatchObject(missing);
	await expect(targets.remove("tgt_x")).rejects.toMatchObject(missing);
	await expect(targets.deadLetters("tgt_x", { limit: 1 }, "en")).rejects.toMatchObject(missing);
	await expect(targets.redeliver("tgt_x", "dlv_x")).rejects.toMatchObject(missing);
	await expect(targets.redeliverAll("tgt_x")).rejects.toMatchObject(missing);
});

test("starts as after says, and new rooms at their beginning", async () => {
	const world = new World();
	const life = await world.start();
	const [now, oldest] = [await listen(), await listen()];
	world.log.append("a", 5);
	world.log.forget("a", 2);
	await life.targets.create({ settings: { url: now.url }, live_ids: "*", after: "now" });
	await life.targets.create({ settings: { url: oldest.url }, live_ids: ["a"], after: "oldest" });
	world.log.append("a", 1);
	world.log.append("b", 2);
	await world.until(life, () => now.seqs.length === 3 && oldest.seqs.length === 4);
	await world.quiet(life);
	expect(now.bodies.map(({ live_id, events }) => [live_id, events.map(({ seq }) => seq)]).sort()).toEqual([
		["a", [6]],
		["b", [1, 2]],
	]);
	expect(oldest.bodies.some((body) => "truncated" in body)).toBe(false);
	expect(oldest.seqs).toEqual([3, 4, 5, 6]);
});

test("resumes a disabled target at its position", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen();
	const input = { settings: { url: receiver.url }, live_ids: "*" as const };
	const { target } = await life.targets.create(input);
	world.log.append("a", 2);
	await world.until(life, () => receiver.requests.length === 1);
	await world.quiet(life);
	await life.targets.update(target.id, { ...input, enabled: false });
	world.log.append("a", 2);
	world.log.append("b", 1);
	await world.quiet(life);
	expect(receiver.requests).toHaveLength(1);
	expect(await life.targets.get(target.id, "en")).toMatchObject({
		target: { state: "disabled" },
		rooms: [{ live_id: "a", state: "stopped", position: 2, lag: 2 }],
	});
	await life.targets.update(target.id, input);
	await world.until(life, () => receiver.requests.length === 3);
	expect(receiver.seqs.sort()).toEqual([1, 1, 2, 3, 4]);
});

test("sends the current batch to a changed URL at once", async () => {
	const world = new World();
	const life = await world.start();
	const [bad, good] = [await listen(() => undefined), await listen()];
	const { target } = await life.targets.create({ settings: { url: bad.url }, live_ids: ["a"] });
	world.log.append("a", 2);
	await world.until(life, () => bad.requests.length === 1);
	await life.targets.update(target.id, { settings: { url: good.url }, live_ids: ["a"] });
	await vi.waitFor(() => expect(good.requests).toHaveLength(1));
	expect(good.requests[0]?.body).toBe(bad.requests[0]?.body);
	await vi.waitFor(() => expect(bad.connections).toBe(0));
});

test("retries at once after a change", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(answer(500));
	const input = { settings: { url: receiver.url }, live_ids: ["a"] };
	const { target } = await life.targets.create(input);
	world.log.append("a", 1);
	await world.until(life, () => receiver.requests.length === 5);
	receiver.behaviour = accept;
	await life.targets.update(target.id, input);
	await vi.waitFor(() => expect(receiver.requests).toHaveLength(6));
});

test("rebuilds an unaccepted batch after its filter changes", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(answer(500));
	const input = { settings: { url: receiver.url }, live_ids: ["a"] };
	const { target } = await life.targets.create(input);
	world.log.append("a", ["chat", "gift"]);
	await world.until(life, () => receiver.requests.length === 1);
	receiver.behaviour = accept;
	await life.targets.update(target.id, { ...input, types: ["gift"] });
	await vi.waitFor(() => expect(receiver.requests).toHaveLength(2));
	const [before, after] = receiver.bodies;
	expect(after).toMatchObject({ events: [{ seq: 2 }] });
	expect(after).not.toHaveProperty("truncated");
	expect(after?.delivery_id).not.toBe(before?.delivery_id);
});

test("keeps the secret unless a change replaces it", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen();
	const input = { settings: { url: receiver.url }, live_ids: ["a"] };
	const { target } = await life.targets.create({
		...input,
		settings: { url: receiver.url, secret: "first-secret-0123" },
	});
	const secretOf = async () => {
		const stored = await life.store.get(target.id);
		return stored && openSettings(testBox(), stored)?.["secret"];
	};
	await life.targets.update(target.id, input);
	expect(await secretOf()).toBe("first-secret-0123");
	await life.targets.update(target.id, { ...input, settings: { url: receiver.url, secret: "second-secret-0123" } });
	expect(await secretOf()).toBe("second-secret-0123");
});

test("drops rooms, and begins added ones as after says", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen();
	const { target } = await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 1);
	world.log.append("b", 3);
	await world.until(life, () => receiver.requests.length === 1);
	await world.quiet(life);
	await life.targets.update(target.id, { settings: { url: receiver.url }, live_ids: ["b"], after: "oldest" });
	world.log.append("a", 1);
	await world.until(life, () => receiver.requests.length === 2);
	await world.quiet(life);
	expect(receiver.bodies.map(({ live_id, events }) => [live_id, events.length])).toEqual([
		["a", 1],
		["b", 3],
	]);
	expect((await life.targets.get(target.id, "en")).rooms.map(({ live_id }) => live_id)).toEqual(["b"]);
});

test("leaves nothing behind, and sends nothing after a removal", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen(() => undefined);
	const { target } = await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 1);
	await world.until(life, () => receiver.requests.length === 1);
	await life.targets.remove(target.id);
	world.log.append("a", 1);
	await world.quiet(life);
	expect(receiver.requests).toHaveLength(1);
	await vi.waitFor(() => expect(receiver.connections).toBe(0));
	expect(world.clock.pendingTimers).toBe(0);
	expect(life.db.prepare("SELECT key FROM key_values").pluck().all()).toEqual([]);
	expect(life.dispatcher.stats()).toMatchObject({ targets: 0, lanes: 0, inFlight: 0, ready: 0 });
});

test("shows position, lag, last result and next attempt", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen((response, _request, n) => void response.writeHead(n === 0 ? 200 : 502).end());
	const { target } = await life.targets.create({ settings: { url: receiver.url }, live_ids: ["a"] });
	world.log.append("a", 2);
	await world.until(life, () => receiver.requests.length === 1);
	await world.quiet(life);
	const succeededBy = world.clock.now();
	world.log.append("a", 3);
	await world.until(life, () => receiver.requests.length === 2);
	await vi.waitFor(() => expect(life.dispatcher.stats().inFlight).toBe(0));
	const { target: view, rooms } = await life.targets.get(target.id, "en");
	expect(view).toMatchObject({ state: "failing", failures: 1, paused_until: null });
	const [room = expect.fail()] = rooms;
	expect(room).toMatchObject({
		live_id: "a",
		state: "waiting",
		position: 2,
		last_seq: 5,
		lag: 3,
		attempts: 1,
		next_attempt_at: world.clock.now() + 1_500,
		last_error: {
			code: "http_status",
			message: expect.stringMatching(/^The receiver answered 502\. The problem is at the receiver/),
			status: 502,
			at: world.clock.now(),
		},
	});
	expect(room.last_success_at).toBeLessThanOrEqual(succeededBy);
});

test("accepts a change while the log fails, and continues later", async () => {
	const world = new World();
	const life = await world.start();
	const receiver = await listen();
	world.log.append("a", 1);
	const liveIds = vi.spyOn(world.log, "liveIds");
	const failBehind = () => liveIds.mockResolvedValueOnce(["a"]).mockRejectedValue(new Error("disk failure"));
	failBehind();
	const { target, secret } = await life.targets.create({ settings: { url }, live_ids: "*" });
	expect(target.state).toBe("failing");
	const failed = [{ level: "error", fields: { event: "target_changes_failed" } }];
	await vi.waitFor(() => expect(world.lines).toMatchObject(failed));
	failBehind();
	const changed = await life.targets.update(target.id, { settings: { url: receiver.url }, live_ids: "*" });
	expect(changed).toMatchObject({ settings: { url: receiver.url }, state: "failing" });
	liveIds.mockRestore();
	world.log.append("a", 1);
	await world.until(life, () => receiver.requests.length === 1);
	expect(secret).toMatch(/^tgsec_/);
	expect((await life.targets.get(target.id, "en")).target.state).toBe("active");
});
