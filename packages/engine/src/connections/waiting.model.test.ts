import { DouyinError, type FailureReason } from "@livekeeper/douyin";
import { ManualClock, seeded } from "@livekeeper/douyin/testing";
import { expect, inject, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { chat, type FakeSession, live, offline, PolledUpstream } from "../rooms/fake-upstream.helpers.ts";
import { CollectingQueue } from "../rooms/message-queue.helpers.ts";
import { PromptLooks } from "../rooms/prompt-looks.helpers.ts";
import { PersistentConnectionManager, type RoomStatus } from "./index.ts";

const liveIds = ["1001", "1002", "1003"];
/** Maximum wait for the pace of handshakes alone, ms. */
const turnMs = 5_000;
const breaks = ["network", "upstream_close", "timeout", "upstream_error"] as const satisfies FailureReason[];
const rareBreaks = ["blocked", "broadcast_ended"] as const satisfies FailureReason[];

/** Behaviour of the upstream, in shares from 0 to 1. */
const well = { refuses: 0, hangs: 0, breaks: 0, failsPolls: 0, hidesPages: 0, isOffline: 0 };

/** Rooms with one or two sessions each, and fewer connections than they need, over a changing upstream. */
class CrowdedWorld {
	readonly clock = new ManualClock();
	readonly manager: PersistentConnectionManager;
	readonly #random: () => number;
	readonly #upstreams: readonly [PolledUpstream, PolledUpstream];
	readonly #queue = new CollectingQueue();
	readonly #newest = new Map<string, ReturnType<typeof chat>>();
	/** Time since which a room has been queued without a position. */
	readonly #turnSince = new Map<string, number>();
	#upstream = well;

	constructor(seed: number) {
		this.#random = seeded(seed);
		const [own, second] = [new PolledUpstream(this.clock), new PolledUpstream(this.clock, "logged_in")];
		this.#upstreams = [own, second];
		for (const upstream of this.#upstreams) {
			upstream.onSession = (session) => this.#play(session);
			upstream.onPoll = (poll) => this.#play(poll);
			upstream.page = (liveId) => this.#page(liveId);
		}
		this.manager = new PersistentConnectionManager({
			looks: new PromptLooks(this.clock),
			clock: this.clock,
			logger: recordingLogger().logger,
			upstreamFor: ({ cookie }) => (cookie === "second" ? second : own),
			handshakes: { startsPerSecond: this.#happens(0.5) ? 1.5 : 20 },
			limits: { total: this.#upTo(3) },
			...(this.#happens(0.5) && { cooldowns: "never" }),
		});
		this.manager.start();
		for (const liveId of liveIds) {
			const options = this.#happens(0.7) ? { redundancy: 2, sessions: [{ cookie: "second" }] } : {};
			this.manager.addConnection(liveId, this.#queue, options);
		}
	}

	change(): void {
		const share = (isSo: boolean) => (isSo ? this.#random() : 0);
		const isBad = this.#happens(0.7);
		this.#upstream = {
			refuses: Math.sqrt(share(isBad)),
			hangs: share(isBad && this.#happens(0.3)) / 2,
			breaks: share(isBad) / 2,
			failsPolls: share(isBad),
			hidesPages: share(isBad && this.#happens(0.5)),
			isOffline: share(this.#happens(0.2)),
		};
		if (this.#happens(0.2)) this.manager.admission.setLimits({ total: this.#upTo(3) });
	}

	async pass(ms: number): Promise<void> {
		await this.clock.advance(ms);
		this.#queue.drain();
	}

	/** Returns the rooms whose status does not say what they wait for. */
	unexplained(): string[] {
		const rooms = this.manager.getAllConnections().filter((room) => this.#isUnexplained(room));
		return rooms.map(({ liveId, state, reason }) => `${liveId} ${state} (${reason.code})`);
	}

	#isUnexplained({ liveId, state, queue, nextAttemptAt }: RoomStatus): boolean {
		const now = this.clock.now();
		const holds = this.manager.admission.status().holders.some((holder) => holder.liveId === liveId);
		if (state !== "queued" || queue || holds) {
			this.#turnSince.delete(liveId);
			return !["queued", "connected"].includes(state) && nextAttemptAt === undefined && !this.#isUnderWay(liveId);
		}
		const since = this.#turnSince.get(liveId) ?? now;
		this.#turnSince.set(liveId, since);
		return now - since > turnMs;
	}

	#isUnderWay(liveId: string): boolean {
		const ofRoom = (session: FakeSession) => !session.closed && session.request.liveId === liveId;
		return this.#upstreams.some(
			({ pendingLookups, sessions, polls }) => pendingLookups > 0 || sessions.some(ofRoom) || polls.some(ofRoom),
		);
	}

	#happens(share: number): boolean {
		return this.#random() < share;
	}

	#upTo(max: number): number {
		return 1 + Math.floor(this.#random() * max);
	}

	#play(session: FakeSession): void {
		this.clock.after(this.#upTo(400), () => {
			const { refuses, hangs, failsPolls } = this.#upstream;
			if (this.#happens(session.polls ? failsPolls : refuses)) {
				session.fail(new DouyinError(session.polls ? "network" : "handshake_refused", "Refused."));
			} else if (!this.#happens(hangs)) {
				session.open();
				this.#say(session);
			}
		});
	}

	/** Sends the last message, and a new one. */
	#say(session: FakeSession): void {
		if (session.closed) return;
		if (this.#happens(this.#upstream.breaks)) {
			const reasons = this.#happens(0.1) ? rareBreaks : breaks;
			session.fail(new DouyinError(reasons[this.#upTo(reasons.length) - 1] ?? "network", "Broken."));
			return;
		}
		const { liveId, roomId } = session.request;
		const known = this.#newest.get(roomId);
		const fresh = chat(this.clock.now(), { liveId, roomId });
		this.#newest.set(roomId, fresh);
		session.frame(known ? [known, fresh] : [fresh]);
		this.clock.after(500 + this.#upTo(3_000), () => this.#say(session));
	}

	#page(liveId: string) {
		const { hidesPages, isOffline } = this.#upstream;
		if (this.#happens(hidesPages)) {
			if (this.#happens(0.3)) return "hang" as const;
			return { status: "unknown", liveId, failure: new DouyinError("unreadable_page", "No page.") } as const;
		}
		return this.#happens(isOffline) ? offline(`r-${liveId}`, liveId) : live(`r-${liveId}`, liveId);
	}
}

// One seed per test: on a busy machine all of them together exceed the time limit of a test.
test.for(Array.from({ length: 12 * inject("rounds") }, (_, index) => index + 1))(
	"reports what a disconnected room waits for (seed %i)",
	async (seed) => {
		const world = new CrowdedWorld(seed);
		for (let second = 0; second < 600; second++) {
			if (second % 20 === 0) world.change();
			await world.pass(1_000);
			expect({ second, unexplained: world.unexplained() }).toEqual({ second, unexplained: [] });
		}
		await world.manager.stop();
	},
);
