import type { Text } from "./text.ts";

/** What is said of webhooks that can't be used as they are given. */
export const webhookTexts = {
	limit: (limit: number): Text => ({
		en: `The limit of ${limit} webhooks is reached.`,
		zh: `已达到 ${limit} 个 webhook 的上限。`,
	}),
	tests: (most: number): Text => ({ en: `${most} tests are under way.`, zh: `${most} 个测试正在进行。` }),
	unreadable: {
		en: "The webhook's URL and secret can't be read: they were encrypted with another key. Give both again.",
		zh: "这个 webhook 的 url 和 secret 是用另一把密钥加密的，无法读取：请重新填写这两项。",
	},
	none: (id: string): Text => ({ en: `There is no webhook ${id}.`, zh: `没有 webhook ${id}。` }),
	noLetter: (id: string): Text => ({ en: `There is no dead letter ${id}.`, zh: `没有死信 ${id}。` }),
	letterExpired: {
		en: "The log no longer holds the events of this dead letter.",
		zh: "事件日志中已没有这封死信的消息。",
	},
	noRooms: { en: "The webhook's live_ids names no room.", zh: "webhook 的 live_ids 没有写明直播间。" },
	tooManyRooms: (limit: number): Text => ({
		en: `The webhook's live_ids names more than ${limit} rooms; use "*".`,
		zh: `webhook 的 live_ids 写了超过 ${limit} 个直播间；请用 "*"。`,
	}),
	noTypes: {
		en: "The webhook's types names no kind; leave it out for every kind.",
		zh: "webhook 的 types 没有写明类型；省略则为全部类型。",
	},
	secret: {
		en: "The webhook's secret must have 16 to 256 printable ASCII characters without spaces.",
		zh: "webhook 的 secret 应为 16 到 256 个不含空格的可打印 ASCII 字符。",
	},
	urlTooLong: (limit: number): Text => ({
		en: `The webhook's url has more than ${limit} characters.`,
		zh: `webhook 的 url 超过 ${limit} 个字符。`,
	}),
	noUrl: { en: "The webhook's url is not a URL.", zh: "webhook 的 url 不是 URL。" },
	protocol: (protocol: string): Text => ({ en: `A webhook can't use ${protocol}`, zh: `webhook 不能使用 ${protocol}` }),
	credentials: {
		en: "The webhook's url may not hold a user name or password.",
		zh: "webhook 的 url 不能含用户名或密码。",
	},
	privateAddress: (host: string): Text => ({
		en: `${host} is a private or reserved address, and webhook_allow_private is off.`,
		zh: `${host} 是私有或保留地址，而 webhook_allow_private 没有开启。`,
	}),
	privateName: (host: string): Text => ({
		en: `${host} is a name of a private network, and webhook_allow_private is off.`,
		zh: `${host} 是私有网络的名称，而 webhook_allow_private 没有开启。`,
	}),
	resolvesPrivate: (host: string): Text => ({
		en: `${host} resolves to a private or reserved address, and webhook_allow_private is off.`,
		zh: `${host} 解析为私有或保留地址，而 webhook_allow_private 没有开启。`,
	}),
};

/** What each code of a failed delivery means. */
const deliveryNames = {
	http_status: "接收方没有接受",
	network: "连接失败",
	dns: "域名无法解析",
	tls: "TLS 连接失败",
	timeout: "没有及时应答",
	redirect_refused: "没有跟随重定向",
	address_not_allowed: "地址为私有或保留地址，不允许投递",
	events_expired: "事件日志中已没有这些消息",
} as const satisfies Record<string, string>;

interface FailedDelivery {
	code: keyof typeof deliveryNames;
	message: string;
	/** What the receiver answered, where it answered. */
	status?: number;
}

/** Why a delivery failed, of which the store keeps the code, the status and the words in English. */
export function deliveryText({ code, message, status }: FailedDelivery): Text {
	if (status !== undefined) return { en: message, zh: `接收方应答 ${status}。` };
	return { en: message, zh: `${deliveryNames[code]}。` };
}
