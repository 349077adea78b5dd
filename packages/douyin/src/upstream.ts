import type { DouyinError } from "./errors.ts";
import type { UpstreamEvent } from "./events/live-event.ts";
import type { GiftTracker, KnownStreak } from "./gifts/index.ts";
import type { LoginState, LoginStatus } from "./login/index.ts";

/** The person who broadcasts. */
export interface Anchor {
	id: string;
	nickname: string;
	avatar: string;
}

/**
 * What the room's page says. `unknown` is never "offline": the page was a captcha, a shell, or did not come, and
 * `failure` says which.
 */
export type RoomLookup =
	| {
			status: "live";
			liveId: string;
			roomId: string;
			userUniqueId: string;
			title: string;
			anchor?: Anchor;
			/** The page says "live" but also names a time of finish, ms: the broadcast may just have ended. Only a hint. */
			finishedAt?: number;
	  }
	| { status: "offline"; liveId: string; roomId: string; title: string; anchor?: Anchor }
	| { status: "no_room"; liveId: string; anchor: Anchor }
	| { status: "not_found"; liveId: string }
	| { status: "unknown"; liveId: string; failure: DouyinError };

/** Where to go on from after a reconnect: the newest `im-cursor` and `im-internal_ext` of a room. */
export interface Cursor {
	roomId: string;
	cursor: string;
	internalExt: string;
}

/** A message of a frame that would not decode; the rest of the frame was passed on. */
export interface DecodeProblem {
	method: string;
	id: string;
	message: string;
}

/**
 * The room's recent messages as `im/fetch` gave them (at most 15, the newest last), not taken yet. Most of them are
 * known already or come over the socket as well; `RecentMerge` finds those that do not.
 */
export interface RecentMessages {
	/** What tells one from the others: its id, and its upstream time in ms. */
	readonly preview: readonly { readonly id: string; readonly at: number }[];
	/**
	 * The messages of `preview` in [from, to). Gift steps are counted by the room's tracker now, and only for what is
	 * taken.
	 */
	take(from?: number, to?: number): { events: UpstreamEvent[]; problems: DecodeProblem[] };
}

/** What a session yields. */
export type SessionItem =
	/**
	 * What the room has said last, by `im/fetch`, in case the upstream does not go on from the cursor. Comes before
	 * `opened` in a resumed session, in others the first state is there instead; and in both once more right before the
	 * first frame with events when that is later than all of them, so that what was said while the socket opened is there
	 * as well. Missing where `im/fetch` failed.
	 */
	| ({ type: "recent" } & RecentMessages)
	/**
	 * The handshake is done. `resumed`: a cursor was given to the upstream to go on from. `firstStateFailure`: `im/fetch`
	 * gave no answer, so the session began without the room's recent messages. `polling`: there is no socket, `im/fetch`
	 * has answered.
	 */
	| { type: "opened"; host: string; resumed: boolean; firstStateFailure?: DouyinError; polling?: boolean }
	/**
	 * What follows may not join what came before: the upstream (a poll that did not go on from its cursor), or another
	 * connection of a merged session, begins anew at its own place. To be judged as the beginning of a resumed session
	 * is; its `recent` items follow.
	 */
	| { type: "rejoined"; host: string }
	/**
	 * One frame, or the first state from `im/fetch`. `cursor` is what to resume from once these events are stored.
	 * The first state comes before `opened`: it proves nothing about the socket. Frames after `opened` do.
	 */
	| {
			type: "frame";
			events: UpstreamEvent[];
			cursor: Cursor | undefined;
			receivedAt: number;
			problems: DecodeProblem[];
	  };

export interface SessionRequest {
	liveId: string;
	roomId: string;
	userUniqueId: string;
	/** Resume from here; without it the session starts with the room's recent messages. */
	cursor?: Cursor | undefined;
	/**
	 * The room's gift streaks of the last ten minutes, as the events told of them that were taken (`StreakMemory`). Given,
	 * they are all that the session begins with: a streak under way goes on instead of being counted again, and what a
	 * former session counted for nobody is told. Left out, the session goes on from what this upstream's former ones counted.
	 */
	knownStreaks?: readonly KnownStreak[] | undefined;
	/** The push host to try, as `opened` named it. One that is not known here is not tried. Without it: the best known. */
	host?: string | undefined;
	/** Push hosts that another session of the room stands on: another one is taken where there is one. */
	avoidHosts?: readonly string[] | undefined;
	/** Whether each typed event is to have the upstream's payload as `raw`; default false. */
	raw?: boolean | undefined;
	/** Counts the gifts in place of the upstream's own tracker, for sessions of one room over several upstreams. */
	gifts?: GiftTracker | undefined;
	/** The only way to stop a session. */
	signal: AbortSignal;
	/**
	 * Called at each sign of life that is not a message (heartbeat answer, ping), with the time in ms. If it throws, the
	 * session ends with that as its cause.
	 */
	onSign?: ((atMs: number) => void) | undefined;
	/**
	 * Called when the upstream has answered: with how long that took in ms, and what was answered. Each heartbeat goes out
	 * with a ping; whether the upstream answers heartbeats is its own choice, pings it has to. Answers prove that the
	 * connection stands, not that messages come over it.
	 */
	onRoundTrip?: ((ms: number, of: "heartbeat" | "ping") => void) | undefined;
}

/**
 * One way into the upstream: a base URL with one identity (cookie, proxy). Many rooms share one, and with it the
 * visitor cookie.
 */
export interface DouyinUpstream {
	/** Whether the session is a logged-in one, as far as is known now; others get no gifts. */
	readonly identity: LoginStatus;
	/** The same with what else is known of the login. */
	readonly login?: LoginState | undefined;
	/** Looks a room up. Never rejects except with `signal.reason` when aborted: other failures are `unknown`. */
	lookup(liveId: string, signal: AbortSignal): Promise<RoomLookup>;
	/**
	 * Opens the push socket and yields what comes. Ends (returns) only when `signal` aborts, after the socket has
	 * closed; throws {@link DouyinError} for everything else. Heartbeats, acks and pongs never wait for the consumer.
	 */
	session(request: SessionRequest): AsyncIterable<SessionItem>;
	/**
	 * The same without a socket, as the site's page does when it has none: `im/fetch` is asked again and again with its
	 * cursor, at the pace that it asks for and at most once a second. Yields `opened` with the first answer, then a frame
	 * for each. Missing where the upstream has no such way.
	 */
	poll?(request: SessionRequest): AsyncIterable<SessionItem>;
}
