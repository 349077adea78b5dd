import type { DouyinError, FailureReason } from "./errors.ts";
import type { UpstreamEvent } from "./events/live-event.ts";
import type { LoginState, LoginStatus } from "./login/index.ts";

/** The account that broadcasts. */
export interface Anchor {
	id: string;
	nickname: string;
	avatar: string;
	/** The id by which `reflow` finds the account's broadcast; left out if the site does not name it. */
	secUid?: string;
}

/** Ways of asking about one room, each a single request to the site. */
export const lookupWays = ["enter", "reflow", "scene", "page"] as const;
export type LookupWay = (typeof lookupWays)[number];

/**
 * A room to ask about: `reflow` finds it by its anchor's `secUid`, `scene` by its room id, the others by its live id.
 */
export interface KnownRoom {
	readonly liveId: string;
	readonly anchor?: Anchor | undefined;
	/** Room id of the last known broadcast. */
	readonly roomId?: string | undefined;
}

/**
 * State of a room as reported by the site. `unknown` is never "offline": the answer was a captcha, a shell, or did not
 * come, and `failure` says which.
 */
export type RoomLookup =
	| {
			status: "live";
			liveId: string;
			roomId: string;
			userUniqueId: string;
			title: string;
			/** URL of the broadcast's cover image; left out if the page has none. */
			cover?: string;
			anchor?: Anchor;
			/** Time of finish, ms, if the page says "live" but names one: the broadcast may just have ended. Only a hint. */
			finishedAt?: number;
			/** A voice room has no picture. Left out for others, and if the way of asking does not say. */
			kind?: "voice";
	  }
	/** `roomId` is that of the last broadcast; left out if the way of asking does not name it. */
	| { status: "offline"; liveId: string; roomId?: string; title: string; cover?: string; anchor?: Anchor }
	| { status: "no_room"; liveId: string; anchor: Anchor }
	/** The anchor shows the broadcast to selected viewers only. */
	| { status: "hidden"; liveId: string; anchor?: Anchor }
	/** The account was closed. */
	| { status: "closed"; liveId: string; anchor?: Anchor }
	| { status: "not_found"; liveId: string }
	| { status: "unknown"; liveId: string; failure: DouyinError };

/** Answer of one way of asking. */
export type WayAnswer =
	| RoomLookup
	/** A voice room is live, and this way of asking does not name its broadcast: `reflow` does. */
	| { status: "voice"; liveId: string; anchor: Anchor & { secUid: string } }
	/** The way works, but its answer says nothing about this room: another way may. */
	| { status: "inconclusive"; liveId: string };

/** Position to resume from after a reconnect: the newest `im-cursor` and `im-internal_ext` of a room. */
export interface Cursor {
	roomId: string;
	cursor: string;
	internalExt: string;
	/**
	 * Number of messages that an upstream repeats when it resumes here, if more than 100: a restart must remember them.
	 */
	repeats?: number;
}

/** A message of a frame that would not decode; the rest of the frame was passed on. */
export interface DecodeProblem {
	method: string;
	id: string;
	message: string;
}

/** An item of a session. */
export type SessionItem =
	/**
	 * The room's newest messages from `im/fetch` (at most 15, the newest last), in case the upstream does not honour the
	 * cursor. Comes before `opened` in a resumed session; in other sessions the first state takes its place. In both it
	 * comes once more after a frame if {@link SessionRequest.needsBackfill} asks for it. Missing if `im/fetch` failed.
	 */
	| { type: "backfill"; events: UpstreamEvent[]; problems: DecodeProblem[] }
	/**
	 * The handshake is done. `resumed`: whether the upstream was given a cursor to resume from. `firstStateFailure`:
	 * `im/fetch` failed, so the session began without the room's newest messages; left out if there is no answer because
	 * a guest asked again within the hour. `polling`: there is no socket, and `im/fetch` has answered.
	 */
	| { type: "opened"; host: string; resumed: boolean; firstStateFailure?: DouyinError; polling?: boolean }
	/**
	 * One frame, or the first state from `im/fetch`. `cursor` is the position to resume from once these events are
	 * stored. The first state comes before `opened` and proves nothing about the socket; frames after `opened` do. Gifts
	 * hold the counts of their message alone: a `GiftCounter` computes the new part.
	 */
	| {
			type: "frame";
			events: UpstreamEvent[];
			cursor: Cursor | undefined;
			receivedAt: number;
			problems: DecodeProblem[];
	  };

/**
 * Advises on push hosts from the connections of several upstreams. Hosts are named as in `opened`; times are of
 * `Clock.elapsed`, ms.
 */
export interface HostAdvisor {
	/**
	 * Returns where to open the next socket.
	 * @param hosts candidates, at least one, in the upstream's order of preference
	 * @returns one of them; `undefined` leaves the choice to the upstream
	 */
	choose(hosts: readonly string[], now: number): string | undefined;
	/** Called when a connection has received its first frame. */
	works(host: string, now: number): void;
	/**
	 * Called when a connection was lost, or could not be made; not when it was closed because it is no longer needed.
	 * @param heldMs time for which it worked, from its first frame on; `undefined` if it received none
	 */
	failed(host: string, reason: FailureReason, heldMs: number | undefined, now: number): void;
}

export interface SessionRequest {
	liveId: string;
	roomId: string;
	/** The visitor's number; "" for the upstream's own. */
	userUniqueId: string;
	/** Position to resume from; without it the session starts with the room's newest messages. */
	cursor?: Cursor | undefined;
	/** For polling only: returns the position of each request but the first. Default: after the last answer. */
	nextCursor?: (() => Cursor | undefined) | undefined;
	/**
	 * Called after each taken frame: whether the room's newest messages may prove that it follows known messages
	 * (`Sequencer.takePageRequest`).
	 */
	needsBackfill?: (() => boolean) | undefined;
	/**
	 * Chooses among the push hosts, and is notified of the outcome of connections. Default: hosts that failed come last.
	 */
	hosts?: HostAdvisor | undefined;
	/** Push hosts that other sessions of the room use: other hosts are preferred if there are any. */
	avoidHosts?: readonly string[] | undefined;
	/** Whether each typed event includes the upstream's payload as `raw`; default false. */
	raw?: boolean | undefined;
	/** The only way to stop a session. */
	signal: AbortSignal;
	/**
	 * Called at each sign of life that is not a message (heartbeat answer, ping). If it throws, the session ends with
	 * that as its cause.
	 */
	onSign?: (() => void) | undefined;
	/**
	 * Called when the upstream has answered, with the round-trip time in ms and the kind of request. Each heartbeat is
	 * sent with a ping; the upstream may ignore heartbeats but must answer pings. Answers prove that the connection
	 * works, not that messages arrive over it.
	 */
	onRoundTrip?: ((ms: number, of: "heartbeat" | "ping") => void) | undefined;
}

/** One way into the upstream: a base URL with one identity (cookie, proxy). Rooms share it and its visitor cookie. */
export interface DouyinUpstream {
	/** Whether the session is logged in, as far as is known now; sessions without a login receive no gifts. */
	readonly identity: LoginStatus;
	/** As `identity`, with everything else that is known of the login. */
	readonly login?: LoginState | undefined;
	/** Looks a room up. Rejects only with `signal.reason` when aborted: other failures are `unknown`. */
	lookup(liveId: string, signal: AbortSignal): Promise<RoomLookup>;
	/**
	 * Asks about a room by one way, with one request; `page` and `enter` fetch a visitor cookie first if there is none.
	 * The answer is `unknown` with the reason `blocked` if the site refuses this way to this address: `upstreamMessage`
	 * is `captcha`, `login`, `empty` (an empty answer: refused, or signed wrongly, which look the same) or the HTTP
	 * status; and with `unreadable_page` if the answer has an unknown form. `offline` by `scene` means that the given
	 * broadcast is over; another may be on.
	 * @throws TypeError for `reflow` without the anchor's `secUid`, for `scene` without a `roomId`; `signal.reason` when
	 * aborted; nothing else
	 */
	ask?(way: LookupWay, room: KnownRoom, signal: AbortSignal): Promise<WayAnswer>;
	/**
	 * Asks which of these people are live (`check_user_live_status`). It proves that those it names are live, and nothing
	 * about the others.
	 * @returns the room id of each that is live, by anchor id
	 * @throws DouyinError for every failure; `signal.reason` when aborted
	 */
	whoIsLive?(anchorIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
	/**
	 * Asks which of the people that the login follows are live (`feed/follow`), with one request.
	 * @returns the room id of each, by live id
	 * @throws DouyinError for every failure; `blocked` with `upstreamMessage` `login` without a login; `signal.reason`
	 * when aborted
	 */
	followedLive?(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
	/**
	 * Takes a browser's proof that its user has passed the site's slider: replaces `s_v_web_id` and `__ac_nonce` with
	 * those of this `Cookie` header. Ignores its other cookies.
	 * @throws TypeError for characters that no header may carry
	 */
	takeProof?(cookie: string): Promise<void>;
	/**
	 * Opens the push socket and passes items to `take` as they arrive: nothing is queued in between, and the socket reads
	 * on once `take` has returned. Resolves only when `signal` aborts; rejects with {@link DouyinError} for everything
	 * else, including errors thrown by `take`; in both cases after the socket has closed. The end of the broadcast comes
	 * as a `control` event and does not end the session: the consumer knows whether it is new (`Sequencer.isEnd`).
	 */
	session(request: SessionRequest, take: (item: SessionItem) => void): Promise<void>;
	/**
	 * Follows a room without a socket, as the site's page does when it has none: polls `im/fetch` with its cursor, at the
	 * pace that it asks for but at most once a second. Passes `opened` with the first answer, then a frame for each.
	 * Missing if the upstream has no such way.
	 */
	poll?(request: SessionRequest, take: (item: SessionItem) => void): Promise<void>;
}

/**
 * Kinds of drift: what the site sends that this version does not know. `method`: a kind of message; `field`: a field of
 * a typed kind; `message` and `frame`: they would not decode; `page`: an answer without its marks; `empty`: an answer
 * without content.
 */
export const driftKinds = ["method", "field", "message", "frame", "page", "empty"] as const;
export type DriftKind = (typeof driftKinds)[number];

/** One observation of drift. */
export interface Drift {
	readonly kind: DriftKind;
	/** The method, `method#field`, or the call or way that was answered. */
	readonly name: string;
	/** Received bytes: a view that is valid during the call only. They hold what users wrote. */
	readonly sample?: Uint8Array | undefined;
}

/** Receives observations as they are made. Must not throw, and must be quick. */
export type DriftListener = (drift: Drift) => void;
