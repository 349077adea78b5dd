import { describe, expect, test } from "vitest";
import type { Wait } from "./gate.ts";
import type { Failure } from "./room-failure.ts";
import type { Effect, Input, LinkSpec } from "./room-inputs.ts";
import type { LookWait } from "./room-route.ts";
import { defaultRoomSettings } from "./room-settings.ts";
import { type Answer, allowedTransitions, dueAt, newRoomState, type RoomState } from "./room-state.ts";
import type { RoomPhase } from "./room-status.ts";
import { step } from "./step.ts";

const second = 1_000;
const minute = 60 * second;

const socket = (source: number, identity: string): LinkSpec => ({ transport: "socket", source, identity, on: source });
const poll = (source: number): LinkSpec => ({ transport: "poll", source, identity: "a", on: 0 });
const live = (roomId = "r1"): Answer => ({ status: "live", liveId: "1", roomId, userUniqueId: "u", title: "" });
const live2 = { roomId: "r2", userUniqueId: "u" };
const failure = (reason: Failure["reason"], retryAfterMs?: number): Failure => {
	return { reason, said: ["givenUp"], retryAfterMs };
};

/** A room that the test steps by hand. */
class Room {
	state: RoomState = newRoomState(0, defaultRoomSettings);
	now = 0;
	/** Effects since the last input. */
	effects: readonly Effect[] = [];

	constructor(...links: LinkSpec[]) {
		this.take({ type: "options", links }, { type: "start" });
		this.pass(0);
	}

	take(...inputs: Input[]): void {
		for (const input of inputs) {
			const stepped = step(this.state, input, this.now);
			this.state = stepped.state;
			this.effects = stepped.effects;
		}
	}

	pass(ms: number): void {
		const end = this.now + ms;
		for (let at = dueAt(this.state); at !== undefined && at <= end; at = dueAt(this.state)) {
			this.now = Math.max(this.now, at);
			this.take({ type: "due", writable: true });
		}
		this.now = end;
	}

	link(source: number) {
		const link = this.state.links.find((one) => one.source === source);
		if (!link) throw new Error(`No link ${source}`);
		return link;
	}

	/** Permits that the room waits for. */
	get requested() {
		return this.state.permits.filter(({ state }) => state === "requested");
	}

	/** Grants the permit that a link or the links on a source wait for. */
	grant(of: { link?: number; on?: number }): void {
		const permit = this.requested.find(({ link, on }) => link === of.link && on === of.on);
		if (!permit) throw new Error("No link waits for that.");
		this.take({ type: "permitted", permit: permit.id });
	}

	look(source: number, answer: Answer | Failure): void {
		const look = this.link(source).look ?? -1;
		if ("status" in answer) this.take({ type: "looked_up", look, answer });
		else this.take({ type: "look_failed", look, failure: answer });
		this.pass(0);
	}

	opens(source: number): void {
		this.take({ type: "opened", session: this.#session(source), host: "push.example", resumed: false });
		this.pass(0);
	}

	fails(source: number, reason: Failure["reason"], retryAfterMs?: number): void {
		const session = this.#session(source);
		this.take({ type: "failed", session, failure: failure(reason, retryAfterMs), advice: {} });
		this.take({ type: "closed", session });
		this.pass(0);
	}

	/** Finds the broadcast and asks for the permit of its own connection. */
	find(): this {
		this.look(0, live());
		return this;
	}

	#session(source: number): number {
		return this.link(source).session?.id ?? -1;
	}
}

/** Returns a room that is polled because its socket was refused three times. */
function polled(): Room {
	const room = new Room(socket(0, "a"), poll(1)).find();
	for (const waitMs of [1, 2, 0]) {
		room.grant({ on: 0 });
		room.fails(0, "handshake_refused");
		room.pass(waitMs * second);
		if (room.link(0).phase === "looking") room.find();
	}
	return room;
}

const phases = Object.keys(allowedTransitions) as RoomPhase[];

test.each(phases)("reaches %s by the table and can stop there", (phase) => {
	const reached = new Set<RoomPhase>(["idle"]);
	for (const from of reached) for (const to of allowedTransitions[from]) reached.add(to);
	expect(reached).toContain(phase);
	expect((allowedTransitions[phase] as readonly RoomPhase[]).includes("stopped")).toBe(phase !== "stopped");
});

test("keeps the start and updates the reason on re-entry", () => {
	const room = new Room(socket(0, "a"));
	room.look(0, { status: "offline", liveId: "1", roomId: "r1", title: "" });
	const { since } = room.state;
	room.pass(30 * second);
	room.look(0, { status: "no_room", liveId: "1", anchor: { id: "1", nickname: "", avatar: "" } });
	expect(room.state).toMatchObject({ phase: "waiting", reason: { code: "no_room" }, since });
	const until = room.now + 30 * second;
	room.take({ type: "look_waits", look: room.link(0).look ?? -1, wait: { until, why: ["pageLags"] } });
	expect(room.state).toMatchObject({ phase: "waiting", since, nextAttemptAt: until });
});

describe("regressions found by seeds and fuzzing", () => {
	test("delays nothing for a secondary connection at its full limit", () => {
		const room = new Room(socket(0, "a"), socket(1, "b")).find();
		room.grant({ on: 0 });
		room.opens(0);
		const { id } = room.requested.find(({ on }) => on === 1) ?? { id: -1 };
		room.take({ type: "waits", permit: id, wait: { for: "limit", why: ["full", "perIdentity", 1] } });
		room.fails(0, "network");
		room.pass(second);
		room.grant({ on: 0 });
		room.fails(0, "upstream_error", 10 * minute);
		room.pass(2 * minute);
		room.look(1, live("r2"));
		expect([room.link(0).phase, room.link(1).phase]).toEqual(["waiting", "queued"]);
		room.pass(8 * minute);
		expect(room.requested.map(({ on }) => on)).toContain(0);
		room.grant({ on: 0 });
		expect(room.effects).toContainEqual(expect.objectContaining({ do: "open", target: live2 }));
	});

	test("shares one permit between a waiting socket and its polling", () => {
		const room = polled();
		room.pass(4 * second);
		const permits = room.requested.filter(({ on }) => on !== undefined);
		expect(permits).toMatchObject([{ on: 0, kind: "poll" }]);
		room.grant({ on: 0 });
		expect(room.link(1).phase).toBe("connecting");
		expect(room.state.permits).toHaveLength(1);
	});

	test("returns a preempted permit before it asks for another", () => {
		const room = polled();
		room.grant({ on: 0 });
		room.opens(1);
		const [held] = room.state.permits;
		room.take({ type: "preempted", permit: held?.id ?? -1, why: ["elsewhere"] });
		expect(room.state).toMatchObject({ phase: "queued", reason: { code: "preempted" } });
		expect(room.requested).toEqual([]);
		const session = room.link(1).session?.id ?? -1;
		room.take({ type: "closed", session });
		expect(room.effects).toMatchObject([
			{ do: "release", permit: held?.id },
			{ do: "acquire", permit: { on: 0 } },
		]);
	});

	test("opens no socket of a refused identity after new options", () => {
		const room = new Room(socket(0, "a")).find();
		room.grant({ on: 0 });
		room.fails(0, "blocked");
		expect(room.state).toMatchObject({ phase: "blocked", nextAttemptAt: 5 * minute });
		room.take({ type: "options", links: [socket(0, "a"), poll(1)] });
		room.pass(0);
		room.look(0, live());
		expect(room.state).toMatchObject({ phase: "blocked", nextAttemptAt: 5 * minute, permits: [] });
		room.take({ type: "options", links: [socket(0, "b")] });
		room.pass(0);
		room.look(0, live());
		expect(room.requested).toMatchObject([{ kind: "socket", identity: "b" }]);
	});

	test("keeps an advised wait of an identity after new options", () => {
		const room = new Room(socket(0, "a")).find();
		room.grant({ on: 0 });
		const session = room.link(0).session?.id ?? -1;
		room.take({ type: "failed", session, failure: failure("blocked"), advice: { delayMs: 10 * minute } });
		room.take({ type: "closed", session });
		room.take({ type: "options", links: [socket(0, "b"), socket(1, "a")] });
		room.pass(0);
		room.look(0, live());
		room.grant({ on: 0 });
		room.opens(0);
		expect(room.link(1)).toMatchObject({ phase: "waiting", until: 10 * minute });
	});

	test("tries no other link or poll of a refused identity", () => {
		const room = polled();
		room.grant({ on: 0 });
		room.opens(1);
		room.fails(1, "blocked");
		expect(room.state).toMatchObject({ phase: "blocked", nextAttemptAt: room.now + 5 * minute });
		expect(room.link(0).until).toBe(room.now + 5 * minute);
		room.pass(5 * minute - 1);
		expect(room.requested).toEqual([]);
	});

	test("is queued when polling fails with its socket in line", () => {
		const room = polled();
		room.grant({ on: 0 });
		room.opens(1);
		room.pass(4 * second);
		room.find();
		const { id } = room.requested.find(({ link }) => link === 0) ?? { id: -1 };
		room.take({ type: "waits", permit: id, wait: { for: "turn", why: ["awaitingTurn"] } });
		room.fails(1, "network");
		expect(room.state).toMatchObject({ phase: "queued", reason: { code: "no_free_slot" } });
	});

	test("counts no failure for a session asked to end", () => {
		const room = new Room(socket(0, "a")).find();
		room.grant({ on: 0 });
		room.opens(0);
		const { session } = room.link(0);
		room.take({ type: "preempted", permit: session?.permits[0] ?? -1, why: ["givenUp"] });
		const before = room.link(0);
		room.take({ type: "failed", session: session?.id ?? -1, failure: failure("blocked"), advice: {} });
		expect(room.link(0)).toMatchObject({ phase: before.phase, attempt: before.attempt, until: before.until });
		expect(room.state.phase).not.toBe("blocked");
	});

	test("ends the sessions of a former broadcast with it", () => {
		const room = new Room(socket(0, "a"), socket(1, "b")).find();
		room.grant({ on: 0 });
		room.opens(0);
		room.grant({ on: 1 });
		const sessions = [0, 1].map((source) => room.link(source).session?.id ?? -1);
		room.take({ type: "contradicted", answer: live("r2") });
		expect(room.effects).toMatchObject([
			{ do: "finish", roomId: "r1" },
			{ do: "emit", body: { type: "broadcast_ended", reason: "new_broadcast" }, roomId: "r1" },
			{ do: "emit", body: { type: "broadcast_started" }, roomId: "r2" },
			...sessions.map((session) => ({ do: "close", session })),
			{ do: "entered", to: "reconnecting", reason: { code: "new" } },
		]);
		for (const session of sessions) {
			room.take({ type: "failed", session, failure: failure("broadcast_ended"), advice: {} });
			expect(room.effects).toEqual([]);
			room.take({ type: "closed", session });
		}
		expect(room.state).toMatchObject({ broadcast: { roomId: "r2", state: "running" }, reconnects: {} });
		room.pass(0);
		for (const on of [0, 1]) {
			room.grant({ on });
			expect(room.effects).toContainEqual(expect.objectContaining({ do: "open", target: live2 }));
		}
	});

	test("keeps the promised wait when a broadcast ends", () => {
		const room = new Room(socket(0, "a"), poll(1)).find();
		room.grant({ on: 0 });
		room.fails(0, "handshake_refused", 20 * minute);
		const until = room.now + 20 * minute;
		expect(room.requested).toEqual([]);
		expect(room.link(0).until).toBe(until);
		room.take({ type: "options", links: [socket(0, "a"), poll(1)] });
		expect(room.state.phase).toBe("reconnecting");
	});

	test("reports the end of a cooldown that the gate enforces", () => {
		const room = new Room(socket(0, "a")).find();
		const permit = room.requested[0]?.id ?? -1;
		const until = room.now + 120 * minute;
		room.take({ type: "waits", permit, wait: { for: "cooldown", until, why: ["identityRests"], reason: "blocked" } });
		expect(room.state).toMatchObject({ phase: "blocked", nextAttemptAt: until });
		room.pass(110 * minute);
		expect(room.effects.filter((effect) => effect.do === "look_up" || effect.do === "open")).toEqual([]);
		expect(room.requested.map(({ id }) => id)).toEqual([permit]);
	});

	test("looks up while waiting for a limit, not during cooldown", () => {
		const room = new Room(socket(0, "a"), socket(1, "b")).find();
		const waits = (source: number, wait: Wait) => {
			const permit = room.requested.find(({ on }) => on === source)?.id ?? -1;
			room.take({ type: "waits", permit, wait });
			room.pass(0);
		};
		waits(0, { for: "cooldown", until: room.now + 120 * minute, why: ["identityRests"], reason: "blocked" });
		waits(1, { for: "limit", why: ["full", "perIdentity", 1] });
		const { look } = room.link(1);
		expect(room.effects).toContainEqual({ do: "look_up", look, urgency: "queued" });
		expect(room.link(0).look).toBeUndefined();
		room.look(1, live());
		expect(room.link(1)).toMatchObject({ phase: "queued", look: expect.any(Number) as number });
		expect(room.link(1).look).not.toBe(look);
	});

	test("retries the socket after polling fails in the next broadcast", () => {
		const room = polled();
		room.grant({ on: 0 });
		room.opens(1);
		room.fails(1, "network");
		room.pass(minute);
		expect(["looking", "queued"]).toContain(room.link(0).phase);
	});
});

test("keeps a wait the upstream asked for when storage recovers", () => {
	const room = new Room(socket(0, "a"), socket(1, "b")).find();
	room.grant({ on: 0 });
	room.fails(0, "rate_limited", 20 * minute);
	const until = room.now + 20 * minute;
	room.grant({ on: 1 });
	room.fails(1, "storage");
	expect(room.state.reason.code).toBe("storage");
	room.take({ type: "writable" });
	room.pass(0);
	expect(room.link(1).phase).toBe("looking");
	expect(room.link(0)).toMatchObject({ phase: "waiting", until });
	room.pass(until - room.now - 1);
	expect(room.link(0).phase).toBe("waiting");
	room.pass(1);
	expect(room.link(0).phase).not.toBe("waiting");
});

test("ends a pending connection when its identity cools down", () => {
	const room = new Room(socket(0, "a"), socket(1, "b")).find();
	room.grant({ on: 0 });
	expect(room.link(0).phase).toBe("connecting");
	const session = room.link(0).session?.id;
	room.take({ type: "cooldown", identity: "a" });
	expect(room.effects).toContainEqual(expect.objectContaining({ do: "close", session }));
	expect(room.link(0)).toMatchObject({ phase: "waiting", session: { ending: true } });
	expect(room.state).toMatchObject({ phase: "reconnecting", reason: { code: "new" } });
	room.opens(0);
	expect(room.link(0).phase).toBe("waiting");
});

test("returns an unused permit when its identity cools down", () => {
	const room = new Room(socket(0, "a"), socket(1, "b")).find();
	room.state = { ...room.state, ownership: "read" };
	room.grant({ on: 0 });
	expect(room.link(0).phase).toBe("taking");
	const [permit] = room.state.permits;
	room.take({ type: "cooldown", identity: "a" });
	expect(room.effects).toContainEqual({ do: "release", permit: permit?.id });
	room.take({ type: "taken", ours: true });
	expect(room.effects.filter((effect) => effect.do === "open")).toEqual([]);
});

test("counts attempts from one again after the first frame", () => {
	const room = new Room(socket(0, "a")).find();
	room.grant({ on: 0 });
	room.opens(0);
	room.fails(0, "network");
	expect(room.state.reconnectCount).toBe(1);
	room.pass(second);
	room.grant({ on: 0 });
	room.opens(0);
	expect(room.state.reconnectCount).toBe(1);
	room.take({ type: "proven", session: room.link(0).session?.id ?? -1 });
	expect(room.state.reconnectCount).toBe(0);
});

test("doubles the wait while handshakes succeed and no frame comes", () => {
	const room = new Room(socket(0, "a")).find();
	const waits: number[] = [];
	for (let attempt = 0; attempt < 5; attempt++) {
		if (room.link(0).phase === "looking") room.find();
		room.grant({ on: 0 });
		room.opens(0);
		room.fails(0, "upstream_close");
		const waitMs = room.link(0).until - room.now;
		waits.push(waitMs);
		room.pass(waitMs);
	}
	expect(waits).toEqual([1, 2, 4, 8, 16].map((seconds) => seconds * second));
});

test("claims a room again after a failed claim", () => {
	const room = new Room(socket(0, "a")).find();
	room.state = { ...room.state, ownership: "read" };
	room.grant({ on: 0 });
	expect(room.state.ownership).toBe("claiming");
	room.take({ type: "take_failed", failure: failure("storage") });
	expect(room.effects.filter((effect) => effect.do === "open")).toEqual([]);
	room.pass(minute);
	if (room.link(0).phase === "looking") room.find();
	room.grant({ on: 0 });
	expect(room.effects).toContainEqual({ do: "take", how: "claim" });
});

test("does nothing before its time", () => {
	const room = new Room(socket(0, "a")).find();
	room.grant({ on: 0 });
	room.fails(0, "network");
	const { until } = room.link(0);
	room.now = until - 1;
	room.take({ type: "due", writable: true });
	expect(room.link(0).phase).toBe("waiting");
	room.pass(1);
	expect(room.link(0).phase).not.toBe("waiting");
});

describe("delayed look-up", () => {
	const later = { until: 90 * second, why: ["pageLags"] } as const;
	const waits = (room: Room, wait: LookWait) => room.take({ type: "look_waits", look: room.link(0).look ?? -1, wait });

	test("is named once when a refusal says it all", () => {
		const room = new Room(socket(0, "a"));
		const why = ["captchaAsked", "direct"] as const;
		waits(room, { until: minute, why, refused: "blocked" });
		expect(room.state).toMatchObject({ phase: "blocked", nextAttemptAt: minute });
		expect(room.state.reason).toEqual({ code: "blocked", said: ["sentence", why] });
	});

	test("does not keep a live room from connecting", () => {
		const room = new Room(socket(0, "a")).find();
		for (let attempt = 0; attempt < 4; attempt++) {
			if (room.link(0).phase === "looking") waits(room, later);
			expect(room.link(0)).toMatchObject({ phase: "queued", look: undefined });
			room.grant({ on: 0 });
			room.fails(0, "network");
			room.pass(minute);
		}
		expect(room.link(0).phase).toBe("looking");
	});

	test("does not keep a room from its stored broadcast", () => {
		const room = new Room();
		room.state = { ...newRoomState(0, defaultRoomSettings), ownership: "unread" };
		room.take({ type: "options", links: [socket(0, "a")] }, { type: "start" });
		room.pass(0);
		room.take({ type: "taken", ours: true, broadcast: { roomId: "r1", title: "", ended: false } });
		room.pass(0);
		expect(room.effects).toContainEqual({ do: "look_up", look: room.link(0).look, urgency: "losing" });
		waits(room, later);
		room.grant({ on: 0 });
		const open = { do: "open", target: { roomId: "r1", userUniqueId: "" } };
		expect(room.effects).toContainEqual(expect.objectContaining(open));
	});

	test("does not keep a room from what another process stored", () => {
		const room = new Room(socket(0, "a"), socket(1, "b"));
		room.state = { ...room.state, ownership: "read" };
		room.look(0, live());
		expect(room.effects).toContainEqual({ do: "take", how: "claim" });
		room.take({ type: "options", links: [socket(0, "a")] });
		room.pass(0);
		waits(room, later);
		room.take({ type: "taken", ours: true, broadcast: { roomId: "r2", title: "", ended: false } });
		room.grant({ on: 0 });
		const open = { do: "open", target: { roomId: "r2", userUniqueId: "" } };
		expect(room.effects).toContainEqual(expect.objectContaining(open));
	});

	test("keeps an offline room waiting", () => {
		const room = new Room(socket(0, "a"));
		room.look(0, { status: "offline", liveId: "1", roomId: "r1", title: "" });
		waits(room, later);
		expect(room.state).toMatchObject({ phase: "waiting", reason: { code: "offline" }, nextAttemptAt: later.until });
		waits(room, { ...later, refused: "blocked" });
		expect(room.state).toMatchObject({ phase: "waiting", reason: { code: "offline" } });
	});

	test("blocks a new room when every way is refused", () => {
		const room = new Room(socket(0, "a"));
		waits(room, { ...later, refused: "blocked" });
		expect(room.state).toMatchObject({ phase: "blocked", reason: { code: "blocked" }, nextAttemptAt: later.until });
		waits(room, later);
		expect(room.state).toMatchObject({ phase: "reconnecting", reason: { code: "new" } });
		room.look(0, live());
		expect(room.link(0).phase).toBe("queued");
	});
});

test.each([
	["hidden", "waiting"],
	["closed", "not_found"],
] as const)("a room that is %s is %s", (status, phase) => {
	const room = new Room(socket(0, "a"));
	room.look(0, { status, liveId: "1" });
	expect(room.state).toMatchObject({ phase, reason: { code: status } });
	expect(room.effects).toContainEqual(expect.objectContaining({ do: "look_up", urgency: "waiting" }));
});
