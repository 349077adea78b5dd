import { faultNames } from "@livekeeper/base/text/zh";
import type * as en from "./en.ts";

export const readyTexts: typeof en.readyTexts = {
	starting: "正在启动",
	stopping: "正在停止",
	storage: (fault, why) => `存储：${faultNames[fault]}${why ? `（${why}）` : ""}`,
};

export const targetTexts: typeof en.targetTexts = {
	limit: (limit) => `已达到 ${limit} 个推送目标的上限。`,
	tests: (max) => `${max} 个测试正在进行。`,
	unreadable: "这个推送目标的设置无法解密（密钥换过了）：请全部重新填写。",
	none: (id) => `没有推送目标 ${id}。`,
	noLetter: (id) => `没有编号为 ${id} 的未送达消息。`,
	letterExpired: "这批未送达的消息已过保留期，无法重发。",
	noTypes: "推送目标的 types 没有写明类型，也没有 states；省略 types 则为全部类型。",
	pattern: (why, at) => `推送目标的 pattern 无法识别：${why}${at ? `（从第 ${at.n} 个字符起：${at.part}）` : ""}`,
	noZone: (zone) => `推送目标的免打扰时段写了未知的时区 ${zone}。`,
	quietAllDay: "推送目标的免打扰时段开始和结束是同一时刻。",
	setting: (name, why) => `推送目标的 settings.${name} 无法使用：${why}`,
	urlTooLong: (limit) => `推送目标的 url 超过 ${limit} 个字符。`,
	noUrl: "推送目标的 url 不是 URL。",
	protocol: (protocol) => `推送目标的地址不能以 ${protocol} 开头。`,
	credentials: "推送目标的 url 不能含用户名或密码。",
	privateAddress: (host) => `${host} 是私有或保留地址，而 target_allow_private 没有开启。`,
	privateName: (host) => `${host} 是私有网络的名称，而 target_allow_private 没有开启。`,
	resolvesPrivate: (host) => `${host} 解析为私有或保留地址，而 target_allow_private 没有开启。`,
};

function withMore(names: readonly string[], more: number, unit = "种"): string {
	return names.join("、").concat(more > 0 ? `，另有 ${more} ${unit}` : "");
}

export const siteTexts: typeof en.siteTexts = {
	notJson: "不是有效的 JSON",
	unknownKey: "没有这个字段",
	alphabet: "必须是 64 个互不相同的字符",
	waysTwice: "有一种方式写了两次",
	waysNeeded: "其中必须有 `page` 或 `enter`，否则无法查询新的直播间",
	placeholder: (name, known) => `未知的 {${name}}；可用的有：${known.map((one) => `{${one}}`).join("、")}`,
	problem: (line, path, message) =>
		[line === undefined ? "" : `第 ${line} 行`, path]
			.filter((part) => part !== "")
			.join("，")
			.concat(`：${message}`),
	problems: (shown, more) => shown.join("；").concat(more > 0 ? `；另有 ${more} 处` : ""),
	unreadable: (code) => `无法读取文件（${code}）`,
	signerFails: (reason) => `无法加载模块：${reason}`,
	signerEmpty: "模块必须导出函数 `signature` 或 `aBogus`，或两者",
	drift: {
		method: (count, names, more) => `${count} 种新的消息（${withMore(names, more)}）`,
		field: (count, names, more) => `${count} 个新的字段（${withMore(names, more, "个")}）`,
		message: (_count, names, more) => `无法解析的消息（${withMore(names, more)}）`,
		frame: (_count, names, more) => `无法解析的数据（${withMore(names, more)}）`,
		page: (_count, names, more) => `返回内容的格式变了（${withMore(names, more)}）`,
		empty: (_count, names, more) => `返回空内容（${withMore(names, more)}）`,
	},
	changed: (parts, since) => `自 ${since} 起，抖音似乎有变化：${parts.join("；")}。`,
	unchanged: "抖音发送的内容又都能识别了。",
};

function inBrackets(...facts: string[]): string {
	const joined = facts.filter((fact) => fact !== "").join("，");
	return joined && `（${joined}）`;
}

export const eventTexts: typeof en.eventTexts = {
	liked: (count, total) => `点赞 ×${count}（共 ${total}）`,
	cameIn: (members) => `进入直播间（在线 ${members}）`,
	follows: (followers) => `关注了主播（粉丝共 ${followers}）`,
	spoken: (words, seconds) => `[语音 ${seconds} 秒]${words && ` ${words}`}`,
	shared: "分享了直播间",
	fanClub: (words) => `粉丝团：${words}`,
	control: (words, tips) => `${words}${tips && `（${tips}）`}`,
	viewers: (online, total) => `在线 ${online}，累计 ${total}`,
	top: (ranks) => `榜单：${ranks}`,
	banner: (length) => `横幅数据 ${length} 个字符`,
	product: (words, total) => `${words}（商品 ${total} 件）`,
	raw: (method, bytes) => `${method}，${bytes} 字节`,
	gap: (seconds, words) => `可能缺失 ${seconds} 秒的消息：${words}`,
	giftsWithheld: (diamonds, seconds) => `${seconds} 秒内没收到价值 ${diamonds} 抖币的礼物`,
	serviceDown: (seconds) => `服务未运行 ${seconds} 秒`,
	began: (title) => `开播：${title}`,
	ended: (words) => `直播结束：${words}`,
	gift: (gift, count, to, delta, diamonds, uncounted) =>
		`送出 ${gift} ×${count}${to && ` 给 ${to}`}${inBrackets(delta === count ? "" : `+${delta}`, diamonds > 0 ? `${diamonds} 抖币` : "")}${uncounted}`,
	giftWorth: (diamonds) => `价值 ${diamonds} 抖币的礼物`,
	notCounted: "，不计入：以开放平台为准",
	giftId: (id) => `礼物 ${id}`,
};

export const moneyTexts: typeof en.moneyTexts = {
	lightGift: (gift, count, diamonds) => `送出 ${gift} ×${count}（简略消息，每个 ${diamonds} 抖币）`,
	total: (total) => `本场音浪 ${total}`,
	wishes: (wishes) => `礼物心愿：${wishes}`,
	moderator: "成为房管",
	pkBegan: (sides, seconds) => `PK 开始${sides && `：${sides}`}${seconds > 0 ? `，${seconds} 秒` : ""}`,
	pkStands: (sides) => `PK：${sides}`,
	pkEnded: (sides, seconds) => `PK 结束${sides && `：${sides}`}${seconds > 0 ? `；惩罚 ${seconds} 秒` : ""}`,
	guestScore: (score) => `连麦嘉宾累计得分：${score}`,
	chatLikes: (chats, max) => `${chats} 条弹幕获赞，最多 ${max} 个`,
	box: {
		sent: (diamonds, title) => `红包 ${diamonds} 抖币${title && `：${title}`}`,
		won: (winners) => `红包：${winners} 人抢到`,
		update: (diamonds, parts, title) => `红包还剩 ${diamonds} 抖币、${parts} 份${title && `：${title}`}`,
		ended: "红包已结束",
	},
	places: (places) => `排行榜：${places}`,
	topic: (title, phrases) => (title ? `${title}：${phrases}` : phrases),
	page: {
		gift_panel: () => "礼物面板的顺序有变化",
		decoration: (words) => `画面贴纸有变化${words && `：${words}`}`,
		group_live: (words) => `团播面板有变化${words && `：${words}`}`,
		pk_effect: (words) => `PK 特效${words && `：${words}`}`,
		picture: () => "画面裁剪有变化",
	},
	pkTask: (sides, multiple) => `PK 任务${sides && `：${sides}`}${multiple > 0 ? `（${multiple} 倍加成）` : ""}`,
	seats: {
		list: (seats) => (seats ? `麦位：${seats}` : "麦位上没有人"),
		muteMark: "（静音）",
		entered: (who) => `${who || "有人"} 上麦`,
		left: (who) => `${who || "有人"} 下麦`,
		removed: (who) => `${who || "有人"} 被请下麦`,
		muted: (who, by) => `${who || "有人"} 被${by && ` ${by} `}静音`,
		unmuted: (who, by) => `${who || "有人"} 被${by && ` ${by} `}解除静音`,
		locked: (position) => `${position} 号麦位已锁定`,
		unlocked: (position) => `${position} 号麦位已解锁`,
		waiting: (people) => `${people} 人排队等待上麦`,
		allowed: "允许嘉宾常驻麦位",
		refused: "不允许嘉宾常驻麦位",
	},
	linkScore: (scores) => `连线得分：${scores}`,
	lottery: (prize, count, lucky, participants) =>
		`福袋${prize && `（${prize}）`}：${count} 份奖励，${lucky} 人可中，${participants} 人参与`,
	drawn: (winners) => `福袋开奖：${winners} 人中奖`,
	deleted: (messages) => `${messages} 条消息被撤回`,
};

export const messageTexts: typeof en.messageTexts = {
	says: (who, words) => `${who}：${words}`,
	several: (room, lines) => `${room}：${lines} 条消息`,
	truncated: (from, to, reason) =>
		reason === "reset"
			? "这里可能丢失了一些消息：断电或恢复备份之后，序号会跳过一段"
			: `第 ${from} 到 ${to} 条消息在发送前已过保留期`,
	notices: {
		loginFine: (identity) => `${identity ? `账号 ${identity} ` : "服务自己的 cookie "}的登录已恢复有效。`,
		storageFailing: (why) => `目前无法存储消息。${why}`,
		storageFine: "消息已恢复存储。",
		nodeLost: (node) => `集群失去了节点 ${node}：它不是正常停止的，NATS 已收不到它的消息，请检查那台机器和它的网络。`,
		nodeBack: (node) => `节点 ${node} 已回到集群。`,
		siteChanged: (what) =>
			`${what}直播间可能受影响；详情见 livekeeper 页面的“连接”，更新 livekeeper 或适配资料可能解决问题。`,
	},
	test: "这是一条测试消息：这里可以收到。",
	template: {
		failsAt: (line, column, reason) => `模板第 ${line} 行第 ${column} 列：${reason}`,
		fails: (reason) => `模板无法使用：${reason}`,
		noJson: (of, reason) => `消息中有引号时，模板对类型 ${of} 生成的不是有效的 JSON（请用过滤器 json）：${reason}`,
		several: "多条消息",
	},
	failureHints: {
		refused: "请检查地址，以及接收方是否允许。",
		broken: "问题出在接收方；恢复之后，未送达的可以重发。",
		network: "请检查接收方是否在运行，地址和端口是否正确。",
		dns: "请检查地址里的域名。",
		tls: "请检查接收方的证书。",
		timeout: "接收方应当先应答，再处理。",
		flooded: "一分钟后会重新连接；请检查地址是否确实是接收方的地址。",
		redirect_refused: "请直接填写跳转后的地址。",
		address_not_allowed:
			"接收方在自己的网络里时，请先开启 target_allow_private；是本机的工具时，开启 target_allow_loopback。",
		events_expired: "无法再发送。",
	},
	refusals: {
		receiver_key: {
			name: "接收方不认识这个密钥",
			hint: "请从它的设置中重新复制地址、密钥或令牌；可能已被重置或删除。",
		},
		receiver_signature: {
			name: "接收方说签名不对",
			hint: "请重新复制签名密钥（钉钉叫“加签”），并检查本机时间是否准确。",
		},
		receiver_keyword: {
			name: "消息中没有机器人要求的关键词",
			hint: "请把推送目标的关键词设为机器人安全设置中的一个关键词。",
		},
		receiver_address: {
			name: "机器人不接受来自本机地址的消息",
			hint: "请在机器人的安全设置中加入本机的公网地址。",
		},
		receiver_chat: {
			name: "接收方找不到这个群或频道，或机器人不在其中",
			hint: "请检查群或频道，重新把机器人加进去，再给机器人发一条消息。",
		},
		receiver_rate_limited: {
			name: "接收方暂时不再接收消息",
			hint: "稍后会再次发送。少选几种消息，或改为几分钟合并发一次，可以减少发送次数。",
		},
		receiver_content: {
			name: "接收方因内容拒绝了这条消息",
			hint: "这条不再发送，继续发送下一条。",
		},
		receiver_refused: {
			name: "接收方拒绝了这条消息",
			hint: "请查看它的应答和推送目标的设置。",
		},
		template_failed: {
			name: "推送目标的模板无法使用",
			hint: "没有发送；请修改模板，并用预览查看。",
		},
	},
};
