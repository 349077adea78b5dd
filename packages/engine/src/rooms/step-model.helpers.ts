import type { FailureReason } from "@livekeeper/douyin";
import fc from "fast-check";
import type { Advice, Hold, Wait } from "./gate.ts";
import type { Failure } from "./room-failure.ts";
import type { Effect, Input, LinkSpec, Recalled } from "./room-inputs.ts";
import { defaultRoomSettings } from "./room-settings.ts";
import {
	type Answer,
	dueAt,
	heldUntil,
	isConnected,
	type Link,
	newRoomState,
	type RoomPermit,
	type RoomState,
	targetOf,
} from "./room-state.ts";
import type { RoomPhase } from "./room-status.ts";
import { step } from "./step.ts";

const second = 1_000;
const minute = 60 * second;

/** Next action of the world; numbers choose among outstanding items. */
export type Action =
	| { do: "pass"; ms: number }
	| { do: "grant" | "open" | "frame" | "sync" | "gone" | "preempt" | "again"; which: number }
	| { do: "hold"; which: number; wait: Wait["for"]; forMs: number; mayPoll: boolean }
	| { do: "page"; which: number; answer: Answer | Failure }
	| { do: "delay"; which: number; forMs: number | undefined; refused: FailureReason | undefined }
	| { do: "fail" | "failing"; which: number; reason: FailureReason; retryAfterMs?: number; advice: Advice }
	| { do: "store"; writable: boolean }
	| { do: "remember"; works: boolean; broadcast: Recalled["broadcast"] }
	| { do: "silence"; answer: Answer }
	| { do: "revive"; which: number }
	| { do: "stop" }
	| { do: "cooldown"; identity: string }
	| { do: "options"; links: number };

const answers: Answer[] = [
	{ status: "live", liveId: "1", roomId: "r1", userUniqueId: "u", title: "" },
	{ status: "live", liveId: "1", roomId: "r2", userUniqueId: "u", title: "" },
	{ status: "live", liveId: "1", roomId: "r1", userUniqueId: "u", title: "", finishedAt: 1 },
	{ status: "offline", liveId: "1", roomId: "r1", title: "" },
	{ status: "not_found", liveId: "1" },
	{ status: "hidden", liveId: "1" },
	{ status: "closed", liveId: "1" },
];
const [live, other] = answers as [Answer, Answer];
const reasons = [
	"network",
	"handshake_refused",
	"blocked",
	"rate_limited",
	"silence",
	"broadcast_ended",
	"upstream_close",
] as const satisfies FailureReason[];

/** Links that options may name: one or two sockets of one or two identities, with or without polling. */
const linksOf: readonly (readonly LinkSpec[])[] = [
	[socket(0, "a")],
	[socket(0, "a"), poll(1, "a")],
	[socket(0, "a"), socket(1, "b"), poll(2, "a")],
	[socket(0, "b"), socket(1, "b")],
	[socket(0, "b"), socket(1, "a")],
];

function stored(ended: boolean): Recalled["broadcast"] {
	return { roomId: "r1", title: "", ended };
}

function socket(source: number, identity: string): LinkSpec {
	return { transport: "socket", source, identity, on: source };
}

function poll(source: number, identity: string): LinkSpec {
	return { transport: "poll", source, identity, on: 0 };
}

const which = fc.nat({ max: 7 });
const aReason = fc.constantFrom(...reasons);
const anAdvice = fc.constantFrom<Advice>({}, {}, { delayMs: 0 }, { delayMs: 300 }, { delayMs: 600_000 });
const aRetryAfter = fc.constantFrom(undefined, undefined, 20 * second, 30 * minute);
const aFailure = fc.record({ reason: aReason, retryAfterMs: aRetryAfter });
const anAction: fc.Arbitrary<Action> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 70 * second }) }),
	},
	{
		weight: 1,
		arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 7 * minute }) }),
	},
	{
		weight: 12,
		arbitrary: fc.record({
			do: fc.constantFrom("grant" as const, "grant" as const, "open" as const, "frame" as const, "sync" as const),
			which,
		}),
	},
	{ weight: 4, arbitrary: fc.record({ do: fc.constant("gone" as const), which }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constantFrom("preempt" as const, "again" as const), which }) },
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant("hold" as const),
			which,
			wait: fc.constantFrom<Wait["for"]>("limit", "turn", "slow_down", "cooldown", "refused", "outage"),
			forMs: fc.integer({ min: 1, max: 2 * minute }),
			mayPoll: fc.boolean(),
		}),
	},
	{
		weight: 6,
		arbitrary: fc.record({
			do: fc.constant("page" as const),
			which,
			answer: fc.oneof(
				{ weight: 6, arbitrary: fc.constant(live) },
				{ weight: 4, arbitrary: fc.constantFrom(...answers) },
				{ weight: 3, arbitrary: aFailure.map((one): Failure => ({ ...one, said: ["givenUp"] })) },
			),
		}),
	},
	{
		weight: 5,
		arbitrary: fc
			.record({ do: fc.constantFrom("fail" as const, "failing" as const), which, advice: anAdvice, of: aFailure })
			.map(({ of, ...rest }): Action => ({ ...rest, ...of }) as Action),
	},
	fc.record({ do: fc.constant("store" as const), writable: fc.boolean() }),
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant("delay" as const),
			which,
			forMs: fc.option(fc.integer({ min: 1, max: 2 * minute }), { nil: undefined }),
			refused: fc.constantFrom(undefined, undefined, "blocked" as const, "network" as const),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant("remember" as const),
			works: fc.boolean(),
			broadcast: fc.constantFrom(undefined, stored(false), stored(true)),
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant("silence" as const),
			answer: fc.oneof(fc.constant(other), fc.constantFrom(...answers)),
		}),
	},
	fc.record({ do: fc.constant("revive" as const), which }),
	fc.record({ do: fc.constant("cooldown" as const), identity: fc.constantFrom("a", "b") }),
	fc.record({ do: fc.constant("options" as const), links: fc.nat({ max: linksOf.length - 1 }) }),
);

export const aPlan = fc.record({
	links: fc.nat({ max: linksOf.length - 1 }),
	stored: fc.boolean(),
	elsewhere: fc.boolean(),
	actions: fc.array(anAction, { minLength: 20, maxLength: 250, size: "max" }),
	stops: fc.boolean(),
});
export type Plan = typeof aPlan extends fc.Arbitrary<infer One> ? One : never;

interface Open {
	readonly source: number;
	/** Broadcast that it was opened for. */
	readonly roomId: string;
	readonly permit: number;
	state: "connecting" | "open" | "ending";
	proven: boolean;
}

/** Thrown when a rule does not hold. */
class Broken extends Error {}

function must(holds: boolean, rule: string, about?: unknown): asserts holds {
	if (!holds) throw new Broken(`${rule}${about === undefined ? "" : `: ${JSON.stringify(about)}`}`);
}

/** Steps of one room with an ideal gate and an upstream that follows orders. Each step is checked. */
export class ModelRoom {
	state: RoomState;
	now = 1_000_000;
	steps = 0;
	/** Pairs of phase and input that were covered. */
	readonly walked: Set<string>;
	/** Requested permits, each with the time until which it is held back. */
	readonly requests = new Map<number, { permit: RoomPermit; until: number }>();
	readonly permits = new Set<number>();
	readonly looks = new Set<number>();
	readonly sessions = new Map<number, Open>();
	pending: "recall" | "claim" | undefined;
	writable = true;
	readonly #elsewhere: boolean;
	#last: Input | undefined;
	readonly #released = new Set<number>();
	/** Time until which the upstream was promised to be left alone, by identity. */
	readonly #promised = new Map<string, number>();

	constructor({ links, stored, elsewhere }: Omit<Plan, "actions" | "stops">, walked = new Set<string>()) {
		this.walked = walked;
		this.#elsewhere = elsewhere;
		this.state = newRoomState(this.now, defaultRoomSettings, {
			ownership: stored ? "unread" : elsewhere ? "read" : "ours",
		});
		this.take({ type: "options", links: linksOf[links] ?? [] });
		this.tryEach();
		this.take({ type: "start" });
	}

	/** @throws Broken if a rule does not hold */
	act(action: Action) {
		switch (action.do) {
			case "pass":
				return this.pass(action.ms);
			case "grant": {
				const open = [...this.requests.values()].filter(({ until }) => until <= this.now);
				return this.grant(pick(open, action.which)?.permit);
			}
			case "hold": {
				const held = pick([...this.requests.values()], action.which);
				if (!held) return;
				const wait = this.#wait(action);
				held.until = "until" in wait ? wait.until : this.now;
				return this.take({ type: "waits", permit: held.permit.id, wait });
			}
			case "page": {
				const look = pick([...this.looks], action.which);
				if (look === undefined) return;
				this.looks.delete(look);
				if ("status" in action.answer) return this.take({ type: "looked_up", look, answer: action.answer });
				return this.take({ type: "look_failed", look, failure: action.answer });
			}
			case "delay": {
				const look = pick([...this.looks], action.which);
				if (look === undefined) return;
				const { forMs, refused } = action;
				const until = forMs === undefined ? undefined : this.now + forMs;
				return this.take({ type: "look_waits", look, wait: { why: ["pageLags"], until, refused } });
			}
			case "open":
				return this.open(this.#session(action.which, "connecting"));
			case "frame":
				return this.frame(this.#session(action.which, "open"));
			case "sync": {
				const session = this.#session(action.which, "open");
				if (session !== undefined) this.take({ type: "synced", session });
				return;
			}
			case "fail":
			case "failing":
				return this.#fail(action);
			case "gone":
				return this.gone(this.#session(action.which, "ending"));
			case "preempt": {
				const permit = pick([...this.permits], action.which);
				if (permit !== undefined) this.take({ type: "preempted", permit, why: ["elsewhere"] });
				return;
			}
			case "again":
				if (this.#last) this.#checkTwice(this.#last);
				return;
			case "store":
				this.writable = action.writable;
				if (action.writable) this.take({ type: "writable" });
				return;
			case "remember":
				return this.remember(action.works, action.broadcast);
			case "silence":
				return this.take({ type: "contradicted", answer: action.answer });
			case "revive":
				return this.#revive(action.which);
			case "cooldown": {
				this.take({ type: "cooldown", identity: action.identity });
				const isOn = this.state.links.some(({ identity, session, permits }) => {
					return identity === action.identity && (permits !== undefined || session?.ending === false);
				});
				must(!isOn, "an identity in cooldown has neither a session nor a permit", this.state.links);
				return;
			}
			case "options":
				return this.take({ type: "options", links: linksOf[action.links] ?? [] });
			case "stop":
				return this.take({ type: "stop" });
			default:
				action satisfies never;
		}
	}

	pass(ms: number): void {
		const end = this.now + ms;
		for (let at = dueAt(this.state); at !== undefined && at <= end; at = dueAt(this.state)) {
			this.now = Math.max(this.now, at);
			this.#runDue();
		}
		this.now = end;
	}

	grant(permit: RoomPermit | undefined): void {
		if (!permit) return;
		this.requests.delete(permit.id);
		this.permits.add(permit.id);
		this.take({ type: "permitted", permit: permit.id });
	}

	open(session: number | undefined): void {
		const open = session === undefined ? undefined : this.sessions.get(session);
		if (!open || session === undefined) return;
		open.state = "open";
		this.take({ type: "opened", session, host: "push.example", resumed: false });
	}

	frame(session: number | undefined): void {
		const open = session === undefined ? undefined : this.sessions.get(session);
		if (!open || open.proven || session === undefined) return;
		open.proven = true;
		this.take({ type: "proven", session });
	}

	gone(session: number | undefined): void {
		if (session === undefined) return;
		this.sessions.delete(session);
		this.take({ type: "closed", session });
	}

	remember(works: boolean, broadcast?: Recalled["broadcast"]): void {
		const { pending } = this;
		this.pending = undefined;
		const failure: Failure = { reason: "storage", said: ["cannotStoreNow"] };
		const ours = pending === "claim" || !this.#elsewhere;
		if (pending) this.take(works ? { type: "taken", ours, broadcast } : { type: "take_failed", failure });
	}

	/** Makes everything healthy and grants every request at once. @returns time until all links were connected, ms */
	heal(withinMs: number): void {
		const end = this.now + withinMs;
		this.writable = true;
		this.take({ type: "writable" });
		let rounds = 0;
		while (this.now < end) {
			this.#serveAll();
			if (this.#isWell) return;
			must(++rounds < 3_000, "recovery takes a bounded number of rounds", this.state);
			const at = dueAt(this.state);
			must(at !== undefined, "something is due where nothing else is outstanding", this.state);
			this.pass(Math.max(0, at - this.now));
		}
		must(this.#isWell, `the room is back within ${withinMs} ms`, this.state);
	}

	/** Feeds each kind of input about unknown ids in this state and checks that it leaves no trace. */
	tryEach(): void {
		const failure: Failure = { reason: "network", said: ["givenUp"] };
		const none = -1;
		const inputs: Input[] = [
			{ type: "start" },
			{ type: "due", writable: this.writable },
			{ type: "taken", ours: true },
			{ type: "take_failed", failure },
			{ type: "waits", permit: none, wait: { for: "turn", why: ["awaitingTurn"] } },
			{ type: "permitted", permit: none },
			{ type: "preempted", permit: none, why: ["elsewhere"] },
			{ type: "looked_up", look: none, answer: live },
			{ type: "look_failed", look: none, failure },
			{ type: "look_waits", look: none, wait: { why: ["pageLags"] } },
			{ type: "opened", session: none, host: "", resumed: false },
			{ type: "proven", session: none },
			{ type: "synced", session: none },
			{ type: "revived", session: none },
			{ type: "closed", session: none },
			{ type: "failed", session: none, failure, advice: {} },
			...answers.map((answer): Input => ({ type: "contradicted", answer })),
			{ type: "writable" },
			{ type: "cooldown", identity: "a" },
			...linksOf.map((links): Input => ({ type: "options", links })),
			{ type: "stop" },
		];
		for (const input of inputs) {
			this.walked.add(`${this.state.phase} ${input.type}`);
			const after = step(this.state, input, this.now).state;
			const twice = step(after, input, this.now);
			const isNone = JSON.stringify(input).includes(`${none}`);
			if (isNone) must(twice.effects.length === 0, `${input.type} of what is gone does nothing`, twice.effects);
		}
	}

	take(input: Input): void {
		const { state: before } = this;
		this.walked.add(`${before.phase} ${input.type}`);
		this.steps++;
		const { state, effects } = step(before, input, this.now);
		this.state = state;
		this.#last = input;
		const isLate = input.type !== "closed" && this.#reporter?.state === "ending";
		must(!isLate || effects.length === 0, "a session that was asked to end has no say", { input, effects });
		for (const effect of effects) this.#do(effect);
		this.#check(before, input);
		if (isDue(this.state, this.now) && input.type !== "due") this.#runDue();
	}

	#runDue(): void {
		for (let turns = 0; isDue(this.state, this.now); turns++) {
			must(turns < 20, "due attempts are made", this.state);
			this.take({ type: "due", writable: this.writable });
		}
	}

	#do(effect: Effect): void {
		const { state, now } = this;
		switch (effect.do) {
			case "take":
				must(this.pending === undefined, "stored state has one read at a time");
				this.pending = effect.how;
				return;
			case "acquire": {
				const { permit } = effect;
				must(!this.requests.has(permit.id), "a permit is requested once");
				must(heldUntil(state, permit) <= now, "a refused identity requests nothing before its time", {
					permit,
					now,
				});
				this.requests.set(permit.id, { permit, until: now });
				return;
			}
			case "release":
				if (this.requests.delete(effect.permit)) return;
				must(this.permits.delete(effect.permit), "a permit is released once, and was held", effect);
				must(!this.#released.has(effect.permit), "a permit is released once", effect);
				this.#released.add(effect.permit);
				for (const { permit } of this.sessions.values()) must(permit !== effect.permit, "a session keeps its permit");
				return;
			case "look_up":
				must(!this.looks.has(effect.look), "a look-up begins once");
				this.looks.add(effect.look);
				return;
			case "drop":
				must(this.looks.delete(effect.look), "only a running look-up is dropped");
				return;
			case "open": {
				const link = state.links.find(({ source }) => source === effect.source);
				const session = link?.session;
				must(session?.id === effect.session, "a session belongs to its link", effect);
				must(
					session.permits.every((id) => this.permits.has(id)),
					"a session has its permits",
					effect,
				);
				must(link !== undefined && now >= heldUntil(state, link), "no attempt begins before its time", {
					link,
					now,
				});
				must(now >= (this.#promised.get(link.identity) ?? 0), "an identity waits for as long as it was asked", link);
				for (const { source } of this.sessions.values()) {
					must(source !== effect.source, "a link has one session at a time", effect);
				}
				const [permit = -1] = session.permits;
				const { source, target } = effect;
				this.sessions.set(effect.session, {
					...{ source, permit, roomId: target.roomId },
					...{ state: "connecting", proven: false },
				});
				return;
			}
			case "close": {
				const session = this.sessions.get(effect.session);
				must(session !== undefined && session.state !== "ending", "a session is asked to end once", effect);
				session.state = "ending";
				return;
			}
			case "emit": {
				const { body, roomId } = effect;
				const ends = body.type === "broadcast_ended" && body.reason === "ended";
				must(!ends || this.#reporter?.roomId === roomId, "a broadcast's end is reported by its own session", effect);
				return;
			}
			default:
				return;
		}
	}

	#check(before: RoomState, input: Input): void {
		const { state, now } = this;
		const { links, phase, permits } = state;
		must(before.phase !== "stopped" || phase === "stopped", "stopped is final");
		for (const link of links) this.#checkLink(link);
		for (const { on, state: is } of permits) {
			const same = permits.filter((one) => one.on === on && one.state !== "leaving");
			must(on === undefined || is === "leaving" || same.length === 1, "one permit for a link", permits);
		}
		must(
			permits.every(({ id, state: is }) => (is === "requested" ? this.requests : this.permits).has(id)),
			"the room has the permits that its state lists",
			permits,
		);
		const known = [...this.permits, ...this.requests.keys()];
		must(permits.length === known.length, "no permit is forgotten", [permits, known]);
		if (phase === "stopped") {
			must(this.requests.size + this.looks.size === 0, "a stopped room waits for nothing");
			return;
		}
		const target = targetOf(state);
		for (const { state: is, roomId } of this.sessions.values()) {
			must(is === "ending" || roomId === target?.roomId, "a session is of the room's broadcast", { roomId, state });
		}
		const isOn = isConnected(state);
		must(phase !== "connected" || isOn, "a connected room has a connection", { state, input });
		const connects = links.some(({ phase: is }) => is === "taking" || is === "connecting");
		must(phase !== "connecting" || connects, "a connecting room has a link that connects", { state, input });
		must(!isOn || phase === "connected", "a room with a connection is connected", state);
		const isUnderWay =
			this.requests.size + this.looks.size + this.sessions.size > 0 ||
			this.pending !== undefined ||
			state.leaving.length > 0;
		must(!state.started || isUnderWay || dueAt(state) !== undefined, "connected, or something is outstanding", state);
		const isInLine = links.some((link) => link.phase !== "waiting" && link.phase !== "idle");
		must(phase !== "queued" || isInLine, "a queued room is in line", { state, input });
		const waits: readonly RoomPhase[] = ["waiting", "not_found", "blocked", "reconnecting"];
		const isNamed = state.nextAttemptAt !== undefined || isUnderWay || isDue(state, now) || !state.started;
		must(!waits.includes(phase) || isNamed, "the status says what the room waits for", { state, input });
	}

	#checkLink(link: Link): void {
		const { phase, session, source } = link;
		const hasSession = phase === "connecting" || phase === "connected";
		must(hasSession === (session !== undefined && !session.ending), "a link is in one phase", link);
		must(
			(phase === "looking") === (link.look !== undefined) || phase === "queued",
			"a looking link has a look-up",
			link,
		);
		if (phase === "queued") {
			const isIts = ({ on, link: of, state }: RoomPermit) => {
				return state === "requested" ? of === source || on === link.on : on === link.on && state === "leaving";
			};
			must(this.state.permits.some(isIts), "a queued link has requested a permit", link);
		}
		must(!targetOf(this.state) || !link.lookWait, "a room that knows its broadcast waits for no look-up", link);
		must(link.permits?.every((id) => this.permits.has(id)) ?? true, "a link's permits are held", link);
		const isTaken = this.state.ownership === "reading" || this.state.ownership === "claiming";
		must(phase !== "taking" || isTaken, "a link waits for ownership only while it is being taken", link);
	}

	/** Session that the last input came from. */
	get #reporter(): Open | undefined {
		return this.#last && "session" in this.#last ? this.sessions.get(this.#last.session) : undefined;
	}

	/** Checks that the same input changes nothing the second time. */
	#checkTwice(input: Input): void {
		const once = ["permitted", "preempted", "looked_up", "look_failed", "opened", "proven", "synced", "closed"];
		if (![...once, "failed", "taken", "revived", "cooldown"].includes(input.type)) return;
		if (this.pending && input.type === "taken") return;
		this.take(input);
		const { state, effects } = step(this.state, input, this.now);
		must(effects.length === 0, `${input.type} twice does nothing`, effects);
		must(JSON.stringify(state) === JSON.stringify(this.state), `${input.type} twice changes nothing`);
	}

	/** Checks that the state is plain data: it survives serialisation and the room continues from there. */
	checkPlain(): void {
		const written: unknown = JSON.parse(JSON.stringify(this.state));
		must(JSON.stringify(written) === JSON.stringify(this.state), "the state is plain");
		must(!JSON.stringify(this.state).includes("null"), "serialisation loses nothing", this.state);
	}

	#wait({ wait, forMs, mayPoll }: Extract<Action, { do: "hold" }>): Wait {
		if (wait === "limit" || wait === "turn") return { for: wait, why: ["awaitingTurn"] };
		const hold: Hold = { for: wait, why: ["identityRests"], until: this.now + forMs, reason: "blocked" };
		return wait === "outage" ? { ...hold, reason: "network", mayPoll } : hold;
	}

	#fail({ do: how, which: number, reason, retryAfterMs, advice }: Extract<Action, { do: "fail" | "failing" }>): void {
		const session =
			this.#session(number, "open") ?? this.#session(number, "connecting") ?? this.#session(number, "ending");
		if (session === undefined) return;
		const { source = 0 } = this.sessions.get(session) ?? {};
		const identity = this.state.links.find(({ session: own }) => own?.id === session)?.identity;
		const failure: Failure = { reason, said: ["givenUp"], retryAfterMs };
		const minMs = Math.max(retryAfterMs ?? 0, reason === "blocked" ? defaultRoomSettings.blockedDelayMs : 0);
		const isLate = this.sessions.get(session)?.state === "ending";
		if (identity !== undefined && reason !== "broadcast_ended" && !isLate) {
			this.#promised.set(identity, Math.max(this.#promised.get(identity) ?? 0, this.now + minMs));
		}
		this.take({ type: "failed", session, failure, advice });
		if (how === "fail") this.gone(session);
		const link = this.state.links.find((one) => one.source === source);
		if (!link || reason === "broadcast_ended" || isLate) return;
		must(link.until >= this.now + minMs, "the upstream is left alone for as long as it asked", link);
	}

	#revive(which: number): void {
		const session = pick([...this.sessions.keys()], which);
		if (session !== undefined) this.take({ type: "revived", session });
	}

	#session(number: number, state: Open["state"]): number | undefined {
		const found = [...this.sessions].filter(([, session]) => session.state === state);
		return pick(found, number)?.[0];
	}

	#serveAll(): void {
		for (let turns = 0; turns < 100; turns++) {
			const { steps } = this;
			for (const [id, { state }] of [...this.sessions]) {
				if (state === "ending") this.gone(id);
				else if (state === "connecting") this.open(id);
				else this.frame(id);
			}
			for (const [id, { state }] of [...this.sessions])
				if (state === "open") this.take({ type: "synced", session: id });
			if (this.pending) this.remember(true);
			for (const { permit } of [...this.requests.values()]) if (this.requests.has(permit.id)) this.grant(permit);
			for (const look of [...this.looks]) {
				if (this.looks.delete(look)) this.take({ type: "looked_up", look, answer: live });
			}
			if (this.#isWell || steps === this.steps) return;
			const isServed = this.requests.size + this.looks.size === 0 && !this.pending;
			if (isServed && [...this.sessions.values()].every(({ state }) => state === "open")) return;
		}
	}

	/** Whether all sockets are connected and nothing is polled. */
	get #isWell(): boolean {
		return this.state.links.every(({ transport, phase }) => phase === (transport === "socket" ? "connected" : "idle"));
	}
}

function isDue(state: RoomState, now: number): boolean {
	const at = dueAt(state);
	return at !== undefined && at <= now;
}

function pick<One>(all: readonly One[], which: number): One | undefined {
	return all.length === 0 ? undefined : all[which % all.length];
}

/** Maximum wait that an upstream can request, plus the maximum delay. */
const maxMs = 60 * minute + minute;

/** Runs a plan and checks that the room recovers. @returns number of steps */
export function walk(plan: Plan, walked?: Set<string>): number {
	const room = new ModelRoom(plan, walked);
	for (const [i, action] of plan.actions.entries()) {
		room.act(action);
		if (i % 16 === 0) room.checkPlain();
		if (i % 64 === 0) room.tryEach();
	}
	room.heal(maxMs);
	room.tryEach();
	if (plan.stops) {
		room.act({ do: "stop" });
		room.tryEach();
		for (const session of [...room.sessions.keys()]) room.gone(session);
		must(room.permits.size === 0, "a stopped room releases every permit");
	}
	return room.steps;
}
