import type {
	Clock,
	DouyinError,
	DouyinUpstream,
	FailureReason,
	LoginState,
	LoginStatus,
	RoomLookup,
} from "@livekeeper/douyin";
import type { Logger } from "pino";
import type {
	Hold,
	LegStatus,
	PermitSource,
	RoomSessionItem,
	RoomSessionRequest,
	RoomUpstream,
} from "../../rooms/index.ts";
import { Leg } from "./leg.ts";
import { MergedSession } from "./merged-session.ts";

/** So many sockets in a row are refused before the room is polled instead. */
const refusedBeforePolling = 3;

/** Failures of the socket with which the pages may work all the same. Who is blocked is blocked everywhere. */
const refusals: readonly FailureReason[] = [
	"network",
	"dns",
	"tls",
	"timeout",
	"handshake_refused",
	"upstream_error",
	"upstream_close",
	"foreign_host",
];

export interface RoomWayOptions {
	liveId: string;
	/** One for each session that is to stand, the room's own first. Two may be the same. */
	upstreams: readonly [DouyinUpstream, ...DouyinUpstream[]];
	/** Whether events are to have their payloads. */
	raw: boolean;
	/** Whether the room is polled while its socket is refused. */
	pollingFallback: boolean;
	clock: Clock;
	logger: Logger;
	/**
	 * Where the sessions, named by their index, get permits for connections beside what the room holds a permit for.
	 * `preemptible` tells whether the room could do without it at the moment.
	 */
	permits: (session: number, preemptible: () => boolean) => PermitSource;
	/** Whether a session, named by its index, may connect at `now` beside another. */
	admit: (session: number, now: number) => Hold | undefined;
	/** How long to leave the upstream alone at least after it refused us, ms. */
	blockedDelayMs: number;
}

/**
 * One room's way into the upstream. Most rooms have one session, and then this is that session and nothing else. With
 * several upstreams they are merged; and where the socket is refused again and again while the pages work, `im/fetch`
 * stands in for it until it is back.
 */
export class RoomWay implements RoomUpstream {
	readonly #options: RoomWayOptions;
	readonly #sockets: readonly Leg[];
	readonly #poll: Leg | undefined;
	/** Sockets that were refused in a row. */
	#refused = 0;
	#merged: { session: MergedSession; legs: readonly Leg[] } | undefined;

	constructor(options: RoomWayOptions) {
		const { upstreams, pollingFallback } = options;
		this.#options = options;
		this.#sockets = upstreams.map((upstream, i) => {
			const permits = options.permits(i, () => this.#isPreemptible(i));
			return new Leg({
				...options,
				source: i,
				kind: "socket",
				upstream,
				permits,
				admit: (now) => options.admit(i, now),
			});
		});
		const [primary] = upstreams;
		const polled = pollingFallback && primary.poll !== undefined;
		const poll = { source: upstreams.length, kind: "polling", upstream: primary, permits: undefined } as const;
		this.#poll = polled ? new Leg({ ...options, ...poll, admit: (now) => options.admit(0, now) }) : undefined;
	}

	/** The best of all: one logged-in session is enough to see gifts. */
	get identity(): LoginStatus {
		const loggedIn = this.#options.upstreams.find(({ identity }) => identity === "logged_in");
		return (loggedIn ?? this.#options.upstreams[0]).identity;
	}

	get login(): LoginState | undefined {
		return this.#options.upstreams[0].login;
	}

	get polling(): boolean {
		return this.#poll?.state === "connected";
	}

	uses(upstream: DouyinUpstream): boolean {
		return this.#options.upstreams.includes(upstream);
	}

	lookup(liveId: string, signal: AbortSignal): Promise<RoomLookup> {
		return this.#options.upstreams[0].lookup(liveId, signal);
	}

	session(asked: RoomSessionRequest): AsyncIterable<RoomSessionItem> {
		const request = { ...asked, raw: this.#options.raw };
		this.#merged = undefined;
		const polled = this.#poll && this.#refused >= refusedBeforePolling ? [this.#poll] : [];
		const legs = [...polled, ...this.#sockets];
		if (legs.length === 1) return this.#options.upstreams[0].session(request);
		if (polled.length > 0)
			this.#log("【!】推送连接多次被拒，暂以轮询方式接收消息", { event: "polling_began", refused: this.#refused });
		const { clock } = this.#options;
		const onSocket = () => {
			if (polled.length > 0) this.#log("【√】推送连接已恢复，停止轮询", { event: "polling_ended" });
			this.#refused = 0;
		};
		const session = new MergedSession({ legs, clock, onSocket }, request);
		this.#merged = { session, legs };
		return session.items();
	}

	sessionEnded(failure: DouyinError, provenAt: number | undefined): void {
		const { legs = this.#sockets } = this.#merged ?? {};
		const polled = this.#poll !== undefined && legs.includes(this.#poll);
		const single = this.#merged === undefined ? this.#sockets[0] : undefined;
		this.#merged = undefined;
		if (polled) {
			// A poll that fails as well leaves the next turn to the socket alone.
			if (provenAt === undefined) this.#refused = 0;
			return;
		}
		if (provenAt !== undefined) single?.works(provenAt);
		single?.failed(failure);
		this.#refused = provenAt !== undefined || !refusals.includes(failure.reason) ? 0 : this.#refused + 1;
	}

	legs(): LegStatus[] {
		const { session, legs = this.#sockets } = this.#merged ?? {};
		const shown = legs.filter(({ kind, state }) => kind === "socket" || state !== "idle");
		if (shown.length === 1) return [];
		return shown.map((leg) => statusOf(leg, session));
	}

	/** Whether the room is heard without this session. */
	#isPreemptible(session: number): boolean {
		const { legs = this.#sockets } = this.#merged ?? {};
		return legs.some((leg) => leg !== this.#sockets[session] && leg.state === "connected");
	}

	#log(message: string, fields: Record<string, unknown>): void {
		const { logger, liveId } = this.#options;
		logger.info({ live_id: liveId, ...fields }, message);
	}
}

function statusOf(leg: Leg, session: MergedSession | undefined): LegStatus {
	const { reason, host, nextAttemptAt } = leg;
	const waits = leg.state === "waiting" || leg.state === "queued";
	return {
		kind: leg.kind,
		state: leg.state,
		aligned: session?.isSynced(leg) ?? false,
		...(host !== undefined && { host }),
		identity: leg.upstream.identity,
		...(reason && { reason }),
		...(waits && nextAttemptAt !== undefined && { nextAttemptAt }),
		failures: leg.failures,
		messages: leg.messages,
		missed: session?.missedBy(leg) ?? 0,
	};
}
