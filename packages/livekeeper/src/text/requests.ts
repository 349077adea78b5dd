import type { LiveIdProblem } from "@livekeeper/douyin";
import type { Text } from "./text.ts";

/** What is said of requests that are refused. */
export const requestTexts = {
	officialNotSet: (liveId: string): Text => ({
		en: `Room ${liveId} has no app of the open platform.`,
		zh: `直播间 ${liveId} 没有设置开放平台的应用。`,
	}),
	officialNotStored: {
		en: "What was pushed could not be stored in time; send it again.",
		zh: "推送的数据未能及时存储，请重新发送。",
	},
	callbackRefused: {
		headers: { en: "The callback lacks a header, or one is malformed.", zh: "回调缺少请求头，或其格式不正确。" },
		signature: { en: "The callback's signature is wrong.", zh: "回调的签名不正确。" },
		late: { en: "The callback was signed too long ago.", zh: "回调的签名时间过早。" },
		early: { en: "The callback was signed at a time that is yet to come.", zh: "回调的签名时间在未来。" },
		repeated: { en: "The callback was taken before.", zh: "该回调此前已接收。" },
		unknown: {
			en: "The callback is of a broadcast for which no task was started here.",
			zh: "该回调所属的场次没有在此启动任务。",
		},
		not_asked: {
			en: "The callback is of a kind that this room does not ask for (its types).",
			zh: "该回调的类型不在此直播间所请求的类型（types）之中。",
		},
		too_large: {
			en: "The callback is longer than 1 MiB. It counts as missing until a look-up finds what it brought.",
			zh: "该回调超过 1 MiB，未接收；在查回其内容之前计为缺失。",
		},
		unreadable: {
			en: "The callback is signed by the platform, and is no list in JSON. It counts as missing.",
			zh: "该回调由平台签名，但不是 JSON 列表，计为缺失。",
		},
	},
	roomNotActive: (room: string): Text => ({ en: `Room ${room} is not active.`, zh: `直播间 ${room} 没有启动。` }),
	roomLimit: (limit: number): Text => ({
		en: `The limit of ${limit} rooms is reached.`,
		zh: `已达到 ${limit} 个直播间的上限。`,
	}),
	invalidLiveId: { en: "The live id is not valid.", zh: "直播号无效。" },
	noNewRooms: {
		en: "The service is stopping and takes no new rooms.",
		zh: "服务正在停止，不再接受新的直播间。",
	},
	stopping: { en: "The service is stopping", zh: "服务正在停止" },
	failed: { en: "The service failed to answer", zh: "服务未能应答" },
	badHttp: { en: "The request is not valid HTTP", zh: "请求不是有效的 HTTP" },
	invalid: { en: "The request is not valid", zh: "请求无效" },
	bodyTooLarge: { en: "The body is too large", zh: "请求体过大" },
	contentTypeUnsupported: { en: "The content-type is not supported", zh: "不支持此 content-type" },
	contentType: (given: string): Text => ({ en: `The content-type is ${given}`, zh: `content-type 为 ${given}` }),
	notJson: { en: "The body is not JSON", zh: "请求体不是 JSON" },
	badPercent: {
		en: "The address holds a % that is no percent-encoding",
		zh: "地址中的 % 不是百分号编码",
	},
	liveIdTooLong: { en: "live_id: too long", zh: "live_id：过长" },
	/** @param field by its name in JSON, or `body` */
	field: (field: string, { en, zh }: Text): Text => ({ en: `${field}: ${en}`, zh: `${field}：${zh}` }),
	noRoute: (method: string, path: string): Text => ({
		en: `There is no ${method} ${path}`,
		zh: `没有 ${method} ${path}`,
	}),
	wrongMethod: (path: string, method: string): Text => ({
		en: `${path} doesn't take ${method}`,
		zh: `${path} 不接受 ${method}`,
	}),
	pairingRefused: { en: "The code is wrong, or no longer valid", zh: "配对码不正确，或已失效" },
	noPairing: { en: "There is no such pairing, or another has taken its place", zh: "没有这个配对，或已被新的配对取代" },
	nothingReceived: {
		en: "By this pairing no cookie was received, or it is no longer kept",
		zh: "这个配对没有收到 cookie，或收到的已不再保留",
	},
	cookieAndPairing: { en: "Give either cookie or pairing, not both", zh: "cookie 和 pairing 只能给出一个" },
	onlyExtension: {
		en: "Only the browser extension on this machine may hand a cookie over",
		zh: "只有本机上的浏览器扩展可以交出 cookie",
	},
	wrongKey: { en: "The API key is wrong", zh: "API 密钥不正确" },
	wrongToken: { en: "The overlay token is wrong, or was revoked", zh: "叠加层令牌不正确，或已吊销" },
	keyNeeded: { en: "An API key is needed", zh: "需要 API 密钥" },
	refusedTooOften: ({ en, zh }: Text, limit: number): Text => ({
		en: `${en}, and more than ${limit} such requests came in a minute`,
		zh: `${zh}，且一分钟内这类请求超过 ${limit} 个`,
	}),
	tooMany: (limit: number): Text => ({
		en: `More than ${limit} requests in a minute`,
		zh: `一分钟内请求超过 ${limit} 个`,
	}),
	foreignHost: (host: string): Text => ({
		en: `The service doesn't answer for ${host}`,
		zh: `服务不以 ${host} 的名义应答`,
	}),
	foreignOrigin: (origin: string): Text => ({
		en: `Pages of ${origin} may not use the service`,
		zh: `${origin} 的网页不能使用此服务`,
	}),
	foreignOriginHint: (origin: string): Text => ({
		en: `If that page is yours, add ${origin} to cors_origins (LIVEKEEPER_CORS_ORIGINS, --cors-origins) and restart the service.`,
		zh: `如果这是你自己的网页，请把 ${origin} 加入 cors_origins（LIVEKEEPER_CORS_ORIGINS、--cors-origins），然后重启服务。`,
	}),
	noOrigin: {
		en: "Pages without an origin of their own may not use the service",
		zh: "没有来源的网页（本地文件、沙盒框架）不能使用此服务",
	},
	noOriginHint: {
		en: "If that page is a file of yours, serve it over HTTP and add that origin to cors_origins, e.g. http://127.0.0.1:8000.",
		zh: "如果这是你自己的文件，请通过 HTTP 提供它，并把那个来源加入 cors_origins，例如 http://127.0.0.1:8000。",
	},
	otherSite: { en: "Pages of other sites may not use the service", zh: "其他网站的网页不能使用此服务" },
	pictureAddress: { en: "url: expected the address of a picture", zh: "url：应为图片的地址" },
	pictureHost: (host: string): Text => ({
		en: `Pictures of ${host || "that address"} are not fetched`,
		zh: `不获取${host ? ` ${host} ` : "该地址"}的图片`,
	}),
	pictureFailed: (host: string, { en, zh }: Text): Text => ({
		en: `The picture could not be fetched from ${host}: ${en}`,
		zh: `无法从 ${host} 获取图片：${zh}`,
	}),
	pictureStatus: (status: number): Text => ({ en: `it answered ${status}`, zh: `应答为 ${status}` }),
	noPicture: { en: "what came is no picture", zh: "得到的内容不是图片" },
	noAnswer: { en: "no answer", zh: "没有应答" },
	fromAfterTo: { en: "from: must be before to", zh: "from：必须早于 to" },
	lastEventId: {
		en: "Last-Event-ID: expected the id of the last event that was seen",
		zh: "Last-Event-ID：应为最后收到的消息的 id",
	},
	flag: (name: string): Text => ({ en: `${name}: expected 1 or 0`, zh: `${name}：应为 1 或 0` }),
	flagHint: (name: string): Text => ({ en: `Leave ${name} out for 0.`, zh: `省略 ${name} 即为 0。` }),
	after: {
		en: "after: expected the seq of the last event that was seen",
		zh: "after：应为最后收到的消息的 seq",
	},
	afterHint: {
		en: "Give after=0 for all there is, or leave it out for live events only.",
		zh: "after=0 表示全部消息；省略则只接收新消息。",
	},
	types: (given: string | undefined): Text => ({
		en: `types: ${given} is not a type of event`,
		zh: `types：${given} 不是消息类型`,
	}),
	typesHint: (all: string): Text => ({ en: `The types are ${all}.`, zh: `类型有 ${all}。` }),
	oneAdmission: { en: "A connection asks to be let in once", zh: "每个连接只能请求一次接入" },
	noSocketEvent: (event: string | undefined): Text => ({ en: `There is no event ${event}`, zh: `没有事件 ${event}` }),
	socketEventHint: {
		en: 'Emit "join" or "leave" with {"live_id": "261378947940"}.',
		zh: '请发送 "join" 或 "leave"，内容如 {"live_id": "261378947940"}。',
	},
	tooManyWaiting: (limit: number): Text => ({
		en: `More than ${limit} requests of this client wait for their answer`,
		zh: `此客户端等待应答的请求超过 ${limit} 个`,
	}),
	tooManyWaitingHint: {
		en: "Wait for the answers to earlier requests before sending more.",
		zh: "请等先前的请求得到应答后再发送。",
	},
	joinLimit: (limit: number): Text => ({
		en: `This client has joined ${limit} rooms, which is the limit`,
		zh: `此客户端已加入 ${limit} 个直播间，达到上限`,
	}),
	clientLimit: (limit: number): Text => ({
		en: `The limit of ${limit} clients is reached.`,
		zh: `已达到 ${limit} 个客户端的上限。`,
	}),
	clientShare: (limit: number): Text => ({
		en: `This token or this address has its part of the ${limit} clients that there may be.`,
		zh: `这个令牌或这个地址已用完它在 ${limit} 个客户端中的份额。`,
	}),
	sessionLimit: {
		en: "Too many sessions of this address wait for their key",
		zh: "这个地址尚未提供密钥的会话过多",
	},
	sessionLimitHint: {
		en: "Ask for the session with the key (Authorization: Bearer, or api_key in the query), or try again in 10 seconds.",
		zh: "请在请求会话时就带上密钥（Authorization: Bearer，或查询参数 api_key），或 10 秒后再试。",
	},
	noWebSocket: { en: "There is no WebSocket at this path", zh: "此路径没有 WebSocket" },
	identityOrOwn: {
		en: "A room goes by an identity, or by a cookie and a proxy of its own.",
		zh: "直播间要么使用一个身份，要么使用自己的 cookie 和代理。",
	},
	identityOrOwnHint: {
		en: "Give one or the other: put the cookie and the proxy into the identity, and name that.",
		zh: "请二者选一：把 cookie 和代理放入身份，然后给出身份的名称。",
	},
	noBroadcast: (broadcast: string, room: string): Text => ({
		en: `The log knows no broadcast ${broadcast} of room ${room}.`,
		zh: `日志中没有直播间 ${room} 的场次 ${broadcast}。`,
	}),
	tokenLimit: (limit: number): Text => ({
		en: `The limit of ${limit} overlay tokens is reached.`,
		zh: `已达到 ${limit} 个叠加层令牌的上限。`,
	}),
	noToken: { en: "There is no overlay token with this id.", zh: "没有此编号的叠加层令牌。" },
	tokenMoved: { en: "The overlay token opens another room now", zh: "叠加层令牌已改为读取其他直播间" },
	tokenRevoked: { en: "The overlay token was revoked", zh: "叠加层令牌已吊销" },
	/** @param room `undefined`: all rooms */
	tokenForbids: (room: string | undefined): Text => ({
		en: `This overlay token may read ${room === undefined ? "every room" : `room ${room}`}'s events, broadcasts and status, what its overlay shows, and pictures; nothing else`,
		zh: `此叠加层令牌只能读取${room === undefined ? "各直播间" : `直播间 ${room} `}的消息、场次和状态，它的叠加层设置，以及图片`,
	}),
	noIdentity: (name: string): Text => ({ en: `There is no identity "${name}".`, zh: `没有身份“${name}”。` }),
	identityName: { en: "The name of an identity is not valid.", zh: "身份的名称无效。" },
	identityUnusable: ({ en, zh }: Text): Text => ({
		en: `Cookie or proxy can't be used: ${en}`,
		zh: `cookie 或代理无法使用：${zh}`,
	}),
	identityUnusableHint: {
		en: "Correct the cookie and the proxy, or leave them out.",
		zh: "请改正 cookie 和代理，或省略它们。",
	},
	emptyIdentity: { en: "An identity without cookie and proxy is none.", zh: "身份至少要有 cookie 或代理。" },
	emptyIdentityHint: { en: "Give a cookie, a proxy, or both.", zh: "请给出 cookie、代理，或两者都给。" },
	cookieUnusable: ({ en, zh }: Text): Text => ({
		en: `The cookie can't be used: ${en}`,
		zh: `cookie 无法使用：${zh}`,
	}),
	identityLimit: (limit: number): Text => ({
		en: `The limit of ${limit} identities is reached.`,
		zh: `已达到 ${limit} 个身份的上限。`,
	}),
	identityInUse: (name: string, rooms: string, more: number): Text => ({
		en: `Identity "${name}" is in use by ${rooms}${more > 0 ? ` and ${more} more` : ""}.`,
		zh: `身份“${name}”正被 ${rooms}${more > 0 ? ` 等直播间（另有 ${more} 个）` : " "}使用。`,
	}),
	probeLimit: (limit: number): Text => ({ en: `${limit} probes are under way.`, zh: `已有 ${limit} 个检测正在进行。` }),
};

/** Why what was given is no live id. */
export const liveIdTexts = {
	not_a_string: { en: "The live id is not a string.", zh: "直播号不是字符串。" },
	empty: { en: "The live id is empty.", zh: "直播号为空。" },
	too_long: { en: "The live id is longer than 64 characters.", zh: "直播号超过 64 个字符。" },
	bad_characters: {
		en: "A live id holds only letters, digits, '_', '-' and '.'.",
		zh: "直播号只能含字母、数字、“_”、“-”和“.”。",
	},
	foreign_url: {
		en: "Only addresses of https://live.douyin.com/ are live rooms.",
		zh: "只有 https://live.douyin.com/ 的地址才是直播间。",
	},
	no_id_in_url: { en: "The address names no room.", zh: "地址中没有直播间。" },
} as const satisfies Record<LiveIdProblem, Text>;

export const liveIdHint: Text = {
	en: "Give the last part of the room's address, e.g. 261378947940 from https://live.douyin.com/261378947940.",
	zh: "请给出直播间地址的最后一段，例如 https://live.douyin.com/261378947940 中的 261378947940。",
};

/** What the answers to starting and stopping a room say. */
export const replyTexts = {
	started: (room: string): Text => ({ en: `Connecting to room ${room}`, zh: `已开始连接直播间 ${room}` }),
	changed: (room: string): Text => ({
		en: `Room ${room} is kept already; the new options are in effect`,
		zh: `直播间 ${room} 已在运行，新的设置已生效`,
	}),
	running: (room: string): Text => ({
		en: `Room ${room} is kept already; its connection goes on`,
		zh: `直播间 ${room} 已在运行，沿用现有连接`,
	}),
	stopped: (room: string): Text => ({ en: `Room ${room} was stopped`, zh: `已停止直播间 ${room}` }),
};

/** Why a room's sums over time are not given. */
export const seriesTexts = {
	order: { en: "from has to be before to", zh: "from 必须早于 to" },
	orderHint: {
		en: "Give a from that lies before to, e.g. from=2h.",
		zh: "请给出早于 to 的 from，例如 from=2h。",
	},
	span: { en: "from and to are more than 31 days apart", zh: "from 与 to 相隔超过 31 天" },
	spanHint: { en: "Ask for a shorter span.", zh: "请缩短时间范围。" },
	points: (step: number, points: number, most: number): Text => ({
		en: `step ${step} makes ${points} points, of at most ${most}`,
		zh: `step ${step} 会产生 ${points} 个点，最多为 ${most}`,
	}),
	pointsHint: (least: number): Text => ({ en: `Give step=${least} or more.`, zh: `请给出 step=${least} 或更大。` }),
};
