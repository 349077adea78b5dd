import type { FailureReason } from "@livekeeper/douyin";

/** What livekeeper does about one kind of failure. */
export interface FailureClass {
	/** The state in which the room waits. `waiting`: there is nothing to connect to, it is polled. */
	readonly state: "reconnecting" | "blocked" | "waiting";
	/** Whether the room's page is looked at before the next attempt. */
	readonly lookup: "always" | "from_third_attempt";
	/** Another push host is worth trying. */
	readonly blamesHost: boolean;
	/** When most rooms fail so at once, something that they share is broken: the network, the proxy, the upstream. */
	readonly shared: boolean;
	/** A connection that ends so soon after its first frame is one that does not hold. */
	readonly flap: boolean;
}

const ordinary = { state: "reconnecting", lookup: "always", blamesHost: false, shared: false, flap: true } as const;

/** One answer for each class. `docs/reconnect.md` and the Chinese page have a section for each; a test compares. */
export const failureClasses = {
	network: {
		...ordinary,
		lookup: "from_third_attempt",
		blamesHost: true,
		shared: true,
	},
	dns: {
		...ordinary,
		blamesHost: true,
		shared: true,
	},
	tls: {
		...ordinary,
		blamesHost: true,
		shared: true,
	},
	proxy: {
		...ordinary,
		shared: true,
	},
	timeout: {
		...ordinary,
		blamesHost: true,
		shared: true,
	},
	handshake_refused: {
		...ordinary,
		blamesHost: true,
		shared: true,
	},
	blocked: {
		...ordinary,
		state: "blocked",
	},
	signature_rejected: ordinary,
	rate_limited: ordinary,
	upstream_error: {
		...ordinary,
		blamesHost: true,
		shared: true,
	},
	unreadable_page: ordinary,
	bad_frame: {
		...ordinary,
		blamesHost: true,
	},
	silence: {
		...ordinary,
		blamesHost: true,
	},
	upstream_close: {
		...ordinary,
		shared: true,
	},
	broadcast_ended: {
		...ordinary,
		state: "waiting",
		flap: false,
	},
	identity: {
		...ordinary,
		flap: false,
	},
	foreign_host: ordinary,
	storage: {
		...ordinary,
		flap: false,
	},
} as const satisfies Record<FailureReason, FailureClass>;
