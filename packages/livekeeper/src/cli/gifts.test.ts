import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { expect, test } from "vitest";
import { ask, connectRoom, startTestService } from "../service/service.helpers.ts";
import { run } from "./run.helpers.ts";

const gift = { giftId: "7", giftName: "玫\u202e瑰", giftImage: "https://p3.douyinpic.com/r", diamondCount: 5 };

test("lists a sent gift with its name, price and picture", async () => {
	const service = await startTestService();
	const gifts = async () => (await ask(service, "GET", "/api/v1/gifts")).body;
	expect(await gifts()).toEqual({ success: true, count: 0, gifts: [] });
	expect((await run("gifts", "--url", service.url)).out).toContain("No gifts seen yet.");
	await connectRoom(service);
	const at = service.clock.now();
	const step = { ...gift, type: "gift", count: 1, delta: 1, diamonds: 5, final: true, streakId: "s" };
	service.upstream.last.frame([chat(at, step as object)]);
	await service.until(async () => {
		await service.clock.advance(1_000);
		expect((await gifts()).count).toBe(1);
	});
	const known = (await gifts()).gifts;
	expect(known).toEqual([
		{
			gift_id: "7",
			name: gift.giftName,
			image: gift.giftImage,
			diamond_count: 5,
			first_seen_at: known[0].last_seen_at,
			last_seen_at: expect.any(Number),
		},
	]);
	const table = await run("gifts", "--url", service.url);
	expect(table.out).toMatch(/玫瑰 .* 5 .* 7 /);
	expect(table.out).not.toContain("\u202e");
	expect(JSON.parse((await run("gifts", "--json", "--url", service.url)).out)).toEqual(known);
});
