import type { UpstreamEvent } from "@livekeeper/douyin";
import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { expect, test } from "vitest";
import { ask, startWithRoom } from "../service/service.helpers.ts";

let streaks = 0;
const gift = (id: string, diamonds: number): Partial<UpstreamEvent> =>
	({
		type: "gift",
		giftId: id,
		giftName: id,
		giftImage: "",
		count: 1,
		delta: 1,
		final: true,
		streakId: `${++streaks}`,
		diamonds,
		diamondCount: diamonds,
	}) as object;

test("totals all rooms since a time, with best gifts", async () => {
	const service = await startWithRoom();
	const start = service.clock.now();
	service.upstream.last.frame(
		[{ content: "一" }, gift("rose", 3), gift("rocket", 500), gift("rose", 4)].map((more) =>
			chat(start, more as object),
		),
	);
	const today = async (query = "") => (await ask(service, "GET", `/api/v1/today${query}`)).body;
	await service.until(async () => expect((await today()).best_gifts).toHaveLength(2));
	const body = await today();
	expect(body.rooms).toMatchObject([{ live_id: "1001", usual_start: null, broadcasts: [{ diamonds: 507 }] }]);
	expect(body.best_gifts).toMatchObject([
		{ gift_id: "rocket", diamonds: 500, count: 1 },
		{ gift_id: "rose", diamonds: 7, count: 2 },
	]);
	expect(await today(`?live_id=1002`)).toMatchObject({ rooms: [], best_gifts: [] });
	// Events before that time are not included.
	const [{ last_seq: _, ...broadcast }] = body.rooms[0].broadcasts;
	const later = broadcast.started_at + broadcast.duration_ms + 1;
	expect((await today(`?from=${later}`)).rooms[0].broadcasts).toEqual([]);
	expect((await ask(service, "GET", "/api/v1/today?from=soon")).status).toBe(400);
});
