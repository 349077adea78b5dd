import { expect, test } from "vitest";
import { ask, startTestService } from "../service/service.helpers.ts";

const doctor = "/api/v1/doctor";
/** Nothing listens there. */
const upstreamUrl = "http://127.0.0.1:1";
const linesOf = (text: unknown) =>
	String(text)
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line) as Record<string, unknown>);

test("reports each step to a room, with advice on failure", async () => {
	const service = await startTestService({ upstreamUrl });
	const none = await ask(service, "POST", doctor);
	expect(none.headers.get("content-type")).toContain("application/x-ndjson");
	expect(linesOf(none.body)).toEqual([
		{ name: "service", ok: true, detail: "0 rooms, 0 connected", hint: null, took_ms: null },
		{ name: "upstream", ok: true, detail: `${upstreamUrl}, visitor cookie, no proxy`, hint: null, took_ms: null },
		{ end: true, live_id: null, ok: null },
	]);
	const { body } = await ask(service, "POST", doctor, { live_id: "https://live.douyin.com/1001?a=b" });
	expect(linesOf(body).slice(2)).toEqual([
		expect.objectContaining({ name: "room", ok: null }),
		{
			name: "cookie",
			ok: false,
			detail: expect.any(String),
			hint: expect.stringContaining("Check the network"),
			took_ms: expect.any(Number),
		},
		{ end: true, live_id: "1001", ok: false },
	]);
});

test("refuses an invalid examination before trying anything", async () => {
	const service = await startTestService({ upstreamUrl });
	for (const [body, status, code] of [
		[{ live_id: "a/b" }, 400, "invalid_live_id"],
		[{ identity: "a b" }, 400, "invalid_request"],
		[{ room: "1001" }, 400, "invalid_request"],
		[{ identity: "nobody" }, 404, "identity_not_found"],
	] as const) {
		expect(await ask(service, "POST", doctor, body)).toMatchObject({ status, body: { error: { code } } });
	}
	for (let i = 0; i < 6; i++) expect((await ask(service, "POST", doctor, {})).status).toBe(200);
	const tooMany = await ask(service, "POST", doctor, {});
	expect(tooMany).toMatchObject({ status: 429, body: { error: { code: "too_many_requests" } } });
	expect(tooMany.headers.get("retry-after")).toBe("60");
});
