import { inflateRawSync } from "node:zlib";
import { createLogger } from "@livekeeper/base/log";
import { RecentLines } from "@livekeeper/base/src/log.ts";
import { DouyinError } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { chat, FakeUpstream, live } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { RecentInputs } from "@livekeeper/engine/src/rooms/room-inputs.ts";
import { eventually } from "@livekeeper/log/src/event-log/eventually.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../cli/run.helpers.ts";
import { loadConfig } from "../config.ts";
import { ask, connectRoom, startTestService } from "../service/service.helpers.ts";
import { startService } from "../service.ts";
import { logLines } from "../text/index.ts";
import { Pseudonyms, plain, plainMetrics } from "./plain.ts";

/** Reads a ZIP archive by its local headers, as they were written: each entry's name and content. */
function unzipped(zip: Buffer): Map<string, Buffer> {
	const files = new Map<string, Buffer>();
	// The central directory has the sizes.
	for (let at = zip.indexOf("PK\u0001\u0002", 0, "latin1"); at >= 0 && zip.readUInt32LE(at) === 0x02014b50; ) {
		const [packed, nameLength] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
		const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
		const local = zip.readUInt32LE(at + 42);
		const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
		const content = zip.subarray(begin, begin + packed);
		files.set(name, zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(content) : content);
		at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
	}
	return files;
}

/** Every form in which a text might hide in another. */
function formsOf(text: string): string[] {
	const bytes = Buffer.from(text);
	const escaped = JSON.stringify(text).slice(1, -1);
	const unicode = Array.from(
		{ length: text.length },
		(_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`,
	);
	// Base64 depends on where in it the text begins; its ends depend on what is beside it.
	const base64 = [0, 1, 2].map((shift) =>
		Buffer.concat([Buffer.alloc(shift), bytes])
			.toString("base64")
			.replace(/=+$/, "")
			.slice(shift === 0 ? 0 : shift + 1, -1),
	);
	const url = base64.map((one) => one.replaceAll("+", "-").replaceAll("/", "_"));
	return [text, encodeURIComponent(text), escaped, unicode.join(""), bytes.toString("hex"), ...base64, ...url];
}

function found(secrets: readonly string[], zip: Buffer): string[] {
	const all = Buffer.concat([zip, ...[...unzipped(zip)].flatMap(([name, content]) => [Buffer.from(name), content])]);
	const text = all.toString("utf8").toLowerCase();
	return secrets.filter((secret) => formsOf(secret).some((form) => text.includes(form.toLowerCase())));
}

test("finds a planted text in each of its forms", () => {
	const secret = "密钥~pw/+7=x9";
	for (const form of formsOf(secret)) {
		expect(
			formsOf(secret).some((one) => `xx${form}yy`.includes(one)),
			form,
		).toBe(true);
	}
});

test("holds none of 200 planted secrets and names", async () => {
	const planted: string[] = [];
	const plant = (kind: string) => {
		const n = planted.length;
		const secret =
			kind === "名" ? `名${n}风铃草姑娘${n * 7919}` : `${kind}${n}q${((n + 3) * 2_654_435_761) % 1_000_003}zx`;
		planted.push(secret);
		return secret;
	};
	const clock = new ManualClock();
	const upstream = new FakeUpstream(clock);
	const roomIds = Array.from({ length: 12 }, (_, i) => `${880_000_000_000 + i * 7_919}`);
	planted.push(...roomIds);
	upstream.page = (liveId) => ({
		...live(`${plant("broadcast")}`, liveId),
		title: plant("名"),
		anchor: { id: plant("anchor"), nickname: plant("名"), avatar: `https://${plant("img")}.example/` },
	});
	const destination = { write: () => undefined };
	const logger = createLogger({ level: "trace", format: "json", lines: logLines, destination });
	const dataDir = temporaryFolder(onTestFinished);
	planted.push(dataDir, "push.example");
	const flags = {
		...{ port: "0", dataDir, groupCommitMs: "1", lookupsPerMinute: "100000", apiKey: plant("apikey") },
		cookie: `sessionid=${plant("cookie")}; ttwid=${plant("ttwid")}`,
		proxy: `http://${plant("user")}:${plant("pass")}@127.0.0.1:1`,
		secret: plant("sealing-secret-of-the-service"),
		publicUrl: `https://${plant("public")}.example`,
		userAgent: `Mozilla/5.0 ${plant("agent")}`,
		corsOrigins: [`https://${plant("origin")}.example`],
		allowedHosts: [`${plant("host")}.example`],
		node: plant("node"),
		upstreamUrl: "http://127.0.0.1:1",
		targetAllowLoopback: true,
	};
	const config = loadConfig({ cwd: dataDir, env: {}, flags });
	const service = await startService(config, {
		...{ clock, logger, startThread: inThisThread, upstreamFactory: () => upstream },
	});
	onTestFinished(() => service.stop());
	const call = (method: string, path: string, body?: object) =>
		ask(service, method, path, body, { authorization: `Bearer ${config.apiKey}` });
	const identity = plant("login");
	await call("PUT", `/api/v1/identities/${identity}`, { cookie: `sessionid=${plant("cookie")}` });
	await call("POST", "/api/v1/overlay-tokens", { name: plant("token") });
	for (let i = 0; i < 6; i++) {
		await call("POST", "/api/v1/targets", {
			name: plant("名"),
			url: `http://127.0.0.1:1/${plant("path")}?key=${plant("query")}`,
			headers: { "x-token": plant("header") },
		});
	}
	for (const [i, liveId] of roomIds.entries()) {
		await service.live.startLive(liveId, i % 3 === 0 ? { identity } : {});
		const session = await eventually(
			clock,
			() => upstream.sessions.find(({ request }) => request.liveId === liveId) ?? expect.fail(),
		);
		session.open();
		const user = {
			id: plant("uid"),
			secUid: plant("sec"),
			nickname: plant("名"),
			gender: "unknown",
			avatar: "",
			level: 1,
			masked: false,
		};
		session.frame([chat(clock.now(), { liveId, content: plant("名"), user } as object)]);
		if (i % 2 === 0) session.fail(new DouyinError("network", plant("message"), { upstreamMessage: plant("名") }));
	}
	while (planted.length < 200) {
		const error = Object.assign(new Error(`${plant("error")}\n    at f (/srv/packages/${plant("file")}.js:1:1)`), {
			code: plant("code"),
		});
		logger.error({
			event: "request_failed",
			err: error,
			live_id: plant("room"),
			nickname: plant("名"),
			url: plant("url"),
			reason: plant("reason"),
		});
		logger.warn(
			{ event: plant("event"), code: plant("code"), [plant("field")]: 1, user_id: 7_000_000 + planted.length },
			plant("line"),
		);
		logger.info(plant("名"));
	}
	expect(new Set(planted).size).toBeGreaterThanOrEqual(200);
	for (const body of [{}, { doctor: false }]) {
		const { status, body: answer } = await call("POST", "/api/v1/diagnosis", body);
		expect(status).toBe(200);
		const zip = Buffer.from(answer.zip, "base64");
		expect(found(planted, zip)).toEqual([]);
		expect(found(planted, Buffer.from(JSON.stringify(answer.files)))).toEqual([]);
		const files = unzipped(zip);
		expect([...files.keys()]).toEqual(answer.files.map(({ name }: { name: string }) => name));
		for (const { name, text } of answer.files) expect(files.get(name)?.toString(), name).toBe(text);
		// It is not empty: what happened is in it.
		expect(JSON.parse(String(files.get("rooms.json")))).toHaveLength(12);
		expect(String(files.get("log.jsonl"))).toContain('"event":"request_failed"');
		expect(JSON.parse(String(files.get("inputs/room-1.json"))).inputs.length).toBeGreaterThan(3);
		expect(String(files.get("metrics.txt"))).toContain('live_id="room-1"');
		expect(String(files.get("metrics.txt"))).not.toContain("127.0.0.1");
	}
	// Room numbers, and nothing else, are kept if the user wants that.
	const kept = await call("POST", "/api/v1/diagnosis", { doctor: false, keep_room_numbers: true });
	const others = planted.filter((secret) => !roomIds.includes(secret) && !/^room\d/.test(secret));
	expect(found(roomIds, Buffer.from(kept.body.zip, "base64"))).toEqual(roomIds);
	expect(found(others, Buffer.from(kept.body.zip, "base64"))).toEqual([]);
});

test("copies no text but codes, whatever it is given", () => {
	expect(plain({ kind: "field", name: "WebcastChatMessage#12", way: "某人" })).toEqual({
		...{ kind: "field", name: "WebcastChatMessage#12", way: null },
	});
	const words = fc.string({ minLength: 12, maxLength: 30, unit: "grapheme" }).map((text) => `Z${text}`);
	const anything = fc.anything({ values: [words, fc.integer(), fc.constant("connected")], key: words });
	fc.assert(
		fc.property(anything, words, (value, secret) => {
			const copied = JSON.stringify(plain({ state: value, [secret]: secret, links: [secret, "connected"] }));
			expect(copied).not.toContain("Z");
			const label = secret.replace(/[\n"\\]/g, "\\$&");
			const metrics = plainMetrics(`m_a{live_id="${label}",x="${label}"} 1\n# HELP ${secret}\n`, new Pseudonyms());
			expect(metrics.includes("Z")).toBe(false);
		}),
	);
});

test("keeps the newest log lines without texts", () => {
	const recent = new RecentLines();
	const error = new TypeError("名字 secret\n    at x (/a/packages/secret.js:1:1)");
	error.stack = `${error.name}: ${error.message}\n    at f (/home/u/livekeeper/packages/base/src/log.ts:12:5)\n    at g (/home/u/x.js:1:1)`;
	for (let i = 0; i < 600; i++)
		recent.add(40, { event: "request_failed", live_id: "1001", attempts: i, url: "http://secret" }, i);
	recent.add(50, { err: error, reason: "network", user_id: 7 }, 1_000);
	recent.add(30, "only a text");
	expect(recent.lines()).toHaveLength(500);
	expect(recent.lines().at(-1)).toEqual({
		...{ at: 1_000, level: 50, values: {}, codes: { reason: "network" } },
		error: { type: "TypeError", stack: ["packages/base/src/log.ts:12:5"] },
	});
	expect(recent.lines().at(-2)).toEqual({
		...{ at: 599, level: 40, event: "request_failed", liveId: "1001", values: { attempts: 599 }, codes: {} },
	});
});

test("shows what a room has decided and from what", async () => {
	const service = await startTestService();
	await connectRoom(service);
	service.upstream.last.fail(new DouyinError("network", "cut"));
	await service.until(() => expect(service.live.getRoom("1001")?.reconnects).toEqual({ network: 1 }));
	const { body } = await ask(service, "POST", "/api/v1/diagnosis", { doctor: false });
	const file = body.files.find(({ name }: { name: string }) => name === "inputs/room-1.json");
	const { inputs, state } = JSON.parse(file.text);
	expect(state).toMatchObject({ reconnects: { network: 1 }, links: [{ transport: "socket", source: 0 }] });
	expect(inputs[0]).toEqual({ at: expect.any(Number), type: "options", phase: "idle" });
	expect(inputs).toContainEqual(
		expect.objectContaining({ type: "failed", of: expect.any(Number), code: "network", phase: "reconnecting" }),
	);
	const types = inputs.map(({ type }: { type: string }) => type);
	expect(types).toEqual(expect.arrayContaining(["start", "looked_up", "permitted", "opened", "proven", "closed"]));
});

test("keeps a room's last hundred inputs", () => {
	const inputs = new RecentInputs();
	for (let at = 0; at < 250; at++) inputs.add({ type: "permitted", permit: at }, at, "connecting");
	const failure = { reason: "network", said: ["stopped"] } as const;
	inputs.add({ type: "failed", session: 7, failure, advice: {} }, 250, "reconnecting");
	expect(inputs.all()).toHaveLength(100);
	expect(inputs.all()[0]).toEqual({ at: 151, type: "permitted", of: 151, code: undefined, phase: "connecting" });
	expect(inputs.all().at(-1)).toEqual({ at: 250, type: "failed", of: 7, code: "network", phase: "reconnecting" });
});

test("saves a bundle and lists its files", async () => {
	const service = await startTestService();
	await connectRoom(service);
	const out = `${temporaryFolder(onTestFinished)}/bundle.zip`;
	const { out: printed } = await run("diagnose", "--out", out, "--no-doctor", "--url", service.url);
	expect(printed).toContain(`Saved as ${out}`);
	expect(printed).toMatch(/rooms\.json +the state of each room/);
	const { readFileSync } = await import("node:fs");
	const files = unzipped(readFileSync(out));
	expect(JSON.parse(String(files.get("doctor.json")))).toEqual([]);
	expect(JSON.parse(String(files.get("rooms.json")))).toMatchObject([{ room: "room-1", state: "connected" }]);
});
