import { codeNames, faultNames } from "@livekeeper/base/text/zh";
import type * as en from "./en.ts";

function spanText(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 180) return `${seconds} 秒`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 120) return `${minutes} 分钟`;
	const hours = Math.round(minutes / 60);
	return `${hours} 小时`;
}

const units = [
	["每秒", 1000],
	["每分钟", 60_000],
	["每小时", 3_600_000],
	["每天", 86_400_000],
] as const;

function rateText(perMs: number): en.Rate {
	if (!(perMs > 0)) return { count: "没有", per: "" };
	const [per, ms] = units.find(([, ms]) => perMs * ms >= 0.95) ?? units[3];
	const count = perMs * ms;
	return { count: count >= 1 ? String(Math.round(count)) : "不到 1", per };
}

export const failureHelp: typeof en.failureHelp = {
	network: "连接失败，或中途断开。",
	dns: "找不到抖音的服务器地址：请检查本机的 DNS 设置。",
	tls: "无法建立安全连接：可能有程序在中间拦截，或本机时间不准。",
	proxy: "代理拒绝或出错。livekeeper 不会绕过代理：请检查代理是否在运行、密码是否正确。",
	timeout: "等了太久没有回应。",
	handshake_refused: "抖音没有建立实时连接，原因见它返回的文字。",
	blocked:
		"抖音拒绝了这个设备、网络地址或账号。livekeeper 至少等 5 分钟再试；改用已登录的账号，被拒绝的可能性会小一些。如果经常出现，请换一个网络、代理或账号。",
	signature_rejected: "抖音换了签名方式：请看看 livekeeper 有没有新版本。",
	rate_limited: "livekeeper 会按抖音要求的时间等待。",
	upstream_error: "抖音自己出了错。",
	unreadable_page: "抖音的页面无法识别。如果一直这样，请看看 livekeeper 有没有新版本。",
	bad_frame: "收到的数据无法解析。如果一直这样，请看看 livekeeper 有没有新版本。",
	silence: "连接没有断，但直播期间没有收到任何消息。",
	upstream_close: "抖音关闭了连接。",
	broadcast_ended: "本场直播已结束；将继续查询直播间，直到下一场开始。",
	identity: "直播间使用的账号已被移除或无法读取。请用原来的名称重新添加，直播间会立即恢复。",
	foreign_host:
		"抖音指向了一个陌生的服务器。连接会带上 cookie，所以没有向它发送任何内容。如果它确实是抖音的，请加入 allowed_hosts。",
	storage: "消息无法存储，或直播间已存的数据无法读取：请检查磁盘（或 NATS）。恢复后会立即从断开处继续。",
};

export const roomTexts: typeof en.roomTexts = {
	added: "直播间已添加。",
	lookingUp: "正在查询直播间。",
	connecting: "正在连接。",
	connectingAnew: "设置已更改，正在重新连接。",
	awaitingTurn: "正在排队等待连接。",
	stopped: "直播间已停止。",
	connectedTo: (host) => `已连接到 ${host}。`,
	polling: (host, socket?) => {
		if (socket?.reason === "foreign_host") {
			const foreign = socket.host ?? "";
			return `抖音指向了一个陌生的服务器 ${foreign}。livekeeper 没有向它发送任何内容，改为定时从 ${host} 查询。如果它确实是抖音的，请加入 allowed_hosts。`;
		}
		const why = socket ? codeNames.reason[socket.reason] : undefined;
		return `没有实时连接${why ? `（${why}）` : ""}，改为定时从 ${host} 查询。`;
	},
	offline: "直播间未开播。",
	noRoom: "该账号目前没有直播间。",
	hiddenBroadcast: "这场直播只对主播指定的观众可见。",
	notFound: "这个直播间号没有对应的直播间，请检查有没有写错。",
	accountClosed: "该账号已注销。",
	broadcastEnded: "直播已结束。",
	pageLags: "直播已结束，但抖音的页面仍显示正在直播。",
	broughtNothing: (seconds) => `已 ${seconds} 秒没有收到消息，而另一路连接收到了。`,
	noPage: (seconds) => `${seconds} 秒内没能打开直播间页面。`,
	givenUp: "不再尝试。",
	noConnection: (seconds) => `${seconds} 秒内没能建立连接。`,
	brokenByBug: "livekeeper 自身出错，原因见日志；直播间会重新连接。",
	unexpected: (words) => `意外错误：${words}`,
	cannotStoreNow: "直播间的消息暂时无法存储，等待恢复。",
	memoryUnreadable: (words) => `直播间已存的数据暂时无法读取，等待恢复：${words}`,
	storable: "消息又可以存储了",
	waitsInMemory: (fault, why) => `直播间的消息无法存储（${faultNames[fault]}${why ? `：${why}` : ""}），暂存于内存。`,
};

const troubles = {
	identityRefused: "抖音拒绝这个账号",
	mostFailed: "多数直播间同时断开",
};

export const decisionTexts: typeof en.decisionTexts = {
	schedule: (attempt, flaps) => {
		const broke = flaps === 1 ? "上一个连接不到一分钟就断开" : `最近 ${flaps} 个连接都在一分钟内断开`;
		return `${attempt === 1 ? "失败一次" : `连续失败 ${attempt} 次`}${flaps > 0 ? `；${broke}` : ""}`;
	},
	patience: "抖音要求等待这么久",
	leftAlone: "被拒绝后先等待",
	hostWorks: "此前的连接一直稳定，而且还有可用的服务器",
	slowDown: "抖音要求这个账号放慢速度",
	refused: "抖音拒绝了这个直播间",
	identityRests: "这个账号暂停使用：抖音什么也不发给它，可能被风控了",
	lookupNotDue: "上次查询时未开播",
	lookupsAhead: (rooms) => `抖音限制查询次数，前面还有 ${rooms} 个直播间`,
	lookupsPaced: (perMinute) => `抖音限制查询次数：每分钟查询 ${perMinute} 次，逐个进行`,
	captchaAsked: (exit) =>
		`抖音要求${addressName(exit)}先通过滑块验证：请在${exit === "direct" || exit === "" ? "同一网络" : "使用这个代理"}的浏览器里打开直播间完成验证，再到“连接”页确认已通过；直播间本身没有问题`,
	lookupsRefused: (exit) => `抖音拒绝了${addressName(exit)}的查询，通常是因为查询太多；直播间本身没有问题，稍后重试`,
	siteUnreached: (exit) => `从${addressName(exit)}连不上抖音`,
	triesForAll: (trouble) => `${troubles[trouble]}；先由这个直播间试着重连`,
	othersTry: (trouble, room) => `${troubles[trouble]}；先由直播间 ${room} 试着重连`,
};

function addressName(exit: string): string {
	return exit === "direct" || exit === "" ? "本机网络" : `代理 ${exit} `;
}

const full = {
	total: (max: number | undefined) => `${max} 个连接已全部占用。`,
	perIdentity: (max: number | undefined) => `这个账号的 ${max} 个连接已全部占用。`,
	perLogin: (max: number | undefined) => `这个账号的 ${max} 个连接已全部占用；看太多直播间的账号会被抖音风控。`,
	perProxy: (max: number | undefined) => `这个代理的 ${max} 个连接已全部占用。`,
};

const lowered: typeof full = {
	total: (max) => `连接上限已降为 ${max}。`,
	perIdentity: (max) => `这个账号的连接上限已降为 ${max}。`,
	perLogin: (max) => `这个账号的连接上限已降为 ${max}。`,
	perProxy: (max) => `这个代理的连接上限已降为 ${max}。`,
};

const because = {
	pinned: "它已置顶",
	readers: "有网页、叠加层或程序正在读取它的消息",
	live: "它正在直播",
	idle: "轮到它了",
};

export const permitTexts: typeof en.permitTexts = {
	full: (limit, max) => full[limit](max),
	lowered: (limit, max) => lowered[limit](max),
	elsewhere: "其他节点上的直播间需要这个连接。",
	preempting: (limit, max, room) => `${full[limit](max)}直播间 ${room} 正在让出连接。`,
	needed: (room, priority) => `直播间 ${room} 需要这个连接：${because[priority]}。`,
};

export const kindNames: Record<string, string> = {
	chat: "弹幕",
	gift: "礼物",
	like: "点赞",
	member: "进场消息",
	room_stats: "直播间统计",
};

const sessions: Record<"anonymous" | "expired" | "logged_in", string> = {
	anonymous: "；未登录",
	expired: "；登录已失效",
	logged_in: "",
};

function usually(perMs: number, unit: string, verb = ""): string {
	const { count, per } = rateText(perMs);
	if (per === "") return "平时没有数据";
	return `平时${per}${verb}${/^\d/.test(count) ? ` ${count}` : count} ${unit}`;
}

function normalFrames(perMs: number): string {
	return usually(perMs, "次数据", "收到");
}

export const healthTexts: typeof en.healthTexts = {
	notConnected: "未连接。",
	rhythm: (normalPerMs, silentMs, mute) => {
		const normal = normalFrames(normalPerMs);
		const justNow = silentMs < 1000;
		const pause = spanText(silentMs);
		const before = silentBefore(mute);
		return `${normal}；${justNow ? "刚刚收到" : `已 ${pause}没有收到`}${before}`;
	},
	noRhythm: (silentMs, sinceOpened, mute) => {
		const pause = spanText(silentMs);
		const before = silentBefore(mute);
		return `${sinceOpened ? "连上之后" : ""}已 ${pause}没有收到消息；还不知道这个直播间平时有多少消息${before}`;
	},
	quietKind: (kind, silentMs, normalPerMs, identity) => {
		const name = kindNames[kind] ?? kind;
		const usual = usually(normalPerMs, "条");
		const pause = spanText(silentMs);
		const session = kind === "gift" ? sessions[identity] : sessions.logged_in;
		return `已连接，但已 ${pause}没有${name}，${usual}${session}`;
	},
	judgedByLimit: (limitMs) => `只按固定时限 ${spanText(limitMs)}判断`,
	polled: "没有实时连接，改为定时查询新消息",
	kept: (limitMs, polls) =>
		`已超过 ${spanText(limitMs)}，但${polls ? "每次查询都没有新消息" : "这个直播间平时也会这样"}：保持连接`,
	deaf: (ms) => `已连接，但抖音已 ${spanText(ms)}没有回应`,
	slowAnswers: (ms) => `抖音回应需要 ${ms} 毫秒`,
	undecoded: (agoMs) => `${spanText(agoMs)}前有消息无法解析`,
	knownOnly: (ms) => `已连接，但最近 ${spanText(ms)}收到的都是以前的消息，没有新内容`,
	silence: (ms, normalPerMs) => {
		const normal = normalPerMs === undefined ? undefined : normalFrames(normalPerMs);
		return `已 ${spanText(ms)}没有收到消息${normal ? `；${normal}` : ""}。`;
	},
};

function silentBefore(connections: number): string {
	if (connections === 0) return "";
	return `；此前 ${connections} 个连接也没有消息`;
}
