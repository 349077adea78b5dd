import type { FailureReason } from "@livekeeper/douyin";

interface Blame {
	/** The push host may be the cause: another is worth trying. */
	readonly host: boolean;
	/** When most rooms fail so at once, something that they share is broken: the network, the proxy, the upstream. */
	readonly shared: boolean;
}

/** Whom a failure speaks against. What is the identity's or the broadcast's own speaks against neither. */
export const blameOf = {
	network: { host: true, shared: true },
	dns: { host: true, shared: true },
	tls: { host: true, shared: true },
	proxy: { host: false, shared: true },
	timeout: { host: true, shared: true },
	handshake_refused: { host: true, shared: true },
	blocked: { host: false, shared: false },
	signature_rejected: { host: false, shared: false },
	rate_limited: { host: false, shared: false },
	upstream_error: { host: true, shared: true },
	unreadable_page: { host: false, shared: false },
	bad_frame: { host: true, shared: false },
	silence: { host: true, shared: false },
	upstream_close: { host: false, shared: true },
	// Our own disk: nobody else is to blame.
	storage: { host: false, shared: false },
	broadcast_ended: { host: false, shared: false },
} as const satisfies Record<FailureReason, Blame>;
