import { describe, expect, it } from "vitest";
import { ask, connected, firstRoom, started } from "../client.helpers.ts";
import type { SimulatedRoom } from "../simulated-room.ts";
import type { Simulator } from "../simulator.ts";

/** Every way to look a room up, each with a real client's request. */
function waysOf(simulator: Simulator, room: SimulatedRoom) {
	const call = async (path: string, cookie?: string) => {
		const { body } = await ask(simulator, path, cookie === undefined ? {} : { cookie });
		return body === "" ? undefined : JSON.parse(body);
	};
	const { id, secUid } = room.anchor;
	return {
		enter: () => call(`/webcast/room/web/enter/?web_rid=${room.liveId}&a_bogus=x`),
		reflow: () =>
			call(`/webcast/room/reflow/info/?app_id=1128&live_id=1&verifyFp=&room_id=2&type_id=0&sec_user_id=${secUid}`, ""),
		scene: (roomId = room.roomId) =>
			call(`/webcast/room/info_by_scene/?aid=6383&room_id=${roomId}&scene=pc_profile_struct`, ""),
		user: () => call(`/webcast/room/info_by_user/?aid=6383&user_id=${id}`, ""),
		batch: (ids = [id]) => call(`/webcast/distribution/check_user_live_status/?user_ids=${ids}&aid=6383`, ""),
		followed: (cookie: string) => call("/webcast/web/feed/follow/?aid=6383&scene=aweme_pc_follow_top", cookie),
		page: async () => {
			const { body } = await ask(simulator, `/${room.liveId}`);
			const script = /self\.__pace_f\.push\(\[1,("d:.*?")\]\)<\/script>/.exec(body)?.[1] ?? '"d:[]"';
			return JSON.parse(JSON.parse(script).slice(2))[3].state.roomStore.roomInfo;
		},
	};
}

async function world(options = {}) {
	const { simulator, clock } = await started({ startTraffic: "manual", ...options });
	const room = firstRoom(simulator);
	return { simulator, clock, room, ways: waysOf(simulator, room) };
}

const live = { status_code: 0, data: { data: [{ status: 2 }], room_status: 0 } };

describe.each(["kind", "real"] as const)("looking a room up at the %s site", (site) => {
	it("finds a live room by every way", async () => {
		const { simulator, room, ways } = await world({ site });
		simulator.logins.follow("me", [room.liveId]);
		const { roomId, anchor } = room;
		const { title } = room.info;
		expect(await ways.page()).toMatchObject({ room: { id_str: roomId, status: 2 }, roomId });
		expect(await ways.enter()).toMatchObject(live);
		expect(await ways.reflow()).toMatchObject({
			data: {
				room: {
					...{ id_str: roomId, status: 2, title, finish_time: 0 },
					owner: { web_rid: room.liveId, id_str: anchor.id, sec_uid: anchor.secUid },
				},
			},
		});
		expect((await ways.reflow()).data.room).not.toHaveProperty("live_type_audio");
		expect(await ways.scene()).toMatchObject({ data: { id_str: roomId, status: 2, title, stream_url: {} } });
		expect(await ways.user()).toMatchObject({
			data: { id_str: roomId, status: 2, finish_time: 0, owner_user_id: anchor.id },
		});
		expect((await ways.batch()).data).toEqual([
			{
				scene_id: 0,
				user_live: [
					{ live_status: 1, room_id_str: roomId, user_id_str: anchor.id, ad_type: 0, filter_reason: "", msg: "" },
				],
			},
		]);
		expect((await ways.followed("sessionid=me")).data.data).toMatchObject([
			{ web_rid: room.liveId, room: { id_str: roomId, title, owner: { sec_uid: anchor.secUid } } },
		]);
	});

	it("reports an ended room as ended, or not listed", async () => {
		const { simulator, room, ways } = await world({ site });
		simulator.logins.follow("me", [room.liveId]);
		room.end();
		expect(await ways.page()).toMatchObject({ room: { status: 4 } });
		expect(await ways.enter()).toMatchObject({ data: { data: [{ status: 4 }], room_status: 2 } });
		expect(await ways.reflow()).toMatchObject({ data: { room: { status: 4 } } });
		expect(await ways.scene()).toMatchObject({ data: { status: 4 } });
		const { data } = await ways.user();
		expect(data).toMatchObject({ id_str: room.roomId, status: 4 });
		expect(data.finish_time).toBeGreaterThan(0);
		expect((await ways.batch()).data).toEqual([{ scene_id: 0, user_live: [] }]);
		expect((await ways.followed("sessionid=me")).data.data).toEqual([]);
		const before = room.roomId;
		room.begin();
		expect(await ways.scene(before)).toMatchObject({ data: { id_str: before, status: 4 } });
		expect(await ways.scene()).toMatchObject({ data: { id_str: room.roomId, status: 2 } });
	});

	it("marks a live voice room, named only by anchor", async () => {
		const { simulator, room, ways } = await world({ site });
		room.change({ voice: true });
		const { roomId, anchor } = room;
		const info = await ways.page();
		expect(info).toMatchObject({ enter_mode: 1, anchor: { id_str: anchor.id } });
		expect(info).not.toHaveProperty("room");
		expect((await ask(simulator, "/1001")).body).toContain("该直播类型或玩法电脑端暂未支持");
		const entered = await ways.enter();
		expect(entered).toMatchObject({
			status_code: 0,
			data: { data: [], room_status: 1, enter_mode: 1, user: { sec_uid: anchor.secUid } },
		});
		expect(JSON.stringify(entered)).not.toContain(roomId);
		expect(await ways.reflow()).toMatchObject({ data: { room: { id_str: roomId, status: 2, live_type_audio: true } } });
		expect((await ways.batch()).data[0].user_live).toEqual([]);
		simulator.site.change({ batchVoice: true });
		expect((await ways.batch()).data[0].user_live).toMatchObject([{ room_id_str: roomId }]);
		room.end();
		expect(await ways.enter()).toMatchObject({ status_code: 30003, data: { data: [], prompts: "直播已结束" } });
		expect(await ways.page()).toMatchObject({ room: { status: 4 } });
	});

	it("sends messages over a voice room's socket as usual", async () => {
		const { simulator, room } = await world({ site });
		room.change({ voice: true });
		const client = await connected(simulator, { roomId: room.roomId });
		room.produce(20);
		await client.ping();
		expect(client.ids).toEqual(room.generatedIds());
	});

	it("reports a hidden broadcast as not for this visitor", async () => {
		const { room, ways } = await world({ site });
		room.change({ page: "hidden" });
		const prompts = "你不在主播设置的可见范围内";
		expect(await ways.enter()).toMatchObject({ data: { prompts, data: [], user: { sec_uid: room.anchor.secUid } } });
		expect((await ways.reflow()).data).toEqual({ message: "", prompts });
		expect(Object.keys(await ways.page())).toEqual(["web_rid", "anchor"]);
		expect((await ways.batch()).data[0].user_live).toEqual([]);
	});

	it("reports a closed account", async () => {
		const { room, ways } = await world({ site });
		room.change({ page: "closed_account" });
		expect(await ways.enter()).toMatchObject({ data: { data: [], user: { nickname: "账号已注销" } } });
		expect(await ways.page()).toMatchObject({ anchor: { nickname: "账号已注销" } });
		expect((await ways.reflow()).data).not.toHaveProperty("room");
		expect((await ways.user()).data).toEqual({});
	});

	it("reports an unknown number as such", async () => {
		const { simulator } = await world({ site });
		const call = async (path: string) => JSON.parse((await ask(simulator, path)).body);
		const entered = await call("/webcast/room/web/enter/?web_rid=5&a_bogus=x");
		expect(entered.data).not.toHaveProperty("user");
		const person = "app_id=1128&live_id=1&room_id=2&type_id=0&sec_user_id=MS4wLjABAAAA";
		expect((await call(`/webcast/room/reflow/info/?${person}`)).data).not.toHaveProperty("room");
		expect((await call("/webcast/room/info_by_user/?aid=6383&user_id=5")).data).toEqual({});
		expect(await call("/webcast/room/info_by_scene/?aid=6383&room_id=5&scene=pc_profile_struct")).toMatchObject({
			status_code: 4001038,
		});
		const path = "/webcast/distribution/check_user_live_status/?aid=6383&user_ids=5";
		expect((await call(path)).data[0].user_live).toEqual([]);
	});
});

describe("the batch call", () => {
	it("answers only for the first ids, up to its setting", async () => {
		const { simulator, ways } = await world({ rooms: 20, batchIds: 8 });
		const ids = simulator.rooms.map(({ anchor }) => anchor.id);
		const found = async () =>
			(await ways.batch(ids)).data[0].user_live.map(({ user_id_str }: { user_id_str: string }) => user_id_str);
		expect(await found()).toEqual(ids.slice(0, 8));
		const init = { method: "PUT", body: '{"batch_ids":16}', headers: { "content-type": "application/json" } };
		expect(await (await fetch(`${simulator.url}/__sim/site`, init)).json()).toEqual({
			...{ site: "kind", batch_ids: 16, batch_voice: false, page_store: "roomStore" },
		});
		expect(await found()).toEqual(ids.slice(0, 16));
	});
});

describe("the followed feed", () => {
	it("requires a login, and lists followed accounts that are live", async () => {
		const { simulator, ways } = await world({ rooms: 3 });
		expect(await ways.followed("ttwid=guest")).toMatchObject({ status_code: 20003 });
		const init = {
			...{ method: "PUT", body: '{"live_ids":["1002","1003"]}' },
			headers: { "content-type": "application/json" },
		};
		await fetch(`${simulator.url}/__sim/logins/me/follows`, init);
		simulator.room("1003")?.end();
		const { data } = await ways.followed("sessionid=me");
		expect(data.data.map((entry: { web_rid: string }) => entry.web_rid)).toEqual(["1002"]);
		simulator.logins.end("me");
		expect(await ways.followed("sessionid=me")).toMatchObject({ status_code: 20003 });
	});
});
