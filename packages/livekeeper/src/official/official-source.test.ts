import { callbackSignature, type GiftEvent } from "@livekeeper/douyin";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { judgeOfficial } from "./judge.ts";
import { official, PushRig, pushRun, secret } from "./push-run.helpers.ts";

async function rigged(...[app]: [Parameters<typeof PushRig.start>[1]?]): Promise<PushRig> {
	const rig = await PushRig.start(temporaryFolder(), app);
	onTestFinished(() => rig.stop());
	return rig;
}

/** Returns a callback signed with the right or another secret. */
function callback(rig: PushRig, change: { headers?: Record<string, string>; body?: string; secret?: string } = {}) {
	const body = Buffer.from(change.body ?? '[{"msg_id":"9","gift_num":1,"gift_value":10}]');
	const headers: Record<string, string> = {
		"x-nonce-str": "n",
		"x-timestamp": String(rig.clock.now()),
		"x-roomid": rig.room.roomId,
		"x-msg-type": "live_gift",
		...change.headers,
	};
	headers["x-signature"] = callbackSignature(headers, body, change.secret ?? secret);
	return { headers, body };
}

async function post(rig: PushRig, { headers, body }: ReturnType<typeof callback>): Promise<number> {
	const answered = fetch(rig.callbackUrl, { method: "POST", headers, body });
	let status = 0;
	void answered.then((answer) => {
		status = answer.status;
	});
	await rig.until("it is answered", () => status > 0, 10);
	return status;
}

describe("pushed gifts", () => {
	test("are each stored once through failures, restart and expiry", async () => {
		const { happened, stored, status, failures } = await pushRun(temporaryFolder(), 3000);
		expect(stored.toSorted()).toEqual(happened.toSorted());
		expect(failures).toBeGreaterThan(10);
		expect(status.lookedUp).toBeGreaterThan(0);
		expect(status.entries).toBeGreaterThan(status.lookedUp);
	});

	test("are stored before the platform gets an acknowledgement", async () => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		const ids = rig.give(50);
		await rig.until("all are acknowledged", () => rig.task()?.received.length === 50);
		expect(await rig.storedIds()).toEqual(ids);
		expect(rig.task()?.delivered).toEqual(ids);
		expect(rig.answers.every((status) => status === 200)).toBe(true);
	});

	test("start and end with each broadcast", async () => {
		const rig = await rigged();
		rig.broadcasting = { state: "unknown", roomId: undefined };
		await rig.pass(3000, 500);
		expect(rig.status()).toBeUndefined();
		rig.broadcasting = { state: "on", roomId: rig.room.roomId };
		await rig.until("the task runs", rig.running);
		const first = rig.room.roomId;
		rig.room.end();
		rig.room.begin();
		rig.broadcasting = { state: "on", roomId: rig.room.roomId };
		await rig.until("the next one's runs", () => rig.task()?.roomId !== first && rig.running());
		expect(rig.source.status("1001")?.broadcasts.map(({ roomId }) => roomId)).toEqual([rig.room.roomId, first]);
		rig.options = undefined;
		await rig.until("it is stopped", () => rig.task()?.running === false);
		expect(rig.source.status("1001")).toBeUndefined();
	});

	test("start once the app is mounted, after reported retries", async () => {
		const rig = await rigged({ mounted: [] });
		await rig.until("it is refused", () => rig.status()?.tasks[0]?.state === "refused");
		expect(rig.status()).toMatchObject({
			counts: false,
			tasks: [{ error: { errNo: 5_003_019, message: "the app is not mounted in this room" } }],
		});
		expect(rig.lines.filter((line) => line.includes("official_task_failed"))).toHaveLength(1);
		rig.simulator.platform.setApp("tt1", { mounted: "all" });
		await rig.until("it runs", rig.running);
	});

	test("are requested again after the platform ended the task", async () => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		rig.simulator.platform.stop(rig.simulator.platform.app("tt1"), rig.room.roomId, "live_gift");
		await rig.until("it runs again", () => rig.task()?.running === true);
	});

	test("are looked up on time with a changed clock", async () => {
		const rig = await rigged({ faults: { loss: 1 } });
		await rig.until("the task runs", rig.running);
		rig.aheadMs = -7_200_000;
		const ids = rig.give(5);
		const start = rig.clock.elapsed();
		await rig.until("they are stored", async () => (await rig.storedIds()).length === ids.length);
		expect(rig.clock.elapsed() - start).toBeLessThan(120_000);
	});

	test("report missing deliveries until looked up, across a restart", async () => {
		const rig = await rigged({ faults: { loss: 1 } });
		await rig.until("the task runs", rig.running);
		const [task] = rig.status()?.tasks ?? [];
		expect(task).toMatchObject({ since: expect.any(Number), callbacks: 0, missing: 0 });
		rig.give(150);
		await rig.until("the platform reported them", () => rig.status()?.tasks[0]?.failedDeliveries === 150, 10);
		await rig.until("they are looked up", () => rig.status()?.tasks[0]?.missing === 0);
		expect(rig.status()?.tasks[0]?.since).toBe(task?.since);
		expect(await rig.storedIds()).toHaveLength(150);
		await rig.closeSource();
		await rig.reopen();
		await rig.until("the task runs again", rig.running);
		expect(rig.status()?.tasks[0]?.since).toBe(task?.since);
		rig.simulator.platform.stop(rig.simulator.platform.app("tt1"), rig.room.roomId, "live_gift");
		await rig.until("it was started again", () => (rig.status()?.tasks[0]?.since ?? 0) > (task?.since ?? 0));
	});

	test("keep counting without a token, and report the reason", async () => {
		const rig = await rigged({ tokenMs: 60_000 });
		await rig.until("the task runs", rig.running);
		expect(rig.source.status("1001")?.token.endsAt).toBeGreaterThan(rig.clock.now());
		rig.simulator.platform.setApp("tt1", { secret: "another", callbackSecrets: { live_gift: secret } });
		await rig.until("a token was refused", () => rig.source.status("1001")?.token.error !== undefined);
		await rig.until("the task can't be looked at", () => rig.status()?.tasks[0]?.error !== undefined);
		expect(rig.status()).toMatchObject({ counts: true, tasks: [{ state: "running", error: { errNo: 40_015 } }] });
		const ids = rig.give(3);
		await rig.until("what is pushed is stored", async () => (await rig.storedIds()).length === ids.length);
	});

	test("stop counting once the room's app is removed", async () => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		const gift = { type: "gift", roomId: rig.room.roomId, delta: 1, diamonds: 9 } as GiftEvent;
		rig.options = undefined;
		await rig.until("it is stopped", () => rig.task()?.running === false);
		rig.source.settle([gift]);
		expect(gift).toMatchObject({ delta: 1, diamonds: 9 });
	});

	test("are refused if their kind was not requested", async () => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		rig.options = { ...official, types: ["live_comment"] };
		await rig.until("comments are asked for", () => rig.status()?.tasks[0]?.type === "live_comment");
		expect(rig.status()?.counts).toBe(false);
		expect(await post(rig, callback(rig))).toBe(403);
		expect(rig.source.status("1001")?.lastRefused?.problem).toBe("not_asked");
	});

	test("are looked up after a restart and a broadcast's end", async () => {
		const rig = await rigged({ faults: { loss: 1 } });
		await rig.until("the task runs", rig.running);
		const ids = rig.give(250);
		await rig.pass(2000, 500);
		await rig.closeSource();
		rig.room.end();
		rig.broadcasting = { state: "off", roomId: rig.room.roomId };
		await rig.reopen();
		await rig.until("all are there", async () => (await rig.storedIds()).length === ids.length);
		expect(new Set(await rig.storedIds())).toEqual(new Set(ids));
		await rig.until("nothing more is expected", () => rig.status() === undefined, 60_000);
		await rig.until("its note is gone", async () => (await rig.log.notes.get("official.1001")) === undefined);
	});
});

describe("gifts of the web", () => {
	const roomIdOf = (rig: PushRig) => rig.room.roomId;
	const webGift = (roomId: string, change: Partial<GiftEvent> = {}): GiftEvent => ({
		type: "gift",
		id: "5",
		liveId: "1001",
		roomId,
		method: "WebcastGiftMessage",
		at: 0,
		receivedAt: 0,
		giftId: "9",
		giftName: "",
		giftImage: "",
		giftType: 1,
		combo: true,
		groupCount: 1,
		count: 3,
		delta: 2,
		streakId: "s",
		final: false,
		diamondCount: 9,
		diamonds: 18,
		...change,
	});
	const evidence = { delta: 0, diamonds: 0, evidence: { delta: 2, diamonds: 18 } };
	const settled = (rig: PushRig, event: GiftEvent) => {
		rig.source.settle([event]);
		return event;
	};

	test("count until the platform reports them, then become evidence", async () => {
		const rig = await rigged();
		const roomId = roomIdOf(rig);
		expect(settled(rig, webGift(roomId))).toEqual(webGift(roomId));
		await rig.until("the task runs", rig.running);
		expect(settled(rig, webGift(roomId))).toEqual(webGift(roomId, evidence));
		expect(settled(rig, webGift("1"))).toEqual(webGift("1"));
		const pushed = webGift(roomId, { source: "official" });
		expect(settled(rig, { ...pushed })).toEqual(pushed);
		await rig.closeSource();
		await rig.reopen();
		expect(settled(rig, webGift(roomId))).toEqual(webGift(roomId, evidence));
	});

	test("count again when the platform stops pushing", async () => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		rig.simulator.platform.setApp("tt1", { mounted: [] });
		await rig.until("it is refused", () => rig.status()?.tasks[0]?.state === "refused");
		const roomId = roomIdOf(rig);
		expect(settled(rig, webGift(roomId))).toEqual(webGift(roomId));
	});

	test("are matched with the platform's as a figure", async () => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		rig.simulator.platform.give("tt1", rig.room.roomId, [{ giver: "g", giftId: "f", count: 2, diamonds: 9 }]);
		await rig.until("it is stored", async () => (await rig.storedIds()).length === 1);
		const web = webGift(rig.room.roomId, { at: rig.clock.now() });
		rig.log.append({ liveId: "1001", events: [settled(rig, web), settled(rig, { ...web, id: "6" })] });
		await rig.stored();
		expect(rig.status()?.match).toEqual({ official: 18, web: 36, matched: 18 });
	});
});

describe("callback", () => {
	test("is accepted once with the right secret", async () => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		const sent = callback(rig);
		expect(await post(rig, sent)).toBe(200);
		expect(await post(rig, sent)).toBe(403);
		// The same gift in a callback of its own is accepted, and not stored again.
		expect(await post(rig, callback(rig, { headers: { "x-nonce-str": "another" } }))).toBe(200);
		expect(await rig.storedIds()).toEqual(["9"]);
		expect(rig.source.status("1001")?.refused).toBe(1);
	});

	test.each([
		["forged", () => ({ secret: "guessed" }), 403],
		["late", (rig: PushRig) => ({ headers: { "x-timestamp": String(rig.clock.now() - 300_001) } }), 403],
		["early", (rig: PushRig) => ({ headers: { "x-timestamp": String(rig.clock.now() + 360_000) } }), 403],
		["for another broadcast", () => ({ headers: { "x-roomid": "123" } }), 403],
		["of an unknown kind", () => ({ headers: { "x-msg-type": "live_nothing" } }), 403],
		["not a list", () => ({ body: "{}" }), 400],
		["not JSON", () => ({ body: "[" }), 400],
	] as const)("is refused and not stored if %s", async (_case, change, status) => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		expect(await post(rig, callback(rig, change(rig)))).toBe(status);
		expect(await rig.storedIds()).toEqual([]);
	});

	const longBody = (): string => JSON.stringify([{ msg_id: "9", nickname: "x".repeat(1024 * 1024) }]);

	test.each([
		["is too long", longBody, 413, "too_large"],
		["is not a list", (): string => "{}", 400, "unreadable"],
	] as const)("counts as missing if signed but %s", async (_case, body, status, problem) => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		expect(await post(rig, callback(rig, { body: body() }))).toBe(status);
		expect(rig.source.status("1001")).toMatchObject({ refused: 1, lastRefused: { problem } });
		expect(rig.status()?.tasks[0]).toMatchObject({ missing: 1, callbacks: 0 });
		expect(await post(rig, callback(rig, { body: body(), secret: "guessed", headers: { "x-nonce-str": "m" } }))).toBe(
			403,
		);
		expect(rig.status()?.tasks[0]?.missing).toBe(1);
		await rig.until("it was looked up", (): boolean => rig.status()?.tasks[0]?.missing === 0);
	});

	test("reports unreadable entries of gifts", async () => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		expect(await post(rig, callback(rig, { body: '[{"msg_id":"9","gift_num":1},{"no":"id"},7]' }))).toBe(200);
		expect(rig.status()?.tasks[0]).toMatchObject({ callbacks: 1, missing: 0, unreadable: 2 });
		const status = rig.source.status("1001");
		if (!status) throw new Error("no status");
		expect(judgeOfficial(status)).toMatchObject({ state: "failing", missing: 2 });
	});

	test("is refused for a room without an app", async () => {
		const rig = await rigged();
		rig.options = undefined;
		expect(await post(rig, callback(rig))).toBe(404);
	});

	test("is refused while storage fails, and may be repeated", async () => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		const full = vi.spyOn(rig.log, "writable", "get").mockReturnValue(false);
		const sent = callback(rig);
		expect(await post(rig, sent)).toBe(503);
		full.mockRestore();
		expect(await post(rig, sent)).toBe(200);
		expect(await rig.storedIds()).toEqual(["9"]);
	});

	test("may be signed with a secret of its kind", async () => {
		const rig = await rigged({ callbackSecrets: { live_gift: "gifts" } });
		rig.options = { ...official, callbackSecrets: { live_gift: "gifts" } };
		await rig.until("the task runs", rig.running);
		expect(await post(rig, callback(rig))).toBe(403);
		expect(await post(rig, callback(rig, { secret: "gifts" }))).toBe(200);
	});

	test("stores no entries of the platform's test tool", async () => {
		const rig = await rigged();
		await rig.until("the task runs", rig.running);
		const body = '[{"msg_id":"1","test":true,"gift_value":990},{"no":"id"}]';
		expect(await post(rig, callback(rig, { body }))).toBe(200);
		expect(rig.status()).toMatchObject({ callbacks: 1, entries: 0, tests: 1, unreadable: 1 });
		expect(await rig.storedIds()).toEqual([]);
	});
});
