import {
	type Cursor,
	createUpstream,
	type KnownRoom,
	type LookupWay,
	lookupWays,
	type SessionItem,
	type UpstreamOptions,
} from "@livekeeper/douyin";
import { describe, expect, it, onTestFinished } from "vitest";
import { firstRoom, started } from "../client.helpers.ts";
import type { SimulatedRoom } from "../simulated-room.ts";

const never = new AbortController().signal;
const closings = ["captcha", "empty", "444", "layout"] as const;

async function world(options: UpstreamOptions = {}) {
	const { simulator, clock } = await started({ site: "real", rooms: 3, startTraffic: "manual" });
	const upstream = createUpstream({ baseUrl: simulator.url, clock, ...options });
	onTestFinished(() => upstream.close());
	// The visitor cookie, once: what follows is one request each.
	await upstream.lookup("1003", never);
	const room = firstRoom(simulator);
	const { roomId, liveId, anchor } = room;
	const { id, secUid } = anchor;
	const known: KnownRoom = { liveId, roomId, anchor: { id, nickname: "", avatar: "", secUid } };
	const asked = () =>
		simulator.site.addresses().reduce((sum, { calls }) => sum + calls.page.asked + calls.json.asked, 0);
	return { simulator, clock, upstream, room, known, asked };
}

type World = Awaited<ReturnType<typeof world>>;

/** Asks by one way, and checks that it took one request. */
async function askOnce({ upstream, asked, known }: World, way: LookupWay, about: Partial<KnownRoom> = {}) {
	const before = asked();
	const answer = await upstream.ask(way, { ...known, ...about }, never);
	expect(asked() - before).toBe(1);
	return answer;
}

/** Puts a room into each state that the site shows differently. */
const states = {
	live: () => undefined,
	offline: (room) => room.end(),
	voice: (room) => room.change({ voice: true }),
	"ended voice": (room) => {
		room.change({ voice: true });
		room.end();
	},
	hidden: (room) => room.change({ page: "hidden" }),
	closed: (room) => room.change({ page: "closed_account" }),
	none: (room) => room.change({ page: "no_room" }),
} satisfies Record<string, (room: SimulatedRoom) => void>;

type Seen = Record<LookupWay, string>;
const seenAs: Record<keyof typeof states, Seen> = {
	live: { page: "live", enter: "live", reflow: "live", scene: "live" },
	offline: { page: "offline", enter: "offline", reflow: "offline", scene: "offline" },
	voice: { page: "voice", enter: "voice", reflow: "live", scene: "live" },
	"ended voice": { page: "offline", enter: "offline", reflow: "offline", scene: "offline" },
	// Its page does not differ from that of an account without a room.
	hidden: { page: "no_room", enter: "hidden", reflow: "hidden", scene: "inconclusive" },
	closed: { page: "closed", enter: "closed", reflow: "inconclusive", scene: "inconclusive" },
	none: { page: "no_room", enter: "no_room", reflow: "inconclusive", scene: "inconclusive" },
};

describe.each(lookupWays)("asking by %s", (way) => {
	it.each(Object.keys(states) as (keyof typeof states)[])(
		"reports the visible state of a room that is %s",
		async (state) => {
			const made = await world();
			states[state](made.room);
			const answer = await askOnce(made, way);
			expect(answer).toMatchObject({ status: seenAs[state][way], liveId: "1001" });
			if (answer.status === "live") {
				expect(answer).toMatchObject({ roomId: made.room.roomId, userUniqueId: expect.stringMatching(/^\d{19}$/) });
				expect(answer.kind).toBe(state === "voice" && way === "reflow" ? "voice" : undefined);
			}
			if (way !== "scene" && "anchor" in answer) {
				expect(answer.anchor).toMatchObject({ id: made.room.anchor.id, secUid: made.room.anchor.secUid });
			}
		},
	);

	it("reports an unknown number as such", async () => {
		const made = await world();
		const anchor = { id: "5", nickname: "", avatar: "", secUid: "MS4wLjABAAAA" };
		const answer = await askOnce(made, way, { liveId: "5", roomId: "5", anchor });
		expect(answer).toEqual({ status: way === "page" ? "not_found" : "inconclusive", liveId: "5" });
	});

	it.each(closings)("reports a refusal by %s, and works again afterwards", async (by) => {
		const made = await world();
		made.simulator.setFault({ fault: "way_closed", on: way, by, count: 1 });
		const answer = await askOnce(made, way);
		const failure = by === "layout" ? { reason: "unreadable_page" } : { reason: "blocked", upstreamMessage: by };
		expect(answer).toMatchObject({ status: "unknown", failure });
		// After an unreadable page the next request comes with a new cookie.
		await made.upstream.ask(way, made.known, never);
		expect(await askOnce(made, way)).toMatchObject({ status: "live" });
	});
});

describe("a lookup", () => {
	it.each(closings)("falls back to web/enter if pages answer %s", async (by) => {
		const { simulator, upstream, asked } = await world();
		simulator.setFault({ fault: "way_closed", on: "page", by });
		const before = asked();
		expect(await upstream.lookup("1001", never)).toMatchObject({ status: "live" });
		expect(asked() - before).toBe(2);
	});

	it("returns the page's failure if all ways are closed", async () => {
		const { simulator, upstream, asked } = await world();
		simulator.setFault({ fault: "way_closed", by: "captcha" });
		const before = asked();
		const failure = { reason: "blocked", upstreamMessage: "captcha", message: expect.stringContaining("page") };
		expect(await upstream.lookup("1001", never)).toMatchObject({ status: "unknown", failure });
		expect(asked() - before).toBe(2);
	});

	it("asks no other way if the home page is refused", async () => {
		const { simulator, clock } = await started({ site: "real" });
		const upstream = createUpstream({ baseUrl: simulator.url, clock });
		onTestFinished(() => upstream.close());
		simulator.setFault({ fault: "way_closed", on: "page", by: "captcha" });
		expect(await upstream.lookup("1001", never)).toMatchObject({ failure: { upstreamMessage: "captcha" } });
		expect(simulator.site.addresses()).toMatchObject([{ calls: { page: { asked: 1 }, json: { asked: 0 } } }]);
	});

	it.each(["page", "enter"] as const)("resolves a voice room's broadcast after its %s", async (way) => {
		const { simulator, upstream, room, asked } = await world();
		room.change({ voice: true });
		if (way === "enter") simulator.setFault({ fault: "way_closed", on: "page", by: "444" });
		const before = asked();
		expect(await upstream.lookup("1001", never)).toMatchObject({
			...{ status: "live", kind: "voice", roomId: room.roomId },
			anchor: { secUid: room.anchor.secUid },
		});
		expect(asked() - before).toBe(way === "page" ? 2 : 3);
	});

	it("does not report an unresolved voice room as offline", async () => {
		const { simulator, upstream, room } = await world();
		room.change({ voice: true });
		simulator.setFault({ fault: "way_closed", on: "reflow", by: "empty" });
		expect(await upstream.lookup("1001", never)).toMatchObject({
			status: "unknown",
			failure: { reason: "blocked", upstreamMessage: "empty" },
		});
	});
});

describe("whoIsLive", () => {
	it("names people who are live, except in voice rooms", async () => {
		const { simulator, upstream } = await world();
		const [one, two, three] = simulator.rooms as [SimulatedRoom, SimulatedRoom, SimulatedRoom];
		two.end();
		const ids = [one, two, three].map(({ anchor }) => anchor.id);
		const expected = [one, three].map(({ anchor, roomId }) => [anchor.id, roomId]);
		expect([...(await upstream.whoIsLive(ids, never))]).toEqual(expected);
		three.change({ voice: true });
		expect([...(await upstream.whoIsLive(ids, never)).keys()]).toEqual([one.anchor.id]);
		expect(await upstream.whoIsLive([two.anchor.id], never)).toEqual(new Map());
		expect(await upstream.whoIsLive([], never)).toEqual(new Map());
		await expect(upstream.whoIsLive(["1,2"], never)).rejects.toThrow(TypeError);
	});

	it.each(closings)("throws if it is closed by %s", async (by) => {
		const { simulator, upstream, room } = await world();
		simulator.setFault({ fault: "way_closed", on: "batch", by });
		const failure = by === "layout" ? { reason: "unreadable_page" } : { reason: "blocked", upstreamMessage: by };
		await expect(upstream.whoIsLive([room.anchor.id], never)).rejects.toMatchObject(failure);
	});
});

describe("followedLive", () => {
	const login = { cookie: "ttwid=mine; sessionid=me" };

	it("names followed people who are live", async () => {
		const { simulator, upstream, room } = await world(login);
		expect(await upstream.followedLive(never)).toEqual(new Map());
		simulator.logins.follow("me", ["1001", "1002"]);
		simulator.room("1002")?.end();
		expect([...(await upstream.followedLive(never))]).toEqual([["1001", room.roomId]]);
	});

	it("requires a login, and sends no request without one", async () => {
		const blocked = { reason: "blocked", upstreamMessage: "login" };
		const guest = await world();
		const before = guest.asked();
		await expect(guest.upstream.followedLive(never)).rejects.toMatchObject(blocked);
		expect(guest.asked()).toBe(before);
		const { simulator, upstream } = await world(login);
		simulator.logins.end("me");
		await expect(upstream.followedLive(never)).rejects.toMatchObject(blocked);
	});

	it.each(closings)("throws when it is closed by %s", async (by) => {
		const { simulator, upstream } = await world(login);
		simulator.setFault({ fault: "way_closed", on: "followed", by });
		const failure = by === "layout" ? { reason: "unreadable_page" } : { reason: "blocked", upstreamMessage: by };
		await expect(upstream.followedLive(never)).rejects.toMatchObject(failure);
	});
});

describe("a session of a guest", () => {
	/** Returns the items of a session until it is open. */
	async function opened({ upstream, room }: World, cursor?: Cursor): Promise<SessionItem[]> {
		const items: SessionItem[] = [];
		const stop = new AbortController();
		const { liveId, roomId } = room;
		const request = { liveId, roomId, userUniqueId: "7300000000000000123", cursor, signal: stop.signal };
		await upstream.session(request, (item) => {
			items.push(item);
			if (item.type === "opened") stop.abort();
		});
		return items;
	}

	it("opens without a failure after an earlier first state", async () => {
		const made = await world();
		const [first, open] = await opened(made);
		expect([first?.type, open]).toEqual(["frame", { type: "opened", host: expect.any(String), resumed: false }]);
		const again = { type: "opened", host: expect.any(String), resumed: false };
		expect(await opened(made)).toEqual([again]);
		const cursor = first?.type === "frame" ? first.cursor : undefined;
		expect(await opened(made, cursor)).toEqual([{ ...again, resumed: true }]);
		const other = await world();
		other.simulator.setFault({ fault: "way_closed", on: "fetch", by: "empty" });
		const old = cursor && { ...cursor, roomId: other.room.roomId };
		expect(await opened(other, old)).toEqual([{ ...again, resumed: true }]);
	});

	it("reports a refused first state, again after an hour", async () => {
		const made = await world();
		const fault = { fault: "way_closed", on: "fetch", by: "empty", count: 1 } as const;
		const refused = { type: "opened", firstStateFailure: { reason: "signature_rejected", upstreamMessage: "empty" } };
		made.simulator.setFault(fault);
		expect(await opened(made)).toMatchObject([refused]);
		expect((await opened(made)).map(({ type }) => type)).toEqual(["frame", "opened"]);
		await made.clock.advance(3_600_000);
		made.simulator.setFault(fault);
		expect(await opened(made)).toMatchObject([refused]);
	});
});
