import type { Text } from "./text.ts";

/** Names of states and other codes, as tables and lines tell them: in English the code itself where it reads as words. */
export const codeNames = {
	state: {
		idle: { en: "idle", zh: "未启动" },
		resolving: { en: "resolving", zh: "查询中" },
		waiting: { en: "waiting", zh: "未开播" },
		queued: { en: "queued", zh: "排队中" },
		connecting: { en: "connecting", zh: "连接中" },
		connected: { en: "connected", zh: "已连接" },
		reconnecting: { en: "reconnecting", zh: "重连中" },
		blocked: { en: "blocked", zh: "被拒绝" },
		not_found: { en: "not_found", zh: "不存在" },
		stopped: { en: "stopped", zh: "已停止" },
	},
	health: {
		fine: { en: "fine", zh: "正常" },
		quiet: { en: "quiet", zh: "安静" },
		silent: { en: "silent", zh: "静默" },
		degraded: { en: "degraded", zh: "部分异常" },
	},
	priority: {
		pinned: { en: "pinned", zh: "置顶" },
		readers: { en: "readers", zh: "有客户端" },
		live: { en: "live", zh: "直播中" },
		idle: { en: "idle", zh: "空闲" },
	},
	login: {
		anonymous: { en: "anonymous", zh: "匿名" },
		logged_in: { en: "logged_in", zh: "已登录" },
		expired: { en: "expired", zh: "已失效" },
		unreadable: { en: "unreadable", zh: "无法解密" },
	},
	identityState: {
		fine: { en: "fine", zh: "正常" },
		first_only: { en: "first gifts only", zh: "只收到最初的礼物" },
		nothing: { en: "gets nothing", zh: "收不到" },
		resting: { en: "resting", zh: "休息中" },
		unknown: { en: "unknown", zh: "未知" },
	},
	connection: { socket: { en: "socket", zh: "推送" }, polling: { en: "polling", zh: "轮询" } },
	reason: {
		offline: { en: "offline", zh: "未开播" },
		no_room: { en: "no_room", zh: "暂无直播间" },
		not_found: { en: "not_found", zh: "直播间不存在" },
		no_free_slot: { en: "no_free_slot", zh: "等待空闲的连接" },
		preempted: { en: "preempted", zh: "让出连接" },
		stopped: { en: "stopped", zh: "已停止" },
		new: { en: "new", zh: "新" },
		ok: { en: "ok", zh: "正常" },
	},
	/** Why something was missed: as the page says it. */
	gap: {
		cursor_not_honoured: {
			en: "the upstream did not go on from where it was",
			zh: "上游没有从断开处继续",
		},
		no_cursor: { en: "there was nowhere to go on from", zh: "没有可以继续的位置" },
		unverified: { en: "nothing shows whether anything is missing", zh: "无法确认是否完整" },
		backfilled: {
			en: "the newest messages were had, some between may be missing",
			zh: "已补回最近的消息，中间可能有遗漏",
		},
		memory_lost: { en: "what was recorded here was lost", zh: "本机的记录丢失" },
		corrupt: { en: "a message was damaged on the disk", zh: "有一条消息在磁盘上损坏" },
	},
	/** How the end of a broadcast was found out. */
	end: {
		ended: { en: "ended", zh: "看到了结束" },
		offline: { en: "offline", zh: "查询时已下播" },
		new_broadcast: { en: "new broadcast", zh: "已开始新的一场" },
	},
	/** What the upstream tells of the broadcast itself. */
	control: {
		pause: { en: "pause", zh: "暂停" },
		resume: { en: "resume", zh: "恢复" },
		end: { en: "end", zh: "结束" },
		other: { en: "other", zh: "其他" },
	},
	fanClub: {
		join: { en: "join", zh: "加入" },
		upgrade: { en: "upgrade", zh: "升级" },
		other: { en: "other", zh: "其他" },
	},
} as const satisfies Record<string, Record<string, Text>>;

/** A length of time, a moment in the past and one to come. */
export const ageTexts = {
	units: {
		d: { en: "d", zh: "天" },
		h: { en: "h", zh: "小时" },
		min: { en: "min", zh: "分钟" },
		s: { en: "s", zh: "秒" },
	},
	justNow: { en: "just now", zh: "刚刚" },
	ago: ({ en, zh }: Text): Text => ({ en: `${en} ago`, zh: `${zh}前` }),
	now: { en: "now", zh: "现在" },
	in: ({ en, zh }: Text): Text => ({ en: `in ${en}`, zh: `${zh}后` }),
};

/** The table of rooms, and one room in detail. */
export const statusTexts = {
	head: {
		room: { en: "Room", zh: "直播间" },
		state: { en: "State", zh: "状态" },
		lastMessage: { en: "Last message", zh: "最后消息" },
		messages: { en: "Messages", zh: "消息数" },
		perMinute: { en: "/min", zh: "每分钟" },
		lost: { en: "Lost", zh: "缺失" },
		retries: { en: "Retries", zh: "重试" },
		about: { en: "About", zh: "说明" },
	},
	rows: {
		room: { en: "Room", zh: "直播间" },
		state: { en: "State", zh: "状态" },
		since: { en: "Since", zh: "始于" },
		reason: { en: "Reason", zh: "原因" },
		unstored: { en: "Unstored since", zh: "无法存储始于" },
		queue: { en: "In line", zh: "排队" },
		priority: { en: "Priority", zh: "优先级" },
		decision: { en: "Decision", zh: "决定" },
		help: { en: "What it means", zh: "含义" },
		title: { en: "Title", zh: "标题" },
		anchor: { en: "Anchor", zh: "主播" },
		broadcast: { en: "Broadcast", zh: "场次" },
		connected: { en: "Connected", zh: "连接于" },
		lastMessage: { en: "Last message", zh: "最后消息" },
		evidence: { en: "Evidence", zh: "依据" },
		quality: { en: "Quality", zh: "质量" },
		answers: { en: "Answers", zh: "应答" },
		next: { en: "Next attempt", zh: "下次尝试" },
		session: { en: "Session", zh: "会话" },
		together: { en: "Shown together", zh: "合起来收到" },
		warning: { en: "Warning", zh: "警告" },
		frames: { en: "Frames, messages", zh: "帧数、消息数" },
		duplicates: { en: "Repeats left out", zh: "去除的重复" },
		lost: { en: "Lost", zh: "缺失" },
		reconnects: { en: "Reconnects", zh: "重连" },
		gifts: { en: "All gifts?", zh: "礼物齐全吗" },
		official: { en: "Open platform", zh: "开放平台" },
	},
	official: {
		push: (app: string, kinds: string): Text => ({
			en: `app ${app} has ${kinds} pushed`,
			zh: `应用 ${app}，推送 ${kinds}`,
		}),
		counts: { en: "its gifts are the account", zh: "以它的礼物为准" },
		webCounts: { en: "gifts of the web are the account", zh: "以网页的礼物为准" },
		deliveries: (callbacks: number, failed: number, missing: number): Text => ({
			en: `${callbacks} callbacks, ${failed} failed and looked up, ${missing} missing`,
			zh: `回调 ${callbacks} 次，失败后查询 ${failed} 次，缺 ${missing} 次`,
		}),
		last: ({ en, zh }: Text): Text => ({ en: `the last one ${en}`, zh: `最近一次：${zh}` }),
		refused: (count: number, why: string): Text => ({
			en: `${count} callbacks refused: ${why}`,
			zh: `拒绝回调 ${count} 次：${why}`,
		}),
		match: (both: number, official: number, web: number): Text => ({
			en: `by time, price and count, ${both} of its ${official} diamonds came by the web too (${web} there)`,
			zh: `按时间、价格和数量，它的 ${official} 抖币中有 ${both} 也来自网页（网页共 ${web}）`,
		}),
		token: ({ en, zh }: Text): Text => ({ en: `its token ends ${en}`, zh: `访问凭证到期：${zh}` }),
	},
	connection: (number: number): Text => ({ en: `Connection ${number}`, zh: `连接 ${number}` }),
	more: (page: string): Text => ({ en: `More: ${page}`, zh: `详见 ${page}` }),
	counts: (frames: number, messages: number): Text => ({ en: `${frames}, ${messages}`, zh: `${frames}、${messages}` }),
	gaps: ({ en, zh }: Text, gaps: number): Text => ({
		en: `${en} in ${gaps} ${gaps === 1 ? "gap" : "gaps"}`,
		zh: `${gaps} 处缺口共 ${zh}`,
	}),
	undecodable: (count: number): Text => ({ en: `${count} undecodable`, zh: `${count} 条无法解析` }),
	nothing: { en: "nothing", zh: "无" },
	none: { en: "none", zh: "无" },
	separator: { en: ", ", zh: "，" },
	nextInLine: (why: string): Text => ({ en: `next in line: ${why}`, zh: `下一个：${why}` }),
	inLine: (position: number, why: string): Text => ({
		en: `number ${position} in line: ${why}`,
		zh: `排在第 ${position} 位：${why}`,
	}),
	sessions: {
		anonymous: { en: "anonymous (no gifts)", zh: "匿名（收不到礼物）" },
		logged_in: { en: "logged in", zh: "已登录" },
		expired: { en: "its login has ended (no gifts)", zh: "登录已失效（收不到礼物）" },
	},
	byIdentity: ({ en, zh }: Text, name: string): Text => ({
		en: `${en}, by identity ${name}`,
		zh: `${zh}，身份 ${name}`,
	}),
	spans: {
		"5m": { en: "5 min", zh: "5 分钟" },
		"1h": { en: "1 h", zh: "1 小时" },
		"24h": { en: "24 h", zh: "24 小时" },
	},
	score: (score: number, { en, zh }: Text): Text => ({ en: `${score} (${en})`, zh: `${score}（${zh}）` }),
	unknownYet: { en: "not known yet", zh: "尚不清楚" },
	heartbeat: (ms: number): Text => ({ en: `heartbeat ${ms} ms`, zh: `心跳 ${ms} 毫秒` }),
	ping: (ms: number): Text => ({ en: `ping ${ms} ms`, zh: `网络往返 ${ms} 毫秒` }),
	attempt: ({ en, zh }: Text): Text => ({ en: `next attempt ${en}`, zh: `下次尝试：${zh}` }),
	toHost: (host: string): Text => ({ en: ` to ${host}`, zh: `到 ${host}` }),
	notSynced: { en: ", its offset not known yet", zh: "，位置尚不清楚" },
	/** Shares from 0 to 1; `null` where not known. */
	added: (messages: number, diamonds: number | null, coverage: number | null): Text => {
		const worth = diamonds === null ? undefined : percent(diamonds);
		const shown = coverage === null ? undefined : percent(coverage);
		return {
			en: `; it added ${percent(messages)} of the messages${worth ? ` and ${worth} of the gifts' worth` : ""}${shown ? `; it is shown ${shown} of the messages` : ""}`,
			zh: `；它带来 ${percent(messages)} 的消息${worth ? `、${worth} 的礼物价值` : ""}${shown ? `；它能收到 ${shown} 的消息` : ""}`,
		};
	},
	together: (messages: number | null, diamonds: number | null): Text => {
		const [of, worth] = [messages, diamonds].map((one) => (one === null ? undefined : percent(one)));
		return {
			en: [of && `${of} of the messages`, worth && `${worth} of the gifts' worth`].filter(Boolean).join(", "),
			zh: [of && `${of} 的消息`, worth && `${worth} 的礼物价值`].filter(Boolean).join("，"),
		};
	},
	carried: (messages: number, missed: number, failures: number): Text => ({
		en: ` (${messages} messages, ${missed} missed, lost ${failures} times)`,
		zh: `（消息 ${messages} 条，漏 ${missed} 条，断开 ${failures} 次）`,
	}),
	inParentheses: ({ en, zh }: Text): Text => ({ en: ` (${en})`, zh: `（${zh}）` }),
	polling: { en: "polling", zh: "轮询" },
};

/** Limits of connections and who waits, and the table of identities. */
export const listTexts = {
	noLimit: { en: "no limit", zh: "不限" },
	atMost: (limit: number): Text => ({ en: `at most ${limit}`, zh: `最多 ${limit}` }),
	connections: (held: number, elsewhere: number | null, { en, zh }: Text): Text =>
		elsewhere === null
			? { en: `Connections   ${held} in use, ${en}`, zh: `连接     已用 ${held}，${zh}` }
			: {
					en: `Connections   ${held} in use here, ${elsewhere} on other nodes, ${en} in all`,
					zh: `连接     本节点已用 ${held}，其他节点 ${elsewhere}，合计${zh}`,
				},
	perIdentity: ({ en, zh }: Text): Text => ({ en: `Per identity  ${en}`, zh: `每个身份 ${zh}` }),
	perLogin: ({ en, zh }: Text): Text => ({ en: `Per login     ${en}`, zh: `每个登录 ${zh}` }),
	perProxy: ({ en, zh }: Text): Text => ({ en: `Per proxy     ${en}`, zh: `每个代理 ${zh}` }),
	nobodyWaits: { en: "No room waits for a connection.", zh: "没有直播间在等待连接。" },
	queueHead: [
		{ en: "Room", zh: "直播间" },
		{ en: "Priority", zh: "优先级" },
		{ en: "Waits since", zh: "开始等待" },
		{ en: "Why", zh: "原因" },
	],
	identityHead: [
		{ en: "Identity", zh: "身份" },
		{ en: "Login", zh: "登录" },
		{ en: "Ends", zh: "到期" },
		{ en: "State", zh: "状态" },
		{ en: "Gifts shown", zh: "收到的礼物" },
		{ en: "Proxy", zh: "代理" },
		{ en: "Changed", zh: "更改于" },
		{ en: "Rooms", zh: "直播间" },
	],
	/** `60 %, 12 of 20 an hour`; shares are 0 to 1, `null` where not known. */
	giftsShown: (share: number | null, own: number | null, all: number | null): Text => {
		const worth = share === null ? [] : [`${Math.round(share * 1000) / 10} %`];
		if (own === null || all === null) return { en: worth.join() || "–", zh: worth.join() || "–" };
		return {
			en: [...worth, `${own} of ${all} an hour`].join(", "),
			zh: [...worth, `每小时 ${all} 个中的 ${own} 个`].join("，"),
		};
	},
	restsUntil: (name: string, until: Text): Text => ({
		en: `${name} rests; it is tried again ${until.en}. "livekeeper identity lift ${name}" ends that now.`,
		zh: `${name} 正在休息，${until.zh}重试。“livekeeper identity lift ${name}”可立即结束。`,
	}),
	itsOwn: { en: "its own", zh: "自己的" },
	unknown: { en: "unknown", zh: "未知" },
	andMore: (shown: string, more: number): Text => ({
		en: `${shown} and ${more} more`,
		zh: `${shown} 等，另有 ${more} 个`,
	}),
};

/** What `top` shows around the rooms, and the table of overlay tokens. */
export const screenTexts = {
	rooms: (count: number): Text => ({ en: `${count} rooms`, zh: `${count} 个直播间` }),
	connected: (count: number): Text => ({ en: `${count} connected`, zh: `${count} 已连接` }),
	failing: (count: number): Text => ({ en: `${count} failing`, zh: `${count} 异常` }),
	perMinute: (count: number): Text => ({ en: `${count} messages/min`, zh: `每分钟 ${count} 条消息` }),
	more: (count: number): Text => ({
		en: `and ${count} more; livekeeper status shows all`,
		zh: `另有 ${count} 个；livekeeper status 显示全部`,
	}),
	asking: { en: "Asking again each second; q ends it", zh: "每秒重试一次；按 q 结束" },
	tokenHead: [
		{ en: "Id", zh: "编号" },
		{ en: "Name", zh: "名称" },
		{ en: "Room", zh: "直播间" },
		{ en: "Made", zh: "创建于" },
		{ en: "Last used", zh: "上次使用" },
	],
	giftHead: [
		{ en: "Gift", zh: "礼物" },
		{ en: "Diamonds", zh: "抖币" },
		{ en: "Id", zh: "编号" },
		{ en: "Last seen", zh: "最近出现" },
	],
	never: { en: "never", zh: "从未" },
	all: { en: "all", zh: "全部" },
};

/** What happens in a room, after the time, the type and who did it. */
export const eventTexts = {
	liked: (count: number, total: number): Text => ({
		en: `liked ×${count} (${total} in all)`,
		zh: `点赞 ×${count}（共 ${total}）`,
	}),
	cameIn: (members: number): Text => ({ en: `came in (${members} in the room)`, zh: `进入直播间（在线 ${members}）` }),
	follows: (followers: number): Text => ({
		en: `follows now (${followers} in all)`,
		zh: `关注了主播（共 ${followers}）`,
	}),
	shared: { en: "shared the room", zh: "分享了直播间" },
	fanClub: ({ en, zh }: Text): Text => ({ en: `fan club: ${en}`, zh: `粉丝团：${zh}` }),
	control: ({ en, zh }: Text, tips: string): Text => ({
		en: `${en}${tips && ` (${tips})`}`,
		zh: `${zh}${tips && `（${tips}）`}`,
	}),
	viewers: (online: number, total: string): Text => ({
		en: `${online} watching, ${total} so far`,
		zh: `在线 ${online}，累计 ${total}`,
	}),
	top: (ranks: string): Text => ({ en: `top: ${ranks}`, zh: `榜单：${ranks}` }),
	banner: (length: number): Text => ({ en: `${length} characters of banner data`, zh: `横幅数据 ${length} 个字符` }),
	product: (words: string, total: number): Text => ({
		en: `${words} (${total} products)`,
		zh: `${words}（商品 ${total} 件）`,
	}),
	raw: (method: string, bytes: number): Text => ({ en: `${method}, ${bytes} bytes`, zh: `${method}，${bytes} 字节` }),
	gap: (seconds: number, { en, zh }: Text): Text => ({
		en: `nothing known for ${seconds} s: ${en}`,
		zh: `缺失 ${seconds} 秒：${zh}`,
	}),
	giftsWithheld: (diamonds: number, seconds: number): Text => ({
		en: `gifts worth ${diamonds} diamonds were given in ${seconds} s and not shown to us`,
		zh: `${seconds} 秒内有价值 ${diamonds} 抖币的礼物没有推送给我们`,
	}),
	serviceDown: (seconds: number): Text => ({
		en: `the service did not run for ${seconds} s`,
		zh: `服务未运行 ${seconds} 秒`,
	}),
	began: (title: string): Text => ({ en: `the broadcast began: ${title}`, zh: `开播：${title}` }),
	ended: ({ en, zh }: Text): Text => ({ en: `the broadcast ended: ${en}`, zh: `直播结束：${zh}` }),
	gift: (gift: string, count: number, to: string, delta: number, diamonds: number): Text => ({
		en: `gave ${gift} ×${count}${to && ` to ${to}`} (+${delta}${diamonds > 0 ? `, ${diamonds} diamonds` : ""})`,
		zh: `送出 ${gift} ×${count}${to && ` 给 ${to}`}（+${delta}${diamonds > 0 ? `，${diamonds} 抖币` : ""}）`,
	}),
	giftWorth: (diamonds: number): Text => ({
		en: `a ${diamonds}-diamond gift`,
		zh: `价值 ${diamonds} 抖币的礼物`,
	}),
	notCounted: { en: ", not counted: the open platform tells of it", zh: "，不计入：以开放平台为准" },
	giftId: (id: string): Text => ({ en: `gift ${id}`, zh: `礼物 ${id}` }),
};

/** To a tenth: `0.4 %`. */
function percent(share: number): string {
	return `${Math.round(share * 1000) / 10} %`;
}
