import type {
	Clock,
	Cursor,
	DecodeProblem,
	DouyinUpstream,
	LoginStatus,
	RoomLookup,
	SessionItem,
	SessionRequest,
	UpstreamEvent,
} from "@livekeeper/douyin";

/** Shorthand for what a room's page says. */
export type Page = RoomLookup | Error | "hang" | ((liveId: string) => RoomLookup | Error | "hang");

let ids = 7_400_000_000_000_000_000n;

/** Returns an invented chat message with a unique id. */
export function chat(now: number, overrides: Partial<UpstreamEvent> = {}): UpstreamEvent {
	ids += 1n;
	return {
		type: "chat",
		id: String(ids),
		liveId: "1001",
		roomId: "r1",
		method: "WebcastChatMessage",
		at: now,
		receivedAt: now,
		content: "你好",
		...overrides,
	} as UpstreamEvent;
}

export function live(roomId = "r1", liveId = "1001"): Extract<RoomLookup, { status: "live" }> {
	return {
		status: "live",
		liveId,
		roomId,
		userUniqueId: `u-${roomId}`,
		title: `Title of ${roomId}`,
		cover: `https://p.example/${roomId}`,
	};
}

export function offline(roomId = "r1", liveId = "1001"): RoomLookup {
	return { status: "offline", liveId, roomId, title: "Gone" };
}

/** One session of the fake upstream, played by the test. */
export class FakeSession {
	readonly request: SessionRequest;
	/** Whether the socket is closed. It closes only when the session has settled. */
	closed = false;
	/** Whether the session stays open after an abort until {@link letGo} is called. */
	lingers = false;
	/** Whether the session polls instead of holding a socket. */
	readonly polls: boolean;
	readonly #clock: Pick<Clock, "now">;
	readonly #items: (SessionItem | Error | "end")[] = [];
	#wake: () => void = () => undefined;
	#cursors = 0;
	#state: "connecting" | "opened" | "heard" = "connecting";

	constructor(request: SessionRequest, clock: Pick<Clock, "now">, polls = false) {
		this.request = request;
		this.#clock = clock;
		this.polls = polls;
	}

	get aborted(): boolean {
		return this.request.signal.aborted;
	}

	open(resumed = this.request.cursor !== undefined): void {
		this.#state = "opened";
		this.#put({ type: "opened", host: "push.example", resumed, polling: this.polls });
	}

	/** Brings the room's newest messages, as `im/fetch` returns them. */
	backfill(events: UpstreamEvent[], problems: DecodeProblem[] = []): void {
		this.#put({ type: "backfill", events, problems });
	}

	/** @returns the given events, or one invented chat message */
	frame(
		events: UpstreamEvent[] = [chat(this.#clock.now(), { roomId: this.request.roomId, liveId: this.request.liveId })],
		overrides: Partial<Extract<SessionItem, { type: "frame" }>> = {},
	): UpstreamEvent[] {
		const { roomId } = this.request;
		const cursor: Cursor = { roomId, cursor: `c${++this.#cursors}-${this.#clock.now()}`, internalExt: "x" };
		const receivedAt = this.#clock.now();
		if (this.#state === "opened") {
			this.#state = "heard";
			if (!this.polls) this.request.hosts?.works("push.example", receivedAt);
		}
		this.#put({ type: "frame", events, cursor, receivedAt, problems: [], ...overrides });
		return events;
	}

	fail(error: Error): void {
		this.#put(error);
	}

	/** Ends without an error. The contract forbids it, but it can happen. */
	end(): void {
		this.#put("end");
	}

	letGo(): void {
		this.lingers = false;
		this.#wake();
	}

	async run(take: (item: SessionItem) => void): Promise<void> {
		const onAbort = () => this.#wake();
		this.request.signal.addEventListener("abort", onAbort);
		try {
			for (;;) {
				const item = this.#items.shift();
				if (item instanceof Error) throw item;
				if (item === "end") return;
				if (item) take(item);
				else if (this.aborted && !this.lingers) return;
				else {
					await new Promise<void>((resolve) => {
						this.#wake = resolve;
					});
				}
			}
		} finally {
			this.closed = true;
			this.request.signal.removeEventListener("abort", onAbort);
		}
	}

	#put(item: SessionItem | Error | "end"): void {
		this.#items.push(item);
		this.#wake();
	}
}

/** An upstream that the test scripts. */
export class FakeUpstream implements DouyinUpstream {
	identity: LoginStatus;
	page: Page = live();
	/** Called with each requested session before it runs. It may script the session or throw. */
	onSession: (session: FakeSession) => void = () => undefined;
	/** Answers the last pending look-up. */
	answerLookup: (lookup: RoomLookup) => void = () => undefined;
	/** Number of look-ups without an answer. */
	pendingLookups = 0;
	readonly lookups: { liveId: string; at: number }[] = [];
	readonly sessions: FakeSession[] = [];
	takeProof?: (cookie: string) => Promise<void>;
	readonly #clock: Pick<Clock, "now">;

	constructor(clock: Pick<Clock, "now">, identity: LoginStatus = "anonymous") {
		this.#clock = clock;
		this.identity = identity;
	}

	/** The session that was requested last. */
	get last(): FakeSession {
		const session = this.sessions.at(-1);
		if (!session) throw new Error("No session was asked for.");
		return session;
	}

	get openSessions(): FakeSession[] {
		return this.sessions.filter((session) => !session.closed);
	}

	async lookup(liveId: string, signal: AbortSignal): Promise<RoomLookup> {
		this.lookups.push({ liveId, at: this.#clock.now() });
		const answer = typeof this.page === "function" ? this.page(liveId) : this.page;
		if (answer instanceof Error) throw answer;
		if (answer !== "hang") return { ...answer, liveId };
		this.pendingLookups++;
		return new Promise((resolve, reject) => {
			const end = () => {
				this.pendingLookups--;
				reject(signal.reason);
			};
			this.answerLookup = (lookup) => {
				this.pendingLookups--;
				signal.removeEventListener("abort", end);
				resolve(lookup);
			};
			if (signal.aborted) end();
			else signal.addEventListener("abort", end, { once: true });
		});
	}

	session(request: SessionRequest, take: (item: SessionItem) => void): Promise<void> {
		const session = new FakeSession(request, this.#clock);
		this.sessions.push(session);
		this.onSession(session);
		return session.run(take);
	}
}

/** A fake upstream that supports polling. */
export class PolledUpstream extends FakeUpstream {
	readonly polls: FakeSession[] = [];
	/** Called with each requested poll before it runs. */
	onPoll: (poll: FakeSession) => void = () => undefined;
	readonly #clock: Pick<Clock, "now">;

	constructor(clock: Pick<Clock, "now">, identity?: LoginStatus) {
		super(clock, identity);
		this.#clock = clock;
	}

	poll(request: SessionRequest, take: (item: SessionItem) => void): Promise<void> {
		const poll = new FakeSession(request, this.#clock, true);
		this.polls.push(poll);
		this.onPoll(poll);
		return poll.run(take);
	}
}
