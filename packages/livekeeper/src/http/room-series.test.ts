import type { UpstreamEvent } from "@livekeeper/douyin";
import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { expect, test } from "vitest";
import { ask, say, startWithRoom, type TestService } from "../service/service.helpers.ts";

const room = "/api/v1/rooms/1001";
const minuteMs = 60_000;

async function sayAll(service: TestService, ...events: Partial<UpstreamEvent>[]): Promise<void> {
	const before = (await ask(service, "GET", `${room}/events?limit=1`)).body.last_seq;
	service.upstream.last.frame(events.map((more) => chat(service.clock.now(), more)));
	await service.until(async () =>
		expect((await ask(service, "GET", `${room}/events?limit=1`)).body.last_seq).toBe(before + events.length),
	);
}

const gift = (more: object) =>
	({ type: "gift", giftId: "7", giftName: "玫瑰", giftImage: "", count: 1, delta: 1, final: true, ...more }) as object;

test("returns totals per minute for the last 12 hours", async () => {
	const service = await startWithRoom();
	const start = service.clock.now();
	await say(service, "一", "二");
	await service.clock.advance(minuteMs);
	await sayAll(service, { type: "viewers", online: 80 } as object, gift({ diamondCount: 3, diamonds: 3 }));
	const { body } = await ask(service, "GET", `${room}/series`);
	expect(body).toMatchObject({ success: true, live_id: "1001", step: 1, last_seq: expect.any(Number) });
	expect(body.from % minuteMs).toBe(0);
	expect(body.to - body.from).toBeGreaterThanOrEqual(12 * 60 * minuteMs);
	const said = body.points.filter(({ messages }: { messages: object }) => Object.keys(messages).length > 0);
	expect(said).toMatchObject([
		{ at: start - (start % minuteMs), messages: { chat: 2 }, viewers: null, peak_viewers: null, likes: 0, diamonds: 0 },
		{ messages: { viewers: 1, gift: 1 }, viewers: 80, peak_viewers: 80, diamonds: 3 },
	]);
	const wide = await ask(service, "GET", `${room}/series?step=60&from=${start - (start % minuteMs)}`);
	expect(wide.body.points).toMatchObject([{ messages: { chat: 2, gift: 1 }, viewers: 80, diamonds: 3 }]);
	expect((await ask(service, "GET", `${room}/series?to=${start - minuteMs}`)).body.points).toEqual([]);
});

test("refuses an invalid span, and accepts its suggested step", async () => {
	const service = await startWithRoom();
	const faults = [
		["step=0", "step"],
		["step=1.5", "step"],
		["step=1441", "step"],
		["from=yesterdayish", "from"],
		["to=soon", "to"],
		["from=1767225600000&to=1767225600000", "`from` must be earlier than `to`"],
		["from=60d&step=1440", "31 days"],
		["from=7d", "step 1 gives 10081 points"],
	];
	for (const [query, words] of faults) {
		const answer = await ask(service, "GET", `${room}/series?${query}`);
		expect(answer, query).toMatchObject({ status: 400, body: { success: false, error: { code: "invalid_request" } } });
		expect(answer.body.error.message).toContain(words);
	}
	const { error } = (await ask(service, "GET", `${room}/series?from=7d`)).body;
	const step = /step=(\d+)/.exec(error.hint)?.[1];
	expect((await ask(service, "GET", `${room}/series?from=7d&step=${step}`)).status).toBe(200);
});

test("returns a broadcast's gifts by kind and by giver", async () => {
	const service = await startWithRoom();
	const hidden = { id: "111111", secUid: "", nickname: "木***", masked: true };
	const known = { id: "2", secUid: "sec-2", nickname: "看客", masked: false };
	await sayAll(
		service,
		gift({ user: hidden, diamondCount: 5, diamonds: 5, streakId: "a" }),
		gift({ user: known, giftId: "8", giftName: "嘉年华", diamondCount: 100, count: 2, streakId: "b" }),
	);
	const gifts = `${room}/broadcasts/r1/gifts`;
	const { body } = await ask(service, "GET", gifts);
	expect(body).toEqual({
		success: true,
		live_id: "1001",
		room_id: "r1",
		diamonds: 205,
		by_kind: [
			{ gift_id: "8", name: "嘉年华", image: "", diamond_count: 100, count: 2, diamonds: 200 },
			{ gift_id: "7", name: "玫瑰", image: "", diamond_count: 5, count: 1, diamonds: 5 },
		],
		by_giver: [
			{ id: "2", sec_uid: "sec-2", nickname: "看客", masked: false, diamonds: 200 },
			{ id: "111111", sec_uid: "", nickname: "木***", masked: true, diamonds: 5 },
		],
		more: false,
	});
	expect((await ask(service, "GET", `${gifts}?limit=1`)).body.by_kind).toHaveLength(1);
	expect((await ask(service, "GET", `${gifts}?limit=0`)).status).toBe(400);
	expect(await ask(service, "GET", `${room}/broadcasts/r9/gifts`)).toMatchObject({
		status: 404,
		body: { error: { code: "broadcast_not_found" } },
	});
	expect((await ask(service, "GET", `${room}/broadcasts/..%2F/gifts`)).status).toBe(400);
	expect((await ask(service, "GET", "/api/v1/rooms/2002/broadcasts/r1/gifts")).body.error.code).toBe("room_not_found");
	expect((await ask(service, "GET", "/api/v1/rooms/2002/series")).body.error.code).toBe("room_not_found");
});
