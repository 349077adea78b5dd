import { DouyinError, type FailureReason, type UpstreamEvent } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RoomOptions } from "../room-options.ts";
import { type FakeSession, recordingLogger } from "../rooms/fake-upstream.helpers.ts";
import { AdaptiveStrategy } from "./adaptive/index.ts";
import { ManagerHarness } from "./manager-harness.helpers.ts";

const second = 1000;
/** As whom rooms go. */
const ways: readonly RoomOptions[] = [
	{},
	{ cookie: "sessionid=a" },
	{ redundancy: 2 },
	{ redundancy: 2, sessions: [{ cookie: "sessionid=b" }] },
	{ cookie: "sessionid=b", redundancy: 2, sessions: [{ cookie: "" }] },
];

type Trouble = Extract<FailureReason, "network" | "handshake_refused" | "blocked" | "rate_limited">;

type Step =
	| { do: "trouble"; of: "all" | "anonymous" | "logged_in"; trouble: Trouble; forMs: number }
	| { do: "cut" }
	| { do: "options"; room: number; way: number }
	| { do: "restart"; room: number };

/** Rooms over an upstream that is in trouble with all of them or with some identities, for a while each time. */
class Rooms {
	readonly harness: ManagerHarness;
	readonly #said = new Map<string, UpstreamEvent>();
	#troubles: { of: string; trouble: Trouble; until: number }[] = [];
	/** Refusals since a room's last success. */
	readonly refusals = new Map<string, number>();
	/** The most that a room had in a row. */
	mostRefusals = 0;

	constructor(count: number, strategy: "fixed" | "adaptive") {
		const { logger } = recordingLogger();
		this.harness = new ManagerHarness({
			...(strategy === "adaptive" && {
				strategy: (rooms) => new AdaptiveStrategy({ rooms, logger, startsPerSecond: 20, random: seeded(1) }),
			}),
		});
		const { harness } = this;
		harness.prepare = (upstream) => {
			const page = upstream.page as (liveId: string) => never;
			upstream.page = (liveId) => {
				const failure = this.#failure(liveId, upstream.identity);
				return failure ? { status: "unknown", liveId, failure } : page(liveId);
			};
			upstream.onSession = (session) => this.#play(session, upstream.identity);
		};
		harness.manager.start();
		harness.clock.every(2 * second, () => this.#say());
		for (let i = 0; i < count; i++) harness.manager.addConnection(String(i), harness.queue());
	}

	async pass(ms: number): Promise<void> {
		await this.harness.clock.advance(ms);
		await this.harness.clock.advance(0);
	}

	async take(step: Step, rooms: number): Promise<void> {
		const { manager, clock } = this.harness;
		if (step.do === "trouble") {
			this.#troubles.push({ of: step.of, trouble: step.trouble, until: clock.now() + step.forMs });
		} else if (step.do === "cut") {
			for (const session of this.harness.openSessions) session.fail(new DouyinError("network", "Cut."));
		} else if (step.do === "options") {
			manager.changeOptions(String(step.room % rooms), ways[step.way] ?? {});
		} else {
			const liveId = String(step.room % rooms);
			this.refusals.delete(liveId);
			await manager.removeConnection(liveId);
			manager.addConnection(liveId, this.harness.queue());
		}
	}

	heal(): void {
		this.#troubles = [];
	}

	get missing(): string[] {
		return this.harness.manager
			.getAllConnections()
			.filter(({ state }) => state !== "connected")
			.map(({ liveId, state, reason, nextAttemptAt = 0 }) => {
				const inS = Math.round((nextAttemptAt - this.harness.clock.now()) / second);
				return `${liveId} ${state}: ${reason.message.en} ${reason.decision?.en ?? ""} In ${inS} s.`;
			});
	}

	#failure(liveId: string, identity: string): DouyinError | undefined {
		const now = this.harness.clock.now();
		const { trouble } = this.#troubles.find(({ of, until }) => until > now && (of === "all" || of === identity)) ?? {};
		if (!trouble) return undefined;
		if (trouble === "blocked") {
			const count = (this.refusals.get(liveId) ?? 0) + 1;
			this.refusals.set(liveId, count);
			this.mostRefusals = Math.max(this.mostRefusals, count);
		}
		const retryAfterMs = trouble === "rate_limited" ? 20 * second : undefined;
		return new DouyinError(trouble, "Not now.", { retryAfterMs });
	}

	#play(session: FakeSession, identity: string): void {
		const { liveId, roomId } = session.request;
		const failure = this.#failure(liveId, identity);
		if (failure) {
			session.fail(failure);
			return;
		}
		this.refusals.delete(liveId);
		session.open();
		const last = this.#said.get(roomId);
		if (last) session.frame([last]);
	}

	/** Each room says something, over all that it has open. */
	#say(): void {
		const fresh = new Map<string, UpstreamEvent[]>();
		for (const session of this.harness.openSessions) {
			const { roomId } = session.request;
			const events = session.frame(fresh.get(roomId));
			fresh.set(roomId, events);
			if (events[0]) this.#said.set(roomId, events[0]);
		}
	}
}

const aRoom = fc.nat({ max: 3 });
const aStep: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant("trouble" as const),
			of: fc.constantFrom("all" as const, "anonymous" as const, "logged_in" as const),
			trouble: fc.constantFrom<Trouble>("network", "handshake_refused", "blocked", "blocked", "rate_limited"),
			forMs: fc.integer({ min: second, max: 60 * second }),
		}),
	},
	{ weight: 2, arbitrary: fc.constant<Step>({ do: "cut" }) },
	{
		weight: 2,
		arbitrary: fc.record({ do: fc.constant("options" as const), room: aRoom, way: fc.nat({ max: ways.length - 1 }) }),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const), room: aRoom }) },
);
const aPlan = fc.array(fc.tuple(aStep, fc.integer({ min: 100, max: 30 * second })), { minLength: 3, maxLength: 14 });

test.each(["fixed", "adaptive"] as const)(
	"%s: once all is well, all rooms are back when the last refusal is waited out, whatever was",
	async (strategy) => {
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 1, max: 4 }), aPlan, async (count, plan) => {
				const rooms = new Rooms(count, strategy);
				await rooms.pass(10 * second);
				for (const [step, ms] of plan) {
					await rooms.take(step, count);
					await rooms.pass(ms);
				}
				rooms.heal();
				// 5, 10, 20 … minutes; one that is to try for all and does not is waited for 90 s, and looked after every 30 s.
				const longest = rooms.mostRefusals > 0 ? 300 * 2 ** (rooms.mostRefusals - 1) + 120 : 60;
				await rooms.pass((longest + 5) * second);
				expect(rooms.missing).toEqual([]);
				await rooms.harness.manager.stop();
			}),
			{ numRuns: 150 },
		);
	},
);
