import type { FailureReason } from "@livekeeper/douyin";

/** What livekeeper does about one kind of failure, and what it says about it. */
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
	/** What it means and what a user can do. */
	readonly en: string;
	/** What it is, for the log line. */
	readonly zh: string;
}

const ordinary = { state: "reconnecting", lookup: "always", blamesHost: false, shared: false, flap: true } as const;

/** One answer for each class. `docs/reconnect.md` has a section for each; a test compares. */
export const failureClasses = {
	network: {
		...ordinary,
		lookup: "from_third_attempt",
		blamesHost: true,
		shared: true,
		en: "The connection failed or was cut on the way.",
		zh: "网络中断",
	},
	dns: {
		...ordinary,
		blamesHost: true,
		shared: true,
		en: "The upstream's host name could not be resolved: see whether this machine has a working DNS server.",
		zh: "域名解析失败",
	},
	tls: {
		...ordinary,
		blamesHost: true,
		shared: true,
		en: "No secure connection could be made: something between may be reading along, or the clock is wrong.",
		zh: "TLS 握手失败",
	},
	proxy: {
		...ordinary,
		shared: true,
		en: "The proxy refused or failed. livekeeper never goes around it: see whether it runs and takes your password.",
		zh: "代理不可用",
	},
	timeout: {
		...ordinary,
		blamesHost: true,
		shared: true,
		en: "No answer came in time.",
		zh: "连接超时",
	},
	handshake_refused: {
		...ordinary,
		blamesHost: true,
		shared: true,
		en: "The upstream did not open the socket; its own words are in the message.",
		zh: "上游拒绝握手",
	},
	blocked: {
		...ordinary,
		state: "blocked",
		en: "The upstream refuses this device, address or session. It is left alone for 5 minutes and more; a cookie of your own helps.",
		zh: "被上游拒绝",
	},
	signature_rejected: {
		...ordinary,
		en: "The upstream wants another signature: look for a newer livekeeper.",
		zh: "签名未通过",
	},
	rate_limited: {
		...ordinary,
		en: "The upstream asks to slow down, and is given the time that it asks for.",
		zh: "上游限流",
	},
	upstream_error: {
		...ordinary,
		blamesHost: true,
		shared: true,
		en: "The upstream failed on its own side.",
		zh: "上游服务出错",
	},
	unreadable_page: {
		...ordinary,
		en: "A page came that can't be read. If that goes on, look for a newer livekeeper.",
		zh: "页面无法识别",
	},
	bad_frame: {
		...ordinary,
		blamesHost: true,
		en: "What came over the socket is not readable. If that goes on, look for a newer livekeeper.",
		zh: "数据无法解析",
	},
	silence: {
		...ordinary,
		blamesHost: true,
		en: "The socket stood, but nothing came over it while the room was live.",
		zh: "长时间没有消息",
	},
	upstream_close: {
		...ordinary,
		shared: true,
		en: "The upstream closed the connection.",
		zh: "上游关闭连接",
	},
	broadcast_ended: {
		...ordinary,
		state: "waiting",
		flap: false,
		en: "The broadcast has ended; the room is looked at until the next one begins.",
		zh: "直播已结束",
	},
	identity: {
		...ordinary,
		flap: false,
		en: "The identity that the room goes by is gone or can't be read. Give it again under its name: the room goes on at once.",
		zh: "身份不可用",
	},
	foreign_host: {
		...ordinary,
		en: "The upstream leads to a host that is not its own; nothing was sent there, for the cookie would go along. If it is the site's, add it to allowed_hosts.",
		zh: "上游指向陌生主机",
	},
	storage: {
		...ordinary,
		flap: false,
		en: "Messages can't be stored, or what is stored of the room can't be read. It goes on from its cursor as soon as they can be.",
		zh: "无法存储",
	},
} as const satisfies Record<FailureReason, FailureClass>;

/** The class of a status reason; `undefined` for reasons that are no failure. */
export function failureClassOf(code: string): FailureClass | undefined {
	return Object.hasOwn(failureClasses, code) ? failureClasses[code as FailureReason] : undefined;
}
