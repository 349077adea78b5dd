import type { FailureReason } from "@livekeeper/douyin";
import type { Text } from "./text.ts";

/** What a failure of each class means, and what a user can do. */
export const failureHelp = {
	network: {
		en: "The connection failed or was cut on the way.",
		zh: "连接失败，或在途中被切断。",
	},
	dns: {
		en: "The upstream's host name could not be resolved: see whether this machine has a working DNS server.",
		zh: "无法解析上游的主机名：请检查本机的 DNS 服务器是否可用。",
	},
	tls: {
		en: "No secure connection could be made: something between may be reading along, or the clock is wrong.",
		zh: "无法建立安全连接：途中可能有程序在窃听，或本机时钟不准。",
	},
	proxy: {
		en: "The proxy refused or failed. livekeeper never goes around it: see whether it runs and takes your password.",
		zh: "代理拒绝或出错。livekeeper 不会绕过代理：请检查代理是否在运行、密码是否正确。",
	},
	timeout: {
		en: "No answer came in time.",
		zh: "没有及时得到应答。",
	},
	handshake_refused: {
		en: "The upstream did not open the socket; its own words are in the message.",
		zh: "上游没有打开推送连接；它的原话在说明里。",
	},
	blocked: {
		en: "The upstream refuses this device, address or session. It is left alone for 5 minutes and more; a cookie of your own helps.",
		zh: "上游拒绝此设备、地址或会话。至少 5 分钟内不再尝试；使用自己的 cookie 会有帮助。",
	},
	signature_rejected: {
		en: "The upstream wants another signature: look for a newer livekeeper.",
		zh: "上游要求新的签名：请查看 livekeeper 是否有新版本。",
	},
	rate_limited: {
		en: "The upstream asks to slow down, and is given the time that it asks for.",
		zh: "上游要求放慢速度，将按它要求的时间等待。",
	},
	upstream_error: {
		en: "The upstream failed on its own side.",
		zh: "上游自身出错。",
	},
	unreadable_page: {
		en: "A page came that can't be read. If that goes on, look for a newer livekeeper.",
		zh: "得到的页面无法识别。如果一直如此，请查看 livekeeper 是否有新版本。",
	},
	bad_frame: {
		en: "What came over the socket is not readable. If that goes on, look for a newer livekeeper.",
		zh: "推送连接上的数据无法解析。如果一直如此，请查看 livekeeper 是否有新版本。",
	},
	silence: {
		en: "The socket stood, but nothing came over it while the room was live.",
		zh: "连接仍在，但直播期间没有收到任何消息。",
	},
	upstream_close: {
		en: "The upstream closed the connection.",
		zh: "上游关闭了连接。",
	},
	broadcast_ended: {
		en: "The broadcast has ended; the room is looked at until the next one begins.",
		zh: "本场直播已结束；将持续查看直播间，直到下一场开始。",
	},
	identity: {
		en: "The identity that the room goes by is gone or can't be read. Give it again under its name: the room goes on at once.",
		zh: "直播间所用的身份已不存在或无法读取。请用原来的名称重新提供，直播间会立即继续。",
	},
	foreign_host: {
		en: "The upstream leads to a host that is not its own; nothing was sent there, for the cookie would go along. If it is the site's, add it to allowed_hosts.",
		zh: "上游指向了不属于它的主机；由于会带上 cookie，没有向那里发送任何内容。如果确属该网站，请把它加入 allowed_hosts。",
	},
	storage: {
		en: "Messages can't be stored, or what is stored of the room can't be read. It goes on from its cursor as soon as they can be.",
		zh: "消息无法存储，或直播间已存的数据无法读取。恢复后会立即从游标处继续。",
	},
} as const satisfies Record<FailureReason, Text>;

/** What each class of failure is called, in a few words. */
export const failureNames = {
	network: { en: "network failure", zh: "网络中断" },
	dns: { en: "name resolution failed", zh: "域名解析失败" },
	tls: { en: "TLS handshake failed", zh: "TLS 握手失败" },
	proxy: { en: "proxy unavailable", zh: "代理不可用" },
	timeout: { en: "timeout", zh: "连接超时" },
	handshake_refused: { en: "handshake refused", zh: "上游拒绝握手" },
	blocked: { en: "refused by the upstream", zh: "被上游拒绝" },
	signature_rejected: { en: "signature rejected", zh: "签名未通过" },
	rate_limited: { en: "rate limited", zh: "上游限流" },
	upstream_error: { en: "upstream error", zh: "上游服务出错" },
	unreadable_page: { en: "unreadable page", zh: "页面无法识别" },
	bad_frame: { en: "unreadable data", zh: "数据无法解析" },
	silence: { en: "silence", zh: "长时间没有消息" },
	upstream_close: { en: "closed by the upstream", zh: "上游关闭连接" },
	broadcast_ended: { en: "broadcast ended", zh: "直播已结束" },
	identity: { en: "identity unavailable", zh: "身份不可用" },
	foreign_host: { en: "foreign host", zh: "上游指向陌生主机" },
	storage: { en: "can't be stored", zh: "无法存储" },
} as const satisfies Record<FailureReason, Text>;

/** What is known of a failure that the upstream's side has told of. */
export interface FailureFacts {
	reason: FailureReason;
	/** In English, as it was thrown. */
	message: string;
	host?: string | undefined;
	/** HTTP status. */
	status?: number | undefined;
	/** The upstream's own words. */
	upstreamMessage?: string | undefined;
	/** A system error with a code, e.g. `ECONNRESET`. */
	cause?: unknown;
}

/** What failed, as a sentence. */
export function failureText({ reason, message, host, status, upstreamMessage, cause }: FailureFacts): Text {
	const code: unknown = (cause as { code?: unknown } | undefined)?.code;
	const systemCode = typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
	// A status that tells of no failure is none of its facts.
	const failed = status !== undefined && status >= 400;
	const said = upstreamMessage === "captcha" ? "要求验证码" : upstreamMessage;
	const facts = [host, failed ? `HTTP ${status}` : undefined, said, systemCode];
	const known = facts.filter((fact) => fact !== undefined && fact !== "").join("，");
	return { en: message, zh: `${failureNames[reason].zh}${known === "" ? "" : `（${known}）`}。` };
}

/** Whether a reason is a failure, and so has help. */
export function isFailure(code: string): code is FailureReason {
	return Object.hasOwn(failureHelp, code);
}
