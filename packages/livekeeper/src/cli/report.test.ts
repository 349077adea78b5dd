import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { expect, test } from "vitest";
import { ask, connectRoom, startTestService } from "../service/service.helpers.ts";
import { run } from "./run.helpers.ts";

test("gives a broadcast's report and its givers by page", async () => {
	const service = await startTestService();
	await connectRoom(service);
	const at = service.clock.now();
	const gift = (n: number, diamonds: number) => ({
		...{ type: "gift", giftId: "7", giftName: "玫瑰", giftImage: "", diamondCount: diamonds, streakId: `s${n}` },
		...{ count: 1, delta: 1, diamonds, final: true, id: `gift-${n}` },
		user: {
			id: `${n}`,
			secUid: `sec-${n}`,
			nickname: `人${n}`,
			gender: "unknown",
			avatar: "",
			level: 1,
			masked: false,
		},
	});
	service.upstream.last.frame([1, 2, 3].map((n) => chat(at, gift(n, n * 10) as object)));
	const path = "/api/v1/rooms/1001/broadcasts/latest/report";
	await service.until(async () => {
		await service.clock.advance(1_000);
		expect((await ask(service, "GET", path)).body.figures?.diamonds).toBe(60);
	});
	const { body } = await ask(service, "GET", path);
	expect(body).toMatchObject({ live_id: "1001", figures: { diamonds: 60 }, previous: [], usual: null, gaps: [] });
	const { room_id: roomId } = body.broadcast;
	const givers = async (query: string) => {
		const answer = await ask(service, "GET", `/api/v1/rooms/1001/broadcasts/${roomId}/gifts?${query}`);
		return [answer.body.by_giver.map(({ nickname }: { nickname: string }) => nickname), answer.body.more];
	};
	expect(await givers("limit=2")).toEqual([["人3", "人2"], true]);
	expect(await givers("limit=2&offset=2")).toEqual([["人1"], false]);
	expect(await givers("offset=3")).toEqual([[], false]);

	const printed = await run("report", "1001", "--url", service.url);
	expect(printed.out).toContain("Gifts: 60 diamonds");
	expect(printed.out).toContain("Top gifters: 人3 30, 人2 20, 人1 10");
	expect(JSON.parse((await run("report", "1001", roomId, "--json", "--url", service.url)).out).figures).toEqual(
		body.figures,
	);
	const unknown = await ask(service, "GET", path.replace("latest", "nope"));
	expect([unknown.status, unknown.body.error.code]).toEqual([404, "broadcast_not_found"]);
});
