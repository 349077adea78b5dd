import { exitStatus, WatchStates, wayStatus } from "@livekeeper/engine/src/watching/watch-status.helpers.ts";
import { expect, test } from "vitest";
import { ask, startTestService } from "../service/service.helpers.ts";

const upstream = "/api/v1/upstream";
const passed = `${upstream}/passed`;

/** Starts a service whose direct exit is refused by a captcha, and whose proxy works. */
async function startRefused(flags: Record<string, unknown> = {}) {
	const watching = new WatchStates();
	Object.assign(watching, { rooms: 50, known: 37, knownInMs: 360_000 });
	const page = wayStatus("page", { sign: "captcha", since: 1000, until: 301_000 });
	watching.exits = [exitStatus("direct", [page]), exitStatus("10.0.0.1:8080", [wayStatus("batch")])];
	return { service: await startTestService(flags, undefined, undefined, watching), watching };
}

test("shows exits, ways, budgets and the known rooms", async () => {
	const { service } = await startRefused({ upstreamUrl: "http://127.0.0.1:9" });
	const { body } = await ask(service, "GET", upstream);
	expect(body.upstream).toMatchObject({ rooms: 50, known: 37, known_in_ms: 360_000, page: "http://127.0.0.1:9/" });
	const [direct, proxy] = body.upstream.exits;
	expect(direct).toMatchObject({
		...{ name: "direct", closed: true, captcha: true },
		ways: [
			{
				...{ way: "page", state: "rests", since: 1000, until: 301_000, sign: "captcha" },
				...{ left: 10, per_minute: 1, asked: 3 },
			},
		],
	});
	expect(direct.message).toContain("Connected rooms stay connected");
	expect(proxy).toMatchObject({
		...{ closed: false, captcha: false, message: null, advice: null },
		ways: [{ way: "batch", state: "works", until: null, sign: null }],
	});
	const chinese = (await ask(service, "GET", `${upstream}?lang=zh`)).body.upstream.exits[0];
	expect(chinese.message).toContain("要求通过滑块验证");
});

test("retries once after a person has passed the slider", async () => {
	const { service, watching } = await startRefused();
	const { body } = await ask(service, "POST", passed, {});
	expect(body).toMatchObject({ success: true, tried: ["direct"], upstream: { exits: [{ closed: true }, {}] } });
	expect(watching.tried).toEqual(["direct"]);
	const again = await ask(service, "POST", passed, { exit: "direct" });
	expect(again).toMatchObject({ status: 429, body: { error: { code: "too_many_requests" } } });
	expect(again.headers.get("retry-after")).toBe("10");
	expect(watching.tried).toEqual(["direct"]);
});

test("refuses an unknown exit, and input that names none", async () => {
	const { service, watching } = await startRefused();
	const unknown = await ask(service, "POST", passed, { exit: "10.0.0.9:1" });
	expect(unknown).toMatchObject({ status: 404, body: { error: { code: "exit_not_found" } } });
	for (const body of [{ exit: 1 }, { exit: "" }, { exits: ["direct"] }]) {
		expect(await ask(service, "POST", passed, body)).toMatchObject({
			status: 400,
			body: { error: { code: "invalid_request" } },
		});
	}
	expect(watching.tried).toEqual([]);
});

test("is limited to the owner", async () => {
	const { service } = await startRefused({ apiKey: "owner-key" });
	const owner = { authorization: "Bearer owner-key" };
	const { body } = await ask(service, "POST", "/api/v1/overlay-tokens", { name: "overlay" }, owner);
	const overlay = { authorization: `Bearer ${body.secret}` };
	for (const [method, path] of [
		["GET", upstream],
		["POST", passed],
	] as const) {
		const sent = method === "POST" ? {} : undefined;
		expect(await ask(service, method, path, sent)).toMatchObject({ status: 401 });
		expect(await ask(service, method, path, sent, overlay)).toMatchObject({ status: 403 });
		expect(await ask(service, method, path, sent, owner)).toMatchObject({ status: 200 });
	}
});

test("measures lookups by exit and way", async () => {
	const { service } = await startRefused();
	const { body } = await ask(service, "GET", "/metrics");
	for (const line of [
		'livekeeper_lookup_rooms{rooms="all"} 50',
		'livekeeper_lookup_rooms{rooms="known"} 37',
		'livekeeper_lookup_requests_24h{exit="direct",way="page"} 3',
		'livekeeper_lookup_left{exit="10.0.0.1:8080",way="batch"} 10',
		'livekeeper_lookup_refused_since_timestamp_seconds{exit="direct",way="page",sign="captcha"} 1',
		'livekeeper_lookup_exit_closed{exit="direct"} 1',
	]) {
		expect(body).toContain(`${line}\n`);
	}
});
