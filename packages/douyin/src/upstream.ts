import type { DouyinError, FailureReason } from "./errors.ts";
import type { UpstreamEvent } from "./events/live-event.ts";
import type { LoginState, LoginStatus } from "./login/index.ts";

/** The person who broadcasts. */
export interface Anchor {
	id: string;
	nickname: string;
	avatar: string;
	/** The id by which `reflow` finds the account's broadcast; left out where the site does not name it. */
	secUid?: string;
}

/** Ways of asking about one room, each a single request to the site. */
export const lookupWays = ["enter", "reflow", "scene", "page"] as const;
export type LookupWay = (typeof lookupWays)[number];

/** A room that is asked about: `reflow` finds it by its anchor's `secUid`, `scene` by its room id, the others by its live id. */
export interface KnownRoom {
	readonly liveId: string;
	readonly anchor?: Anchor | undefined;
	/** The broadcast that was last seen. */
	readonly roomId?: string | undefined;
}

/**
 * State of a room as the site gives it. `unknown` is never "offline": the answer was a captcha, a shell, or did not come,
 * and `failure` says which.
 */
export type RoomLookup =
	| {
			status: "live";
			liveId: string;
			roomId: string;
			userUniqueId: string;
			title: string;
			/** URL of the broadcast's picture; left out where the page has none. */
			cover?: string;
			anchor?: Anchor;
			/** The page says "live" but also names a time of finish, ms: the broadcast may just have ended. Only a hint. */
			finishedAt?: number;
			/** A voice room has no picture. Left out for others, and where the way of asking does not tell. */
			kind?: "voice";
	  }
	/** `roomId` is that of the last broadcast; left out where the way of asking does not name it. */
	| { status: "offline"; liveId: string; roomId?: string; title: string; cover?: string; anchor?: Anchor }
	| { status: "no_room"; liveId: string; anchor: Anchor }
	/** The anchor shows the broadcast to chosen people only. */
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
	/** The way works, and its answer says nothing about this room: another way may. */
	| { status: "inconclusive"; liveId: string };

/** Where to go on from after a reconnect: the newest `im-cursor` and `im-internal_ext` of a room. */
export interface Cursor {
	roomId: string;
	cursor: string;
	internalExt: string;
	/** How many messages an upstream that goes on from it repeats, where they are more than 100: a restart remembers them. */
	repeats?: number;
}

/** A message of a frame that would not decode; the rest of the frame was passed on. */
export interface DecodeProblem {
	method: string;
	id: string;
	message: string;
}

/** What a session gives. */
export type SessionItem =
	/**
	 * The room's newest messages by `im/fetch` (at most 15, the newest last), in case the upstream does not go on from the
	 * cursor. Comes before `opened` in a resumed session, in others the first state is there instead; and in both once more
	 * after a frame where {@link SessionRequest.needsBackfill} asks for it. Missing where `im/fetch` failed.
	 */
	| { type: "backfill"; events: UpstreamEvent[]; problems: DecodeProblem[] }
	/**
	 * The handshake is done. `resumed`: a cursor was given to the upstream to go on from. `firstStateFailure`: `im/fetch`
	 * gave no answer, so the session began without the room's newest messages; left out where it gives none because a
	 * guest asks again within the hour. `polling`: there is no socket, `im/fetch`
	 * has answered.
	 */
	| { type: "opened"; host: string; resumed: boolean; firstStateFailure?: DouyinError; polling?: boolean }
	/**
	 * One frame, or the first state from `im/fetch`. `cursor` is what to resume from once these events are stored.
	 * The first state comes before `opened`: it proves nothing about the socket. Frames after `opened` do. Gifts hold
	 * what their message alone says: a `GiftCounter` works out what is new.
	 */
	| {
			type: "frame";
			events: UpstreamEvent[];
			cursor: Cursor | undefined;
			receivedAt: number;
			problems: DecodeProblem[];
	  };

/** Knows push hosts by more connections than those of one upstream. Hosts are named as in `opened`; times are of `Clock.elapsed`, ms. */
export interface HostAdvisor {
	/**
	 * Where to open the next socket.
	 * @param hosts those that may be chosen, at least one, in the upstream's order of preference
	 * @returns one of them; `undefined` leaves it to the upstream
	 */
	choose(hosts: readonly string[], now: number): string | undefined;
	/** A connection has brought its first frame. */
	works(host: string, now: number): void;
	/**
	 * A connection was lost, or could not be made; not when it was closed because nobody needs it any more.
	 * @param heldMs for how long it worked, from its first frame on; `undefined` when it brought none
	 */
	failed(host: string, reason: FailureReason, heldMs: number | undefined, now: number): void;
}

export interface SessionRequest {
	liveId: string;
	roomId: string;
	/** The visitor's number; "": the upstream's own. */
	userUniqueId: string;
	/** Resume from here; without it the session starts with the room's newest messages. */
	cursor?: Cursor | undefined;
	/** Polling alone: what to ask from, before each request but the first. Left out: from behind the last answer. */
	nextCursor?: (() => Cursor | undefined) | undefined;
	/**
	 * Asked after each frame that was taken: whether the room's newest messages may prove that it follows what is known
	 * (`Sequencer.takePageRequest`).
	 */
	needsBackfill?: (() => boolean) | undefined;
	/** Chooses among the push hosts, and hears what connections to them met. Without it: those that failed come last. */
	hosts?: HostAdvisor | undefined;
	/** Push hosts that other sessions of the room use: another host is preferred where there is one. */
	avoidHosts?: readonly string[] | undefined;
	/** Whether each typed event is to have the upstream's payload as `raw`; default false. */
	raw?: boolean | undefined;
	/** The only way to stop a session. */
	signal: AbortSignal;
	/**
	 * Called at each sign of life that is not a message (heartbeat answer, ping), with the time in ms. If it throws, the
	 * session ends with that as its cause.
	 */
	onSign?: (() => void) | undefined;
	/**
	 * Called when the upstream has answered: with how long that took in ms, and what was answered. Each heartbeat goes out
	 * with a ping; whether the upstream answers heartbeats is its own choice, pings it has to. Answers prove that the
	 * connection works, not that messages come over it.
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
	 * Asks about a room by one way, with one request; `page` and `enter` fetch a visitor cookie first where there is none.
	 * `unknown` with the reason `blocked` where the site refuses this way to this address: `upstreamMessage` is `captcha`,
	 * `login`, `empty` (an empty answer: refused, or signed wrongly, which look the same) or the HTTP status;
	 * `unreadable_page` where what comes is not what it used to be. `offline` by `scene` says that the broadcast is over
	 * that it was asked about; another may be on.
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
	 * @throws DouyinError for every failure; `blocked` with `upstreamMessage` `login` without a login; `signal.reason` when
	 * aborted
	 */
	followedLive?(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
	/**
	 * Takes a browser's proof that a person has passed the site's slider: `s_v_web_id` and `__ac_nonce` of this `Cookie`
	 * header, in place of those that are there. Others in it are left out.
	 * @throws TypeError for characters that no header may carry
	 */
	takeProof?(cookie: string): Promise<void>;
	/**
	 * Opens the push socket and gives what comes to `take`, as it comes: nothing waits in between, and the socket reads on
	 * once `take` has returned. Resolves only when `signal` aborts, rejects with {@link DouyinError} for everything else, also
	 * for what `take` throws; in both cases after the socket has closed. The end of the broadcast comes as a `control`
	 * event and does not end the session: the consumer knows whether it is new (`Sequencer.isEnd`).
	 */
	session(request: SessionRequest, take: (item: SessionItem) => void): Promise<void>;
	/**
	 * The same without a socket, as the site's page does when it has none: `im/fetch` is asked again and again with its
	 * cursor, at the pace that it asks for and at most once a second. Gives `opened` with the first answer, then a frame
	 * for each. Missing where the upstream has no such way.
	 */
	poll?(request: SessionRequest, take: (item: SessionItem) => void): Promise<void>;
}
