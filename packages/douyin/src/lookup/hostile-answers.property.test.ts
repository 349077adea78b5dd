import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { createUpstream } from "../client/index.ts";
import { DouyinError } from "../errors.ts";
import { startHttp } from "../net/servers.helpers.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { lookupWays } from "../upstream.ts";

const never = new AbortController().signal;
/** Names that the lookups read, with values that the site gives them. */
const names = [
	...[
		"data",
		"room",
		"user",
		"owner",
		"prompts",
		"status_code",
		"room_status",
		"enter_mode",
		"enter_room_id",
		"status",
	],
	...["id_str", "finish_time", "live_type_audio", "sec_uid", "nickname", "avatar_thumb", "url_list", "cover", "title"],
	...["user_live", "live_status", "user_id_str", "room_id_str", "web_rid", "roomStore", "roomInfo", "anchor"],
];
const leaf = fc.oneof(
	fc.constantFrom<unknown>(0, 1, 2, 4, 30_003, 20_003, 4_001_038, null, true, "2", "7", "", "$undefined", "__proto__"),
	fc.constantFrom<unknown>(
		"直播已结束",
		"你不在主播设置的可见范围内",
		"账号已注销",
		"<title>验证码中间页",
		1e30,
		-1,
		1.5,
	),
	fc.string(),
);
const { tree } = fc.letrec((tie) => ({
	tree: fc.oneof(
		{ maxDepth: 5 },
		leaf,
		fc.array(tie("tree"), { maxLength: 3 }),
		fc.dictionary(fc.constantFrom(...names), tie("tree"), { maxKeys: 6 }),
	),
}));
/** A record in which each field may be missing. */
const some = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
const person = fc.oneof(tree, some({ id_str: fc.constantFrom("9", "x"), sec_uid: leaf, nickname: leaf }));
const room = some({
	...{ id_str: fc.constantFrom("7", "70", "x"), status: leaf, owner: person, title: leaf, finish_time: leaf },
	...{ live_type_audio: leaf, cover: tree },
});
const live = some({ live_status: leaf, user_id_str: fc.constantFrom("7", "6"), room_id_str: leaf });
const data = fc.oneof(
	tree,
	room,
	fc.array(some({ user_live: fc.array(live) })),
	some({
		...{ data: fc.array(fc.oneof(room, some({ web_rid: leaf, room }))), room, user: person, prompts: leaf },
		...{ room_status: leaf, enter_mode: leaf, enter_room_id: leaf },
	}),
);
const state = some({ roomInfo: some({ room, anchor: person, enter_mode: leaf, roomId: leaf }) });
const reply = some({ data, status_code: leaf, roomStore: state });
const json = fc.oneof(tree, reply).map((value) => JSON.stringify(value));
const page = json.map((text) => `<script>self.__pace_f.push([1,${JSON.stringify(text)}])</script>`);
const body = fc.oneof(json, page, fc.string(), fc.constantFrom("", "[", "null", "\ufeff{}", "<title>验证码中间页"));
const status = fc.constantFrom(200, 200, 200, 204, 403, 404, 429, 444, 500);

let server: Awaited<ReturnType<typeof startHttp>>;
let answer: { status: number; body: string } = { status: 200, body: "" };
let upstream: ReturnType<typeof createUpstream>;
beforeAll(async () => {
	server = await startHttp((_request, response) => void response.writeHead(answer.status).end(answer.body));
	const cookie = "ttwid=mine; sessionid=me";
	upstream = createUpstream({ baseUrl: server.url, clock: new ManualClock(), cookie });
});
afterAll(async () => {
	upstream.close();
	await server.close();
});

const statuses = "live voice offline no_room hidden closed not_found inconclusive unknown".split(" ");
const ids = /^[1-9]\d{0,19}$/;

it("lookups answer any reply and return only valid ids", async () => {
	const known = { liveId: "1001", roomId: "7", anchor: { id: "9", nickname: "", avatar: "", secUid: "MS4" } };
	await fc.assert(
		fc.asyncProperty(status, body, async (code, text) => {
			answer = { status: code, body: text };
			for (const way of lookupWays) {
				const found = await upstream.ask(way, known, never);
				expect(statuses).toContain(found.status);
				expect(found.liveId).toBe("1001");
				if ("roomId" in found) expect(found.roomId).toMatch(ids);
				if (found.status === "unknown") expect(found.failure).toBeInstanceOf(DouyinError);
				if (found.status === "voice") expect(found.anchor.secUid).toMatch(/^[\w.-]+$/);
			}
			expect(statuses).toContain((await upstream.lookup("1001", never)).status);
		}),
		{ numRuns: 150 * inject("rounds") },
	);
});

it("live lists return valid ids or throw documented errors", async () => {
	const settled = async (asked: Promise<ReadonlyMap<string, string>>) => {
		const found = await asked.catch((error: unknown) => error);
		if (found instanceof Map) for (const roomId of found.values()) expect(roomId).toMatch(ids);
		else expect(found).toBeInstanceOf(DouyinError);
		return found;
	};
	await fc.assert(
		fc.asyncProperty(status, body, async (code, text) => {
			answer = { status: code, body: text };
			const live = await settled(upstream.whoIsLive(["7", "8"], never));
			if (live instanceof Map) for (const id of live.keys()) expect(["7", "8"]).toContain(id);
			await settled(upstream.followedLive(never));
		}),
		{ numRuns: 150 * inject("rounds") },
	);
});
