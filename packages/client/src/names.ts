import type { Room } from "./gen/api.ts";
import type { Language } from "./texts.ts";

interface CodeNames {
	/** By `reason.code` of a room, and `reason` of a `connection` event. */
	reason: Record<Room["reason"]["code"], string>;
	/** By `reason` of a `gap` event. */
	gap: Record<"cursor_not_honoured" | "no_cursor" | "unverified" | "backfilled" | "memory_lost" | "corrupt", string>;
	/** Ways of looking a room up, by their names at `GET /api/v1/upstream`. */
	way: Record<"batch" | "followed" | "enter" | "reflow" | "scene" | "page", string>;
	/** Signs that Douyin refuses a way. */
	sign: Record<"captcha" | "empty" | "refused" | "layout" | "slow_down" | "login", string>;
}

/** Names of codes in a few words, the same on the page, in commands and in logs. */
export const codeNames: Record<Language, CodeNames> = {
	en: {
		reason: {
			network: "network failure",
			dns: "DNS lookup failed",
			tls: "no secure connection",
			proxy: "proxy unavailable",
			timeout: "timed out",
			handshake_refused: "Douyin did not open the connection",
			blocked: "refused by Douyin",
			signature_rejected: "signature rejected",
			rate_limited: "rate limited by Douyin",
			upstream_error: "Douyin server error",
			unreadable_page: "page could not be read",
			bad_frame: "unreadable data",
			silence: "no messages for too long",
			upstream_close: "closed by Douyin",
			broadcast_ended: "broadcast ended",
			identity: "login unavailable",
			foreign_host: "unknown server",
			storage: "messages can't be saved",
			offline: "offline",
			no_room: "account has no room",
			hidden: "visible to selected viewers only",
			closed: "account closed",
			not_found: "not found",
			no_free_slot: "waiting for a free connection",
			preempted: "gave its connection to another room",
			stopped: "stopped",
			new: "connecting",
			ok: "connected",
		},
		gap: {
			cursor_not_honoured: "Douyin did not resume where the connection broke",
			no_cursor: "no position to resume from",
			unverified: "can't tell whether anything is missing",
			backfilled: "the newest messages were recovered; some before them may be missing",
			memory_lost: "the records on this machine were lost",
			corrupt: "a message was damaged on disk",
		},
		way: {
			batch: "several rooms at once",
			followed: "rooms the login follows",
			enter: "room data",
			reflow: "share page data",
			scene: "broadcast state",
			page: "room page",
		},
		sign: {
			captcha: "asks for slider verification",
			empty: "returns an empty answer",
			refused: "refuses requests",
			layout: "returns something livekeeper can't read",
			slow_down: "asks for fewer requests",
			login: "asks for a login",
		},
	},
	zh: {
		reason: {
			network: "网络中断",
			dns: "域名解析失败",
			tls: "无法建立安全连接",
			proxy: "代理不可用",
			timeout: "连接超时",
			handshake_refused: "抖音没有建立连接",
			blocked: "抖音拒绝了连接",
			signature_rejected: "抖音不接受签名",
			rate_limited: "抖音要求放慢速度",
			upstream_error: "抖音服务出错",
			unreadable_page: "页面无法识别",
			bad_frame: "数据无法解析",
			silence: "长时间没有消息",
			upstream_close: "抖音关闭了连接",
			broadcast_ended: "直播已结束",
			identity: "账号不可用",
			foreign_host: "抖音指向了陌生的服务器",
			storage: "消息无法存储",
			offline: "未开播",
			no_room: "暂无直播间",
			hidden: "仅部分观众可见",
			closed: "账号已注销",
			not_found: "直播间不存在",
			no_free_slot: "等待连接名额",
			preempted: "连接让给了其他直播间",
			stopped: "已停止",
			new: "正在连接",
			ok: "连接成功",
		},
		gap: {
			cursor_not_honoured: "抖音没有从断开处继续",
			no_cursor: "没有可以继续的位置",
			unverified: "无法确认是否完整",
			backfilled: "已补回最近的消息，中间可能有遗漏",
			memory_lost: "本机的记录丢失",
			corrupt: "有一条消息在磁盘上损坏",
		},
		way: {
			batch: "批量查询",
			followed: "关注列表",
			enter: "直播间数据",
			reflow: "分享页数据",
			scene: "开播状态",
			page: "直播间页面",
		},
		sign: {
			captcha: "要求通过滑块验证",
			empty: "返回空内容",
			refused: "被拒绝",
			layout: "返回了无法识别的内容",
			slow_down: "要求放慢速度",
			login: "要求登录",
		},
	},
};
