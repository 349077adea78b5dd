import type { DouyinError } from "@livekeeper/douyin";
import { failureNames } from "./failures.ts";
import { faultNames } from "./storage.ts";
import type { Text } from "./text.ts";

/** Why a room is in its state: sentences. */
export const roomTexts = {
	added: { en: "The room was added.", zh: "直播间已添加。" },
	lookingUp: { en: "Looking the room up.", zh: "正在查询直播间。" },
	connecting: { en: "Connecting.", zh: "正在连接。" },
	connectingAnew: { en: "Connecting anew with other options.", zh: "设置已更改，正在重新连接。" },
	awaitingTurn: { en: "Waiting for its turn to connect.", zh: "正在排队等待连接。" },
	stopped: { en: "The room was stopped.", zh: "直播间已停止。" },
	connectedTo: (host: string): Text => ({ en: `Connected to ${host}.`, zh: `已连接到 ${host}。` }),
	/** @param socket why there is no push socket */
	polling: (host: string, socket?: Pick<DouyinError, "reason" | "host">): Text => {
		if (socket?.reason === "foreign_host") {
			const foreign = socket.host ?? "";
			return {
				en: `Asking ${host} again and again: the push host that the upstream names, ${foreign}, is not its own. Nothing was sent there; if it is the site's, add it to allowed_hosts.`,
				zh: `上游给出的推送主机 ${foreign} 不属于它，没有向那里发送任何内容，正在反复请求 ${host}。如果确属该网站，请把它加入 allowed_hosts。`,
			};
		}
		const why = socket ? failureNames[socket.reason] : undefined;
		return {
			en: `Asking ${host} again and again, without a push socket${why ? `: ${why.en}` : ""}.`,
			zh: `没有推送连接${why ? `（${why.zh}）` : ""}，正在反复请求 ${host}。`,
		};
	},
	offline: { en: "The room is not live.", zh: "直播间未开播。" },
	noRoom: { en: "The account has no room now.", zh: "该账号目前没有直播间。" },
	notFound: { en: "There is no room with this live id.", zh: "没有这个直播号的直播间。" },
	broadcastEnded: { en: "The broadcast has ended.", zh: "直播已结束。" },
	pageLags: {
		en: "The broadcast has ended; its page still calls it live.",
		zh: "直播已结束，但页面仍显示正在直播。",
	},
	sessionEnded: { en: "The session ended by itself.", zh: "会话自行结束了。" },
	noConnectionStands: { en: "None of its connections stands.", zh: "所有连接都已断开。" },
	broughtNothing: (seconds: number): Text => ({
		en: `It brought nothing for ${seconds} s while another one did.`,
		zh: `已 ${seconds} 秒没有收到消息，而另一个连接收到了。`,
	}),
	noPage: (seconds: number): Text => ({
		en: `The room's page did not come within ${seconds} s.`,
		zh: `${seconds} 秒内没有得到直播间页面。`,
	}),
	givenUp: { en: "Given up.", zh: "已放弃。" },
	noConnection: (seconds: number): Text => ({
		en: `No connection within ${seconds} s.`,
		zh: `${seconds} 秒内没有建立连接。`,
	}),
	unexpected: (words: string): Text => ({ en: `Unexpected: ${words}`, zh: `意外错误：${words}` }),
	cannotStoreNow: {
		en: "What the room says can't be stored at the moment; it waits until that works again.",
		zh: "直播间的消息暂时无法存储，等待恢复。",
	},
	memoryUnreadable: (words: string): Text => ({
		en: `What is stored of the room can't be read at the moment, so it waits: ${words}`,
		zh: `直播间已存的数据暂时无法读取，等待恢复：${words}`,
	}),
	storable: { en: "Messages can be stored again.", zh: "消息又可以存储了。" },
	/** @param why in words, where they are known */
	waitsInMemory: (fault: keyof typeof faultNames, why: Text | undefined): Text => ({
		en: `What the room says can't be stored (${fault}${why ? `: ${why.en}` : ""}); it waits in memory.`,
		zh: `直播间的消息无法存储（${faultNames[fault].zh}${why ? `：${why.zh}` : ""}），暂存于内存。`,
	}),
};

/** What is decided about the next attempt, and why: clauses, which become sentences. */
export const decisionTexts = {
	/** @param flaps connections in a row that broke within a minute; 0 where that makes no difference */
	schedule: (attempt: number, flaps: number): Text => ({
		en: `failed attempt ${attempt} in a row${flaps > 0 ? `; the last ${flaps} connections broke within a minute` : ""}`,
		zh: `连续第 ${attempt} 次失败${flaps > 0 ? `；最近 ${flaps} 个连接都在一分钟内断开` : ""}`,
	}),
	patience: { en: "the upstream asked for this much patience", zh: "上游要求等待这么久" },
	leftAlone: { en: "whoever refuses us is left alone", zh: "被拒绝后不再打扰上游" },
	hostWorks: {
		en: "the connection had held, and a push host is known to work",
		zh: "连接此前稳定，且已知有推送主机可用",
	},
	slowDown: { en: "the upstream asked this identity to slow down", zh: "上游要求此身份放慢速度" },
	refused: { en: "the upstream refuses this room", zh: "上游拒绝此直播间" },
	identityRests: {
		en: "this identity rests: the site shows it nothing, as it does under risk control",
		zh: "此身份正在休息：网站什么也不向它推送，疑似被风控",
	},
	restOver: { en: "The identity rests no longer.", zh: "身份的休息已结束。" },
	identityRefused: { en: "the upstream refuses this identity", zh: "上游拒绝此身份" },
	mostFailed: { en: "most rooms failed at once", zh: "多数直播间同时断开" },
	triesForAll: ({ en, zh }: Text): Text => ({ en: `${en}; this room tries for all`, zh: `${zh}；由此直播间代为探测` }),
	othersTry: ({ en, zh }: Text, room: string): Text => ({
		en: `${en}; room ${room} tries for all`,
		zh: `${zh}；由直播间 ${room} 代为探测`,
	}),
	becameCanary: { en: "It tries for all now.", zh: "现由此直播间代为探测。" },
	reachable: {
		en: "The upstream can be reached again; rooms come back one after the other.",
		zh: "上游已恢复，各直播间依次重连。",
	},
};

/** What a room waits for while it has no connection, and why it had to give one up: sentences. */
export const permitTexts = {
	full: {
		total: (limit: number | undefined): Text => ({
			en: `All ${limit} connections are in use.`,
			zh: `${limit} 个连接已全部占用。`,
		}),
		perIdentity: (limit: number | undefined): Text => ({
			en: `All ${limit} connections of this identity are in use.`,
			zh: `此身份的 ${limit} 个连接已全部占用。`,
		}),
		perLogin: (limit: number | undefined): Text => ({
			en: `All ${limit} connections of this login are in use; the site puts a cookie that watches many rooms under risk control.`,
			zh: `此登录的 ${limit} 个连接已全部占用；看很多直播间的 cookie 会被网站风控。`,
		}),
		perProxy: (limit: number | undefined): Text => ({
			en: `All ${limit} connections through this proxy are in use.`,
			zh: `通过此代理的 ${limit} 个连接已全部占用。`,
		}),
	},
	lowered: {
		total: (limit: number | undefined): Text => ({
			en: `The connection limit was lowered to ${limit}.`,
			zh: `连接上限已降为 ${limit}。`,
		}),
		perIdentity: (limit: number | undefined): Text => ({
			en: `The connection limit of this identity was lowered to ${limit}.`,
			zh: `此身份的连接上限已降为 ${limit}。`,
		}),
		perLogin: (limit: number | undefined): Text => ({
			en: `The connection limit of this login was lowered to ${limit}.`,
			zh: `此登录的连接上限已降为 ${limit}。`,
		}),
		perProxy: (limit: number | undefined): Text => ({
			en: `The connection limit of this proxy was lowered to ${limit}.`,
			zh: `此代理的连接上限已降为 ${limit}。`,
		}),
	},
	elsewhere: {
		en: "The connection is needed by a room on another node.",
		zh: "其他节点上的直播间需要这个连接。",
	} satisfies Text,
	preempting: (words: Text, room: string): Text => ({
		en: `${words.en} Room ${room} is being preempted.`,
		zh: `${words.zh}正在让直播间 ${room} 让出连接。`,
	}),
	needed: (room: string, { en, zh }: Text): Text => ({
		en: `Room ${room} needs the connection: ${en}.`,
		zh: `直播间 ${room} 需要这个连接：${zh}。`,
	}),
	priority: {
		pinned: { en: "it is pinned", zh: "它已置顶" },
		readers: { en: "a client subscribes to it", zh: "有客户端正在订阅" },
		live: { en: "its broadcast is on", zh: "它正在直播" },
		idle: { en: "its turn has come", zh: "轮到它了" },
	},
};

/** What is to be said of logins and identities. */
export const identityTexts = {
	loginEnded: (name: string | undefined): Text => ({
		en: `${whose(name).en} has ended: no gifts come, and some names are masked; ${wanted.en}.`,
		zh: `${whose(name).zh}已失效：收不到礼物，部分昵称被隐藏；${wanted.zh}。`,
	}),
	loginEnds: (name: string | undefined, inMs: number): Text => {
		const { en, zh } = inWords(inMs);
		return {
			en: `${whose(name).en} ends in ${en}: ${wanted.en}.`,
			zh: `${whose(name).zh}将在${zh}后到期：${wanted.zh}。`,
		};
	},
	undecryptable: { en: "It can't be decrypted: give it again.", zh: "无法解密：请重新提供。" },
	gone: (name: string): Text => ({
		en: `There is no identity "${name}" any more: nothing is sent without it.`,
		zh: `身份“${name}”已不存在：没有它就不发送任何内容。`,
	}),
	keyChanged: (name: string): Text => ({
		en: `The identity "${name}" can't be decrypted (the key has changed): give it again.`,
		zh: `身份“${name}”无法解密（密钥已更换）：请重新提供。`,
	}),
};

const wanted = { en: "give the new cookie of a logged-in browser", zh: "请提供已登录浏览器的新 cookie" };

function whose(name: string | undefined): Text {
	if (name === undefined) return { en: "The login", zh: "登录" };
	return { en: `The login of identity ${name}`, zh: `身份 ${name} 的登录` };
}

function inWords(ms: number): Text {
	const hours = Math.max(1, Math.floor(ms / 3_600_000));
	if (hours >= 48) return { en: `${Math.floor(hours / 24)} days`, zh: ` ${Math.floor(hours / 24)} 天` };
	return hours === 1 ? { en: "an hour or less", zh: "一小时内" } : { en: `${hours} hours`, zh: ` ${hours} 小时` };
}
