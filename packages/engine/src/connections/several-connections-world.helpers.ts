import { type Cursor, DouyinError, type UpstreamEvent } from "@livekeeper/douyin";
import { ManualClock, seeded } from "@livekeeper/douyin/testing";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { chat, type FakeSession, PolledUpstream } from "../rooms/fake-upstream.helpers.ts";
import { CollectingQueue } from "../rooms/message-queue.helpers.ts";
import { PromptLooks } from "../rooms/prompt-looks.helpers.ts";
import { PersistentConnectionManager } from "./persistent-connection-manager.ts";

/** Behaviour of the upstream, in shares from 0 to 1. */
export interface Behaviour {
	/** Share of sockets that it refuses. */
	refuses: number;
	/** Share of resumes and polls that continue from their cursor. */
	honours: number;
	/** Share of connections that fall mute after a while. */
	mutes: number;
	/** Share of connections that break within a minute. */
	breaks: number;
}

export const wellBehaved: Behaviour = { refuses: 0, honours: 1, mutes: 0, breaks: 0 };

const liveId = "1001";
const pageSize = 15;

/** A room on two identities, polled while its sockets are refused, over an endless broadcast. */
export class SeveralConnectionsWorld {
	behaviour: Behaviour;
	readonly clock = new ManualClock();
	readonly said: UpstreamEvent[] = [];
	/** Positions of stored messages, and `gap` for each reported gap. */
	readonly stored: (number | "gap")[] = [];
	readonly #positions = new Map<string, number>();
	readonly #random: () => number;
	readonly #rate: number;
	readonly #queue = new CollectingQueue();
	readonly #manager: PersistentConnectionManager;

	/** @param rate messages per second */
	constructor(seed: number, rate: number, behaviour: Behaviour) {
		this.behaviour = behaviour;
		this.#random = seeded(seed);
		this.#rate = rate;
		const upstreams = [new PolledUpstream(this.clock), new PolledUpstream(this.clock, "logged_in")];
		for (const upstream of upstreams) {
			upstream.onSession = (session) => this.#socket(session);
			upstream.onPoll = (poll) => this.#poll(poll);
		}
		const [own, other] = upstreams as [PolledUpstream, PolledUpstream];
		this.#manager = new PersistentConnectionManager({
			looks: new PromptLooks(this.clock),
			clock: this.clock,
			logger: recordingLogger().logger,
			upstreamFor: ({ cookie }) => (cookie === "other" ? other : own),
			cooldowns: "never",
		});
		this.#manager.start();
		this.#say();
	}

	/** Starts after a while without a connection: the room's rhythm is known from its page. */
	async begin(): Promise<void> {
		await this.clock.advance(120_000);
		this.#manager.addConnection(liveId, this.#queue, { redundancy: 2, sessions: [{ cookie: "other" }] });
	}

	get state(): string | undefined {
		return this.#manager.getConnectionStatus(liveId)?.state;
	}

	async pass(ms: number): Promise<void> {
		for (let passed = 0; passed < ms; passed += 1_000) {
			await this.clock.advance(1_000);
			for (const event of this.#queue.drain()?.events ?? []) {
				if (event.type === "gap") this.stored.push("gap");
				else if (event.type === "chat") this.stored.push(this.#positions.get(event.id) ?? -1);
			}
		}
	}

	stop(): Promise<void> {
		return this.#manager.stop();
	}

	#happens(share: number): boolean {
		return this.#random() < share;
	}

	#between(from: number, to: number): number {
		return from + this.#random() * (to - from);
	}

	#say(): void {
		this.clock.after(Math.max(1, -Math.log(1 - this.#random()) * (1000 / this.#rate)), () => {
			const event = chat(this.clock.now());
			this.#positions.set(event.id, this.said.length);
			this.said.push(event);
			this.#say();
		});
	}

	#socket(session: FakeSession): void {
		const { refuses, honours, mutes, breaks } = this.behaviour;
		const { cursor } = session.request;
		this.clock.after(this.#between(50, 300), () => {
			if (this.#happens(refuses)) session.fail(new DouyinError("handshake_refused", "418"));
			else {
				if (cursor) session.backfill(this.#page());
				else session.frame(this.#page(), { cursor: this.#cursor() });
				session.open();
				const from = cursor && this.#happens(honours) ? Number(cursor.cursor) : this.said.length;
				const muteAt = this.#happens(mutes) ? this.clock.now() + this.#between(0, 20_000) : Number.POSITIVE_INFINITY;
				this.#frames(session, from, muteAt);
				if (this.#happens(breaks)) {
					this.clock.after(this.#between(0, 60_000), () => session.fail(new DouyinError("network", "cut")));
				}
			}
		});
	}

	#frames(session: FakeSession, from: number, muteAt: number): void {
		this.clock.after(this.#between(50, 500), () => {
			if (session.closed) return;
			if (this.clock.now() < muteAt && from < this.said.length) this.#frame(session, from);
			this.#frames(session, this.said.length, muteAt);
		});
	}

	#poll(poll: FakeSession): void {
		const { honours, breaks } = this.behaviour;
		const stuckAt = this.#happens(this.behaviour.mutes) ? this.clock.now() + 5_000 : Number.POSITIVE_INFINITY;
		const ask = (cursor: Cursor | undefined) => {
			if (poll.closed) return;
			if (this.#happens(breaks / 30)) return poll.fail(new DouyinError("network", "no answer"));
			const isAnswered = this.clock.now() < stuckAt;
			const isHonoured = cursor && this.#happens(honours);
			const from = isHonoured ? Number(cursor.cursor) : Math.max(0, this.said.length - pageSize);
			this.#frame(poll, isAnswered ? from : this.said.length);
			this.clock.after(1_000, () => ask(poll.request.nextCursor?.()));
		};
		this.clock.after(this.#between(50, 300), () => {
			poll.open();
			ask(poll.request.cursor);
		});
	}

	/** Sends the messages since; once the room has taken them, the newest messages if it asks for them. */
	#frame(session: FakeSession, from: number): void {
		session.frame(this.said.slice(from), { cursor: this.#cursor() });
		this.clock.after(20, () => {
			if (!session.closed && session.request.needsBackfill?.()) session.backfill(this.#page());
		});
	}

	#page(): UpstreamEvent[] {
		return this.said.slice(-pageSize);
	}

	#cursor(): Cursor {
		return { roomId: "r1", cursor: String(this.said.length), internalExt: "" };
	}
}
