import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { callbackSignature, type LiveEvent } from "@livekeeper/douyin";
import type { EventBatch } from "@livekeeper/log/src/event-log/event-log.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, onTestFinished, test } from "vitest";
import type { BroadcastNote } from "./broadcast-status.ts";
import { Acknowledgements, EntryIntake } from "./entry-intake.ts";
import { OfficialSource } from "./index.ts";
import { official, PushRig, secret } from "./push-run.helpers.ts";

interface Way {
	url: string;
	asked: string[];
	onAsked: ((call: string) => void) | undefined;
}

/**
 * Starts a proxy to the platform that records its calls: `start`, `get`, `stop`, and `fail_data/get 2` for the second
 * page.
 */
async function way(rig: PushRig): Promise<Way> {
	const asked: string[] = [];
	const own: Way = { url: "", asked, onAsked: undefined };
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const { pathname, searchParams } = new URL(request.url ?? "", rig.simulator.url);
		const [, name] = /^\/api\/live_data\/task\/(.+)$/.exec(pathname) ?? [];
		if (name) {
			const call = [name, searchParams.get("page_num")].filter(Boolean).join(" ");
			asked.push(call);
			own.onAsked?.(call);
		}
		const headers = {
			"content-type": "application/json",
			"access-token": String(request.headers["access-token"] ?? ""),
		};
		const body = request.method === "POST" ? Buffer.concat(chunks) : null;
		const answer = await fetch(new URL(request.url ?? "", rig.simulator.url), {
			method: request.method ?? "GET",
			headers,
			body,
		});
		response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	own.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return own;
}

/** Starts two nodes over one log: `a` keeps the room until `move` is called. */
async function twoNodes(faults: object = {}) {
	const rig = await PushRig.start(temporaryFolder(), { faults });
	onTestFinished(() => rig.stop());
	await rig.source.close();
	let owner: "a" | "b" | "nobody" = "a";
	let isOpenOnA = true;
	const ways = { a: await way(rig), b: await way(rig) };
	const a = await rig.openSource(
		() => owner === "a",
		ways.a.url,
		() => isOpenOnA,
	);
	const b = await rig.openSource(() => owner === "b", ways.b.url);
	onTestFinished(() => a.close());
	rig.source = a;
	return {
		...{ rig, a, b, ways },
		leave: () => {
			owner = "nobody";
			rig.source = b;
		},
		/** Makes `a` release the room itself. */
		end: () => {
			isOpenOnA = false;
		},
		comeBack: () => {
			owner = "a";
		},
		move: () => {
			owner = "b";
			rig.source = b;
		},
	};
}

function callback(rig: PushRig, source: OfficialSource): Promise<void> {
	const body = Buffer.from('[{"msg_id":"9","gift_num":1,"gift_value":10}]');
	const headers: Record<string, string> = {
		"x-nonce-str": "n",
		"x-timestamp": String(rig.clock.now()),
		"x-roomid": rig.room.roomId,
		"x-msg-type": "live_gift",
	};
	headers["x-signature"] = callbackSignature(headers, body, secret);
	return source.receive("1001", { headers, body });
}

/** Returns a web gift in its stored form. */
function settled(rig: PushRig, source: OfficialSource) {
	const gift = { type: "gift", roomId: rig.room.roomId, delta: 2, diamonds: 18 } as LiveEvent;
	source.settle([gift]);
	return gift;
}

test("takes over a broadcast without losing or repeating gifts", async () => {
	const { rig, ways, leave, move } = await twoNodes({ loss: 0.4, duplicates: 0.1, lostAnswers: 0.1 });
	await rig.until("the task runs", rig.running);
	const since = rig.status()?.tasks[0]?.since;
	const ids = rig.give(400);
	await rig.until("a page is full and looked up", () => ways.a.asked.includes("fail_data/get 2"));
	ids.push(...rig.give(100));
	await rig.pass(1000, 100);
	leave();
	ids.push(...rig.give(100));
	await rig.pass(3000, 100);
	const askedByA = ways.a.asked.length;
	move();
	ids.push(...rig.give(100));
	await rig.until("the task is known to run", () => rig.status()?.tasks[0]?.state === "running");
	ids.push(...rig.give(100));
	const all = async () => new Set(await rig.storedIds()).size === ids.length;
	await rig.until("all are there", all);
	await rig.pass(60_000, 500);
	expect((await rig.storedIds()).toSorted()).toEqual(ids.toSorted());
	expect(rig.status()).toMatchObject({ counts: true, tasks: [{ since, missing: 0 }] });
	expect(ways.a.asked).toHaveLength(askedByA);
	expect(ways.a.asked.filter((call) => call === "start")).toHaveLength(1);
	expect(ways.a.asked).not.toContain("stop");
	expect(ways.b.asked[0]).toBe("get");
	expect(ways.b.asked).not.toContain("start");
	expect(ways.b.asked).not.toContain("fail_data/get 1");
});

test("stores its note later, for the node that takes over", async () => {
	const { rig, leave, move } = await twoNodes();
	const { notes } = rig.log;
	const { put } = notes;
	notes.put = () => Promise.reject(new Error("no space left on device"));
	await rig.until("the task runs", rig.running);
	const since = rig.status()?.tasks[0]?.since;
	await rig.pass(10_000, 500);
	expect(rig.lines.filter((line) => line.includes("official_not_remembered"))).toHaveLength(1);
	notes.put = put;
	await rig.pass(2000, 500);
	leave();
	await rig.pass(5000, 500);
	move();
	await rig.until("the task is known to run", () => rig.status()?.tasks[0]?.state === "running");
	expect(rig.status()).toMatchObject({ tasks: [{ since }] });
});

test("stores changes made while the room was briefly elsewhere", async () => {
	const { rig, ways, leave, comeBack } = await twoNodes();
	ways.a.onAsked = (call) => call === "start" && leave();
	await rig.until("the task is started", () => rig.task()?.running === true, 1);
	await rig.pass(50, 1);
	comeBack();
	const stored = async () => ((await rig.log.notes.get("official.1001")) as { counts: boolean; since?: number }[])[0];
	await rig.until("it is stored that it counts", async () => (await stored())?.counts === true);
	expect(await stored()).toMatchObject({ since: expect.anything() });
});

test("restarts a task only if the platform ended it", async () => {
	const { rig, ways, leave, move } = await twoNodes();
	await rig.until("the task runs", rig.running);
	const since = rig.status()?.tasks[0]?.since ?? 0;
	leave();
	await rig.pass(2000, 500);
	rig.simulator.platform.stop(rig.simulator.platform.app("tt1"), rig.room.roomId, "live_gift");
	move();
	await rig.until("it was started again", () => (rig.status()?.tasks[0]?.since ?? 0) > since);
	expect(rig.running()).toBe(true);
	expect(ways.b.asked.slice(0, 2)).toEqual(["get", "start"]);
});

test("continues an ended broadcast's lookups after a takeover", async () => {
	const { rig, ways, leave, move } = await twoNodes({ loss: 1 });
	await rig.until("the task runs", rig.running);
	const ids = rig.give(150);
	await rig.pass(1000, 100);
	rig.room.end();
	rig.broadcasting = { state: "off", roomId: rig.room.roomId };
	await rig.until("its end is known", () => rig.status()?.endedAt !== undefined, 100);
	leave();
	await rig.pass(2000, 500);
	expect(await rig.storedIds()).toEqual([]);
	move();
	await rig.until("all are there", async () => (await rig.storedIds()).length === ids.length);
	expect(ways.a.asked.filter((call) => call.startsWith("fail_data"))).toEqual([]);
	await rig.until("nothing more is expected", () => rig.status() === undefined, 60_000);
	await rig.until("its note is gone", async () => (await rig.log.notes.get("official.1001")) === undefined);
});

test("refuses callbacks during a takeover, also at the old node", async () => {
	const { rig, a, b, leave } = await twoNodes();
	await rig.until("the task runs", rig.running);
	leave();
	await expect(callback(rig, a)).rejects.toMatchObject({ code: "node_silent", status: 503 });
	await expect(callback(rig, b)).rejects.toMatchObject({ code: "node_silent", status: 503 });
	await rig.pass(2000, 500);
	await expect(callback(rig, a)).rejects.toMatchObject({ code: "node_silent" });
	expect(await rig.storedIds()).toEqual([]);
	expect(b.status("1001")?.refused).toBe(0);
});

test("treats web gifts as evidence right after a takeover", async () => {
	const { rig, b, leave, move } = await twoNodes();
	await rig.until("the task runs", rig.running);
	const remembered = async () => (await rig.log.notes.get("official.1001")) as BroadcastNote[] | undefined;
	await rig.until("that it is the account is remembered", async () => (await remembered())?.[0]?.counts === true);
	leave();
	await rig.pass(2000, 500);
	move();
	await b.takeUp("1001");
	expect(settled(rig, b)).toMatchObject({ delta: 0, diamonds: 0, evidence: { delta: 2, diamonds: 18 } });
});

test("keeps web gifts as evidence until the old node stops", async () => {
	const { rig, a, b, ways, leave, move, end } = await twoNodes();
	await rig.until("the task runs", rig.running);
	leave();
	await rig.pass(3000, 500);
	const asked = ways.a.asked.length;
	const evidence = { delta: 0, diamonds: 0, evidence: { delta: 2, diamonds: 18 } };
	expect(settled(rig, a)).toMatchObject(evidence);
	expect(a.status("1001")?.broadcasts).toMatchObject([{ roomId: rig.room.roomId, counts: true }]);
	move();
	await b.takeUp("1001");
	await rig.pass(3000, 500);
	expect([settled(rig, a), settled(rig, b)]).toMatchObject([evidence, evidence]);
	await expect(callback(rig, a)).rejects.toMatchObject({ code: "node_silent" });
	end();
	await rig.pass(2000, 500);
	expect(a.status("1001")?.broadcasts).toEqual([]);
	expect(ways.a.asked).toHaveLength(asked);
});

test("continues from its note when a room returns", async () => {
	const { rig, a, leave, comeBack } = await twoNodes();
	await rig.until("the task runs", rig.running);
	leave();
	await rig.pass(3000, 500);
	comeBack();
	await rig.until("the task is known to run", () => a.status("1001")?.broadcasts[0]?.tasks[0]?.state === "running");
	expect(a.status("1001")?.broadcasts).toMatchObject([{ counts: true }]);
});

test("counts web gifts if the app is removed during takeover", async () => {
	const { rig, a, leave } = await twoNodes();
	await rig.until("the task runs", rig.running);
	leave();
	await rig.pass(3000, 500);
	rig.options = undefined;
	await rig.pass(2000, 500);
	expect(settled(rig, a)).toMatchObject({ delta: 2, diamonds: 18 });
});

test("assigns a callback to its broadcast's room by app", async () => {
	const rig = await PushRig.start(temporaryFolder());
	onTestFinished(() => rig.stop());
	const apps: Record<string, string> = { "1001": "tt1", "1002": "tt1", "1003": "tt2" };
	const find = (liveId: string) => ({ ...official, appId: apps[liveId] ?? "" });
	const { log, clock, logger } = rig;
	const source = new OfficialSource({
		log,
		urls: { base: "http://127.0.0.1:9", token: "http://127.0.0.1:9" },
		clock,
		logger,
	});
	source.start({
		list: () => Object.keys(apps).map((liveId) => ({ liveId, official: find(liveId) })),
		find: (liveId) => (liveId in apps ? find(liveId) : undefined),
		look: async () => undefined,
		broadcasting: (liveId) => ({ state: "on", roomId: `b${liveId}` }),
		runsHere: () => false,
		storesHere: () => false,
	});
	expect(["b1001", "b1002", "b1003", "else"].map((roomId) => source.roomOf("1001", roomId))).toEqual([
		...["1001", "1002", "1001", "1001"],
	]);
	expect(source.roomOf("9", "b1001")).toBe("9");
	await source.close();
});

test("stores an entry once, even across nodes", async () => {
	const rig = await PushRig.start(temporaryFolder());
	onTestFinished(() => rig.stop());
	const stored: string[] = [];
	const log = {
		writable: true,
		append: ({ events }: EventBatch) => stored.push(...events.map(({ id }) => id)) > 0,
		flush: async () => undefined,
	};
	const deps = { log, clock: rig.clock, isHere: () => true };
	const acks = new Acknowledgements({ acknowledge: async () => undefined }, "7");
	const note: BroadcastNote = {
		...{ liveId: "1", roomId: "7", types: ["live_gift"], counts: true, pages: {}, lastLooks: 0 },
	};
	const entries = [
		{ msg_id: "8", gift_num: 1, gift_value: 10 },
		{ msg_id: "9", gift_num: 1, gift_value: 10 },
	];
	const intake = new EntryIntake(note, deps, acks);
	const ids = await intake.take("live_gift", entries.slice(0, 1));
	expect(await intake.take("live_gift", entries)).toEqual(["official:live_gift:8", "official:live_gift:9"]);
	const next = new EntryIntake({ ...note, stored: { live_gift: ids } }, deps, acks);
	await next.take("live_gift", entries.slice(0, 1));
	expect(stored).toEqual(["official:live_gift:8", "official:live_gift:9"]);
	const away = new EntryIntake(note, { ...deps, isHere: () => false }, acks);
	await expect(away.take("live_gift", entries)).rejects.toMatchObject({ code: "node_silent" });
	expect(stored).toHaveLength(2);
});
