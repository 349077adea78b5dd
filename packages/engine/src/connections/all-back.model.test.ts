import type { RoomOptions } from "@livekeeper/base/room-options";
import { DouyinError, type FailureReason, type UpstreamEvent } from "@livekeeper/douyin";
import { ManualClock, seeded } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, inject, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { type FakeSession, live, PolledUpstream } from "../rooms/fake-upstream.helpers.ts";
import { CollectingQueue } from "../rooms/message-queue.helpers.ts";
import { PromptLooks } from "../rooms/prompt-looks.helpers.ts";
import { AdaptiveStrategy } from "./adaptive/index.ts";
import { PersistentConnectionManager } from "./persistent-connection-manager.ts";

const second = 1000;
/** Identities that rooms use. */
const ways: readonly RoomOptions[] = [
	{},
	{ cookie: "sessionid=a" },
	{ redundancy: 2 },
	{ redundancy: 2, sessions: [{ cookie: "sessionid=b" }] },
	{ cookie: "sessionid=b", redundancy: 2, sessions: [{ cookie: "" }] },
];

const troubles = [
	"network",
	"handshake_refused",
	"blocked",
	"rate_limited",
	"unreadable_page",
	"hang",
	"mute",
] as const;
/** `hang`: sockets do not open. `mute`: they open and bring nothing. Otherwise the failure of pages and sockets. */
type Trouble = (typeof troubles)[number];
/** Troubles that affect sockets only. */
const ofSockets: readonly Trouble[] = ["handshake_refused", "hang", "mute"];

type Step =
	| { do: "trouble"; of: "all" | "anonymous" | "logged_in"; trouble: Trouble; forMs: number }
	| { do: "full"; forMs: number }
	| { do: "limit"; total: number | undefined }
	| { do: "cut" }
	| { do: "options"; room: number; way: number }
	| { do: "restart"; room: number };

/** Rooms over an upstream that fails for all of them or for some identities, for a while each time. */
class Rooms {
	readonly #clock = new ManualClock();
	readonly #manager: PersistentConnectionManager;
	readonly #upstreams: PolledUpstream[] = [];
	readonly #queues = new Map<string, CollectingQueue>();
	readonly #said = new Map<string, UpstreamEvent>();
	#troubles: { of: string; trouble: Trouble; until: number }[] = [];
	/** Time until which nothing can be stored. */
	#fullUntil = 0;
	/** Mute sessions, which stay mute even when everything is healthy again. */
	readonly #mute = new WeakSet<FakeSession>();
	/** Number of refusals since a room's last success. */
	readonly #refusals = new Map<string, number>();
	/** Maximum number of refusals in a row for one room. */
	maxRefusals = 0;
	/** Number of requests to the upstream: pages, sockets, polls. */
	requests = 0;

	constructor(count: number, strategy: "fixed" | "adaptive") {
		const { logger } = recordingLogger();
		this.#manager = new PersistentConnectionManager({
			looks: new PromptLooks(this.#clock),
			clock: this.#clock,
			logger,
			upstreamFor: ({ cookie }) => this.#upstream(cookie ? "logged_in" : "anonymous"),
			...(strategy === "adaptive" && {
				strategy: (holds) => new AdaptiveStrategy({ holds, logger, startsPerSecond: 20, random: seeded(1) }),
			}),
		});
		this.#manager.start();
		this.#clock.every(2 * second, () => this.#say());
		this.#clock.every(second / 4, () => this.#store());
		for (let i = 0; i < count; i++) this.#add(String(i));
	}

	/** Rooms without a socket, and why. */
	get missing(): string[] {
		const away = this.#manager.getAllConnections().filter(({ state, polling }) => state !== "connected" || polling);
		return away.map(({ liveId, state, reason, nextAttemptAt = 0 }) => {
			const inS = Math.round((nextAttemptAt - this.#clock.now()) / second);
			return `${liveId} ${state}: ${reason.message.en} ${reason.decision?.en ?? ""} In ${inS} s.`;
		});
	}

	async pass(ms: number): Promise<void> {
		await this.#clock.advance(ms);
		await this.#clock.advance(0);
	}

	async take(step: Step): Promise<void> {
		const now = this.#clock.now();
		if (step.do === "trouble") this.#troubles.push({ ...step, until: now + step.forMs });
		else if (step.do === "full") this.#fullUntil = now + step.forMs;
		else if (step.do === "limit") this.#manager.admission.setLimits({ total: step.total });
		else if (step.do === "cut") {
			for (const session of this.#openSessions()) session.fail(new DouyinError("network", "Cut."));
		} else {
			const liveId = String(step.room % this.#queues.size);
			if (step.do === "options") this.#manager.changeOptions(liveId, ways[step.way] ?? {});
			else {
				this.#refusals.delete(liveId);
				await this.#manager.removeConnection(liveId);
				this.#add(liveId);
			}
		}
	}

	/** Ends all troubles. */
	heal(): void {
		this.#troubles = [];
		this.#fullUntil = 0;
		this.#manager.admission.setLimits({});
	}

	stop(): Promise<void> {
		return this.#manager.stop();
	}

	#add(liveId: string): void {
		const queue = new CollectingQueue(20);
		this.#queues.set(liveId, queue);
		this.#manager.addConnection(liveId, queue);
	}

	#upstream(identity: "logged_in" | "anonymous"): PolledUpstream {
		const upstream = new PolledUpstream(this.#clock, identity);
		upstream.page = (liveId) => {
			const trouble = this.#troubleOf(identity);
			if (!trouble || ofSockets.includes(trouble)) return live(`r-${liveId}`, liveId);
			return { status: "unknown", liveId, failure: this.#failure(liveId, trouble) };
		};
		upstream.onSession = (session) => this.#play(session, this.#troubleOf(identity));
		upstream.onPoll = (poll) => {
			const trouble = this.#troubleOf(identity);
			this.#play(poll, trouble && ofSockets.includes(trouble) ? undefined : trouble);
		};
		this.#upstreams.push(upstream);
		return upstream;
	}

	/** Called once for each request. */
	#troubleOf(identity: string): Trouble | undefined {
		this.requests++;
		const now = this.#clock.now();
		return this.#troubles.find(({ of, until }) => until > now && (of === "all" || of === identity))?.trouble;
	}

	#failure(liveId: string, trouble: Trouble): DouyinError {
		if (trouble === "blocked") {
			const count = (this.#refusals.get(liveId) ?? 0) + 1;
			this.#refusals.set(liveId, count);
			this.maxRefusals = Math.max(this.maxRefusals, count);
		}
		const retryAfterMs = trouble === "rate_limited" ? 20 * second : undefined;
		return new DouyinError(trouble as FailureReason, "Not now.", { retryAfterMs });
	}

	#play(session: FakeSession, trouble: Trouble | undefined): void {
		const { liveId, roomId } = session.request;
		if (trouble === "hang") return;
		if (trouble && trouble !== "mute") {
			session.fail(this.#failure(liveId, trouble));
			return;
		}
		this.#refusals.delete(liveId);
		session.open();
		if (trouble === "mute") this.#mute.add(session);
		const last = this.#said.get(roomId);
		if (last && !trouble) session.frame([last]);
	}

	#openSessions(): FakeSession[] {
		const all = this.#upstreams.flatMap(({ sessions, polls }) => [...sessions, ...polls]);
		return all.filter(({ closed }) => !closed);
	}

	/** Sends a message of each room over all its open connections that are not mute. */
	#say(): void {
		const fresh = new Map<string, UpstreamEvent[]>();
		for (const session of this.#openSessions().filter((one) => !this.#mute.has(one))) {
			const { roomId } = session.request;
			const events = session.frame(fresh.get(roomId));
			fresh.set(roomId, events);
			if (events[0]) this.#said.set(roomId, events[0]);
		}
	}

	#store(): void {
		if (this.#clock.now() < this.#fullUntil) return;
		for (const queue of this.#queues.values()) queue.drain();
	}
}

const aRoom = fc.nat({ max: 3 });
const aWhile = fc.integer({ min: second, max: 60 * second });
const aTrouble = fc.record({
	do: fc.constant("trouble" as const),
	of: fc.constantFrom("all" as const, "anonymous" as const, "logged_in" as const),
	trouble: fc.constantFrom(...troubles),
	forMs: aWhile,
});
const aStep: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 3, arbitrary: aTrouble },
	{ weight: 2, arbitrary: fc.constant<Step>({ do: "cut" }) },
	{
		weight: 2,
		arbitrary: fc.record({ do: fc.constant("options" as const), room: aRoom, way: fc.nat({ max: ways.length - 1 }) }),
	},
	fc.record({ do: fc.constant("full" as const), forMs: aWhile }),
	fc.record({
		do: fc.constant("limit" as const),
		total: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
	}),
	fc.record({ do: fc.constant("restart" as const), room: aRoom }),
);
const aPlan = fc.array(fc.tuple(aStep, fc.integer({ min: 100, max: 30 * second })), { minLength: 3, maxLength: 14 });

test.each(["fixed", "adaptive"] as const)("%s: brings all rooms back after the last refusal", async (strategy) => {
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 4 }), aPlan, async (count, plan) => {
			const rooms = new Rooms(count, strategy);
			await rooms.pass(10 * second);
			for (const [step, ms] of plan) {
				const before = rooms.requests;
				await rooms.take(step);
				await rooms.pass(ms);
				// All failures at once, and then the requests of their schedules.
				expect(rooms.requests - before).toBeLessThanOrEqual(count * (12 + (4 * ms) / second));
			}
			rooms.heal();
			// 5, 10, 20 … minutes; a room that should probe for all and does not is replaced after 90 s, checked every 30
			// s.
			const refusedS = rooms.maxRefusals > 0 ? 300 * 2 ** (rooms.maxRefusals - 1) + 120 : 60;
			const had = (trouble: Trouble) => plan.some(([step]) => step.do === "trouble" && step.trouble === trouble);
			await rooms.pass((refusedS + (had("hang") || had("mute") ? 180 : 5)) * second);
			// A mute socket is given up by the room's own rhythm, which may be just now, and replaced within a minute.
			for (let minutes = 0; minutes < 5 && had("mute") && rooms.missing.length > 0; minutes++)
				await rooms.pass(60 * second);
			expect(rooms.missing).toEqual([]);
			await rooms.stop();
		}),
		{ numRuns: 30 * inject("rounds") },
	);
});
