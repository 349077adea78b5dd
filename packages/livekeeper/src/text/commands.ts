import { timeFormats } from "./checks.ts";
import type { Text } from "./text.ts";

const json = { en: "print JSON instead of a table", zh: "输出 JSON 而不是表格" };
const liveId = {
	en: "the last part of https://live.douyin.com/261378947940, or that URL",
	zh: "https://live.douyin.com/261378947940 的最后一段，或该地址",
};

/** What the help of each command says. */
export const helpTexts = {
	program: {
		en: "Keeps Douyin live rooms connected and hands their messages to browsers and programs.",
		zh: "让抖音直播间保持连接，并把消息交给浏览器和程序。",
	},
	version: { en: "print the version", zh: "输出版本号" },
	help: { en: "display help for command", zh: "显示命令的帮助" },
	language: {
		en: "language of help, tables and errors (LIVEKEEPER_LANG; default: the system's)",
		zh: "帮助、表格和错误所用的语言（LIVEKEEPER_LANG；默认：系统语言）",
	},
	afterError: {
		en: "(livekeeper --help lists the commands and options)",
		zh: "（livekeeper --help 会列出命令和选项）",
	},
	examples: {
		en: `
Examples:
  livekeeper serve --demo            run the service against a simulated Douyin
  livekeeper start 261378947940      keep a room connected
  livekeeper watch 261378947940      see what happens in it
  livekeeper top                     see all rooms live, the worst first
  livekeeper export 261378947940     save what happened in it as a file
  livekeeper backup my.backup        save all that is stored as one file
  livekeeper doctor 261378947940     find out why a room doesn't connect

Every option can also be set in livekeeper.config.json or the environment (LIVEKEEPER_…);
a flag beats the environment, which beats the file. Keys and cookies are better not given as flags:
other users of a machine can see them.`,
		zh: `
示例：
  livekeeper serve --demo            运行服务，连接模拟的抖音
  livekeeper start 261378947940      让一个直播间保持连接
  livekeeper watch 261378947940      查看其中发生的事
  livekeeper top                     实时查看所有直播间，异常的在前
  livekeeper export 261378947940     把其中发生的事保存为文件
  livekeeper backup my.backup        把已存的全部内容保存为一个文件
  livekeeper doctor 261378947940     查明直播间为何连接不上

每个选项也可以写在 livekeeper.config.json 或环境变量（LIVEKEEPER_…）中；
命令行选项优先于环境变量，环境变量优先于文件。密钥和 cookie 最好不要写在命令行上：
同一台机器的其他用户可以看到。`,
	},
	config: {
		en: "configuration file (LIVEKEEPER_CONFIG; default: livekeeper.config.json)",
		zh: "配置文件（LIVEKEEPER_CONFIG；默认：livekeeper.config.json）",
	},
	/** An option of the configuration. @param standard its default, "" where there is none */
	option: ({ en, zh }: Text, variable: string, standard: string): Text => ({
		en: `${en} (${variable}${standard && `; default: ${standard}`})`,
		zh: `${zh}（${variable}${standard && `；默认：${standard}`}）`,
	}),
	none: { en: "none", zh: "无" },
	json,
	pasted: {
		en: "what names the room: its address, a share text, a short link, a Douyin ID or a live id; several at once as well",
		zh: "直播间网址、分享口令、短链接、抖音号或直播号；可一次给出多个",
	},
	liveId,
	start: { en: "keep a room connected, or change its options", zh: "让直播间保持连接，或更改其设置" },
	startIdentity: {
		en: "the identity that it goes by (livekeeper identities)",
		zh: "它使用的身份（livekeeper identities）",
	},
	pinned: {
		en: "it goes before all rooms that are not when connections are scarce",
		zh: "连接不足时优先于所有未置顶的直播间",
	},
	noPinned: { en: "it does so no longer", zh: "不再置顶" },
	raw: { en: "the upstream's payloads are stored beside its events", zh: "在消息旁保存上游的原始数据" },
	noRaw: { en: "they are not", zh: "不保存原始数据" },
	redundancy: { en: "how many connections it keeps at once: 1 to 3", zh: "同时保持几个连接：1 到 3" },
	secondIdentity: { en: "the identity that the second connection goes by", zh: "第二个连接使用的身份" },
	thirdIdentity: { en: "the identity that the third connection goes by", zh: "第三个连接使用的身份" },
	stop: { en: "stop a room", zh: "停止直播间" },
	status: { en: "show all rooms, or one in detail", zh: "显示所有直播间，或一个直播间的详情" },
	identities: {
		en: "show the cookies and proxies that rooms share by name, without their secrets",
		zh: "显示直播间按名称共用的 cookie 和代理（不含秘密）",
	},
	identity: { en: "add, change or remove an identity", zh: "添加、更改或移除身份" },
	identityLift: { en: "have an identity tried again that rests", zh: "解除身份的休息，立即重试" },
	identityRemove: { en: "remove an identity that no room goes by", zh: "移除没有直播间使用的身份" },
	identitySet: {
		en: "give a cookie and a proxy a name, or change what a name stands for",
		zh: "给 cookie 和代理起一个名称，或更改名称所指的内容",
	},
	cookieFile: {
		en: "a Cookie header, a request as cURL, a cookies.txt file, or a browser's JSON; - for standard input",
		zh: "Cookie 请求头、复制为 cURL 的请求、cookies.txt 文件或浏览器导出的 JSON；- 表示标准输入",
	},
	withoutCookie: { en: "take its cookie away", zh: "去掉它的 cookie" },
	proxyFile: { en: "a file with the proxy's URL, which may hold a password", zh: "写有代理地址（可含密码）的文件" },
	withoutProxy: { en: "take its proxy away", zh: "去掉它的代理" },
	expires: {
		en: "when the login ends, where the cookie doesn't say: 2026-03-31, or a date and time",
		zh: "登录何时到期（cookie 中没有写明时）：2026-03-31，或日期和时间",
	},
	identitySetMore: {
		en: `
Without --cookie-file the cookie is asked for, or read from standard input. It is never taken from the command
line, where other users of the machine could see it. What is not given stays as it is.`,
		zh: `
没有 --cookie-file 时会询问 cookie，或从标准输入读取。不会从命令行读取，因为同一台机器的其他用户可以看到。
没有给出的内容保持不变。`,
	},
	nodes: {
		en: "the nodes of the cluster, and how many rooms each has",
		zh: "集群的各个节点，以及每个节点的直播间数",
	},
	import: {
		en: "move what one machine has stored into a cluster: rooms, messages with their numbers, identities, webhooks, tokens",
		zh: "把单机存储的内容迁入集群：直播间、消息及其序号、身份、webhook、令牌",
	},
	importFrom: {
		en: "livekeeper.db or the data folder of a service that is stopped, or a backup",
		zh: "已停止的服务的 livekeeper.db 或数据目录，或一份备份",
	},
	importMore: {
		en: `
The service on one machine has to be stopped; nothing in its data is deleted. Cookies and secrets are opened with
secret.key beside the database, or with the secret of the cluster. What the cluster has already stays as it is, and
where the import was interrupted the same command goes on.`,
		zh: `
单机上的服务须先停止；它的数据不会被删除。cookie 和密文用数据库旁的 secret.key 或集群的 secret 解密。
集群中已有的内容保持不变；导入中断后，再次运行同一命令即可继续。`,
	},
	connections: {
		en: "show who waits for a connection, or change the connection limits until the service ends",
		zh: "显示哪些直播间在等待连接，或更改连接上限（直到服务结束）",
	},
	limit: ({ en, zh }: Text): Text => ({
		en: `from now on at most this many ${en}; "none" for no limit`,
		zh: `从现在起${zh}最多这么多连接；"none" 表示不限`,
	}),
	limits: {
		total: { en: "connections", zh: "" },
		perIdentity: { en: "with one cookie", zh: "每个 cookie " },
		perLogin: { en: "with one logged-in cookie", zh: "每个已登录的 cookie " },
		perProxy: { en: "through one proxy", zh: "每个代理" },
	},
	top: {
		en: "show all rooms live, the worst first, until q or Ctrl-C",
		zh: "实时显示所有直播间，异常的在前，按 q 或 Ctrl-C 结束",
	},
	tokens: {
		en: "show the overlay tokens: who may read one room, or all, and no more, without the API key",
		zh: "显示叠加层令牌：无需 API 密钥，只能读取一个或全部直播间",
	},
	tokensJson: { en: "print JSON", zh: "输出 JSON" },
	tokenRemove: { en: "revoke an overlay token: what it opened ends", zh: "吊销叠加层令牌：用它打开的连接随即结束" },
	tokenAdd: {
		en: "make an overlay token, and show its secret, this once",
		zh: "创建叠加层令牌，并显示其密文（仅此一次）",
	},
	tokenName: { en: "what it is for", zh: "用途" },
	tokenRoom: {
		en: "the one room that it opens, by its live id or URL; without it: all rooms",
		zh: "它能打开的一个直播间（直播号或地址）；省略则为全部",
	},
	gifts: { en: "show what gifts are called and cost, as far as they have passed", zh: "显示出现过的礼物的名称和价格" },
	watch: { en: "show a room's events as they come", zh: "实时显示直播间的消息" },
	keptRoom: { en: "a room that the service keeps", zh: "服务保持连接的直播间" },
	watchJson: { en: "print each event as a line of JSON", zh: "每条消息输出为一行 JSON" },
	types: (all: string): Text => ({
		en: `only these types, separated by commas: ${all}`,
		zh: `只要这些类型，以逗号分隔：${all}`,
	}),
	export: { en: "save a room's events as a file", zh: "把直播间的消息保存为文件" },
	exportRoom: { en: "a room that the service keeps or has kept", zh: "服务保持或曾保持连接的直播间" },
	format: { en: "default: by the file's name, else csv", zh: "默认：按文件名，否则为 csv" },
	from: {
		en: `only events at or after this time: ${timeFormats.en}`,
		zh: `只要此时或之后的消息：${timeFormats.zh}`,
	},
	to: {
		en: "only events before this time; a date alone includes that day",
		zh: "只要此时之前的消息；只写日期则含当天",
	},
	output: {
		en: "file or folder to write to; - for standard output (default: <live_id>-<from>.<format>)",
		zh: "写入的文件或文件夹；- 表示标准输出（默认：<live_id>-<from>.<format>）",
	},
	backup: {
		en: "save all that a running service has stored as one file",
		zh: "把正在运行的服务已存的全部内容保存为一个文件",
	},
	backupFile: { en: "file to write to; one of that name is replaced", zh: "写入的文件；同名文件会被替换" },
	doctor: { en: "find out what is wrong between here and a room", zh: "查明从这里到直播间哪里出了问题" },
	doctorRoom: {
		en: "the room to try; without it, one that the running service keeps",
		zh: "要测试的直播间；省略则用正在运行的服务所保持的一个",
	},
	doctorIdentity: {
		en: "try it with an identity of the running service, instead of the configured cookie",
		zh: "用正在运行的服务的身份测试，而不用配置的 cookie",
	},
	serve: { en: "run the service", zh: "运行服务" },
	open: {
		en: "also open its page in the browser; where the service runs already, only that",
		zh: "并在浏览器中打开页面；服务已在运行时只打开页面",
	},
	service: { en: "have the system run the service whenever you log in", zh: "让系统在你每次登录时自动运行服务" },
	serviceActions: {
		install: { en: "set it up, and start it", zh: "设置并启动" },
		uninstall: { en: "stop it, and take it away; the data stays", zh: "停止并取消，数据保留" },
		status: { en: "show how the system says it does", zh: "显示系统给出的状态" },
	},
	dryRun: { en: "only print what would be written and run", zh: "只显示将写入和运行的内容" },
	simulate: { en: "run a simulated Douyin", zh: "运行模拟的抖音" },
	simulateHost: { en: "address to listen on", zh: "监听的地址" },
	simulatePort: { en: "port to listen on; 0 takes any free one", zh: "监听的端口；0 表示任取一个空闲端口" },
	simulateRooms: { en: "how many rooms", zh: "直播间的个数" },
	simulateRate: { en: "messages a second in each room", zh: "每个直播间每秒的消息数" },
	simulateSeed: { en: "the same seed sends the same messages", zh: "相同的种子发送相同的消息" },
	simulateReplay: {
		en: "send recorded frames (.hex, .b64, .ndjson) from this folder",
		zh: "发送此文件夹中录制的数据（.hex、.b64、.ndjson）",
	},
	simulateStrict: {
		en: "let in only clients that are like the site's page",
		zh: "只接受与网站页面相同的客户端",
	},
	simulateGifts: {
		en: "what logins are given of the gifts: all, the first n after each connecting, or none",
		zh: "登录身份收到的礼物：全部、每次连接后的前 n 个，或没有",
	},
	simulateMessages: {
		en: "what logins are given of all messages: all, each with the probability p, or none",
		zh: "登录身份收到的消息：全部、每条以概率 p 收到，或没有",
	},
	simulateTotals: {
		en: "which totals rooms show: the running total, the scores of who gave most, both or neither",
		zh: "直播间显示哪些总额：累计总额、送礼最多者的分数、两者或都不显示",
	},
};

/** What commands say while they run, and of options that can't be used. */
export const commandTexts = {
	wholeNumber: { en: "Give a whole number.", zh: "请给出整数。" },
	atMost: (most: number): Text => ({ en: `Give at most ${most}.`, zh: `最多为 ${most}。` }),
	atLeast: (least: number): Text => ({ en: `Give at least ${least}.`, zh: `至少为 ${least}。` }),
	range: (min: number, max: number): Text => ({
		en: `Expected a whole number from ${min} to ${max}.`,
		zh: `应为 ${min} 到 ${max} 的整数。`,
	}),
	limit: {
		en: 'Expected a whole number from 1 to 100000, or "none".',
		zh: '应为 1 到 100000 的整数，或 "none"。',
	},
	rate: { en: "Expected a number above 0, at most 10000.", zh: "应为大于 0、不超过 10000 的数。" },
	noType: (unknown: string, all: string): Text => ({
		en: `There is no type ${unknown}. Types: ${all}.`,
		zh: `没有类型 ${unknown}。类型有：${all}。`,
	}),
	namesNoRoom: (text: string, why: Text): Text => ({
		en: `${text === "" ? "" : `${text}: `}${why.en}`,
		zh: `${text === "" ? "" : `${text}：`}${why.zh}`,
	}),
	noRooms: {
		en: "No rooms yet. Keep one with: livekeeper start <live_id>",
		zh: "还没有直播间。添加一个：livekeeper start <live_id>",
	},
	noGifts: {
		en: "No gifts have passed yet. Without a login the site sends none: livekeeper identity set <name>",
		zh: "还没有出现过礼物。未登录时网站不发送礼物：livekeeper identity set <name>",
	},
	noTokens: {
		en: "No overlay tokens yet. Make one with: livekeeper tokens add --name <name>",
		zh: "还没有叠加层令牌。创建一个：livekeeper tokens add --name <name>",
	},
	tokenRevoked: (id: string): Text => ({ en: `Overlay token ${id} is revoked`, zh: `叠加层令牌 ${id} 已吊销` }),
	tokenMade: (id: string, room: string | undefined): Text => ({
		en: `Overlay token ${id} may read ${room === undefined ? "all rooms" : `room ${room}`}`,
		zh: `叠加层令牌 ${id} 可读取${room === undefined ? "全部直播间" : `直播间 ${room}`}`,
	}),
	tokenSecret: {
		en: "The secret is not shown again. Whoever has it may read, and nothing else.",
		zh: "密文不会再次显示。持有者只能读取，不能做其他事。",
	},
	noIdentities: {
		en: "No identities yet. Add one with: livekeeper identity set <name>",
		zh: "还没有身份。添加一个：livekeeper identity set <name>",
	},
	restLifted: (name: string): Text => ({ en: `Identity ${name} is tried again`, zh: `身份 ${name} 已重新启用` }),
	identityRemoved: (name: string): Text => ({ en: `Identity ${name} is removed`, zh: `身份 ${name} 已移除` }),
	identityAdded: (name: string): Text => ({ en: `Identity ${name} is added`, zh: `身份 ${name} 已添加` }),
	identityChanged: (name: string): Text => ({ en: `Identity ${name} is changed`, zh: `身份 ${name} 已更改` }),
	cookiePrompt: { en: "Cookie (not shown): ", zh: "Cookie（不显示）：" },
	proxyPrompt: { en: "Proxy: ", zh: "代理：" },
	listens: (url: string, docs: string): Text => ({
		en: `Open ${url} in a browser   (API: ${docs})`,
		zh: `用浏览器打开 ${url}   （API：${docs}）`,
	}),
	writes: (path: string): Text => ({ en: `Write ${path}`, zh: `写入 ${path}` }),
	removes: (path: string): Text => ({ en: `Remove ${path}`, zh: `删除 ${path}` }),
	runs: (command: string): Text => ({ en: `Run ${command}`, zh: `运行 ${command}` }),
	serviceDone: {
		install: (folder: string): Text => ({
			en: `livekeeper runs, and is started whenever you log in. Its configuration and data are in ${folder}`,
			zh: `livekeeper 已在运行，并会在你每次登录时启动。配置和数据在 ${folder}`,
		}),
		uninstall: (folder: string): Text => ({
			en: `livekeeper is not started any more when you log in. Its data is still in ${folder}`,
			zh: `登录时不再启动 livekeeper。数据仍在 ${folder}`,
		}),
	},
	runsAlready: (url: string): Text => ({
		en: `livekeeper runs already: opening ${url}`,
		zh: `livekeeper 已经在运行：正在打开 ${url}`,
	}),
	noBrowser: (url: string): Text => ({
		en: `No browser could be opened here. Open ${url} yourself.`,
		zh: `这里无法打开浏览器，请自行打开 ${url}`,
	}),
	/** @param command what shows it, as it can be typed where this is read */
	demoRoom: (command: string): Text => ({ en: `demo room: ${command}`, zh: `演示直播间：${command}` }),
	howToStop: { en: "Ctrl-C stops it", zh: "按 Ctrl-C 停止" },
	howToStopDemo: {
		en: "Ctrl-C stops it; the demo and what it said are gone then",
		zh: "按 Ctrl-C 停止；演示的直播间和消息随之消失",
	},
	lateStop: { en: "The service didn't stop in time: leaving now", zh: "服务没有及时停止：现在退出" },
	badStop: (words: string): Text => ({
		en: `The service didn't stop cleanly: ${words}`,
		zh: `服务没有正常停止：${words}`,
	}),
	simulatorAt: (url: string): Text => ({ en: `The simulated Douyin is at ${url}`, zh: `模拟的抖音在 ${url}` }),
	simulatorUse: (url: string): Text => ({
		en: `Use it with: livekeeper serve --upstream-url ${url}`,
		zh: `使用它：livekeeper serve --upstream-url ${url}`,
	}),
	simulatorFaults: (url: string): Text => ({ en: `Faults and lists: ${url}`, zh: `故障和列表：${url}` }),
	interrupted: { en: "Stopped: nothing was saved", zh: "已中止：没有保存任何内容" },
	nothingToExport: (room: string): Text => ({
		en: `Nothing to export: no event of room ${room} matches; no file was written`,
		zh: `没有可导出的内容：直播间 ${room} 没有符合条件的消息；没有写入文件`,
	}),
	holdsKey: {
		en: "It holds your cookies and the key to them: keep it as you keep a password.",
		zh: "其中有你的 cookie 及其密钥：请像密码一样保管。",
	},
	keepKey: (what: string): Text => ({
		en: `Keep ${what} as well: without it cookies, and the URLs and secrets of webhooks, have to be given again.`,
		zh: `请同时保存 ${what}：没有它，cookie 以及 webhook 的 URL 和密钥须重新提供。`,
	}),
	yourSecret: { en: "your LIVEKEEPER_SECRET", zh: "你的 LIVEKEEPER_SECRET" },
	progress: {
		en: "{bar} {percentage}% of {total} {unit}, {eta_formatted} left",
		zh: "{bar} {percentage}%，共 {total} {unit}，剩余 {eta_formatted}",
	},
	units: { events: { en: "events", zh: "条消息" }, bytes: { en: "bytes", zh: "字节" } },
	serviceGone: {
		en: "The service is gone; waiting for it to come back …",
		zh: "与服务的连接已断开；正在等待恢复 …",
	},
	gone: (from: number, to: number): Text => ({
		en: `Events ${from} to ${to} are gone; it goes on after them.`,
		zh: `第 ${from} 到 ${to} 条消息已不存在；从其后继续。`,
	}),
	watching: (room: string, state: string, about: string): Text => ({
		en: `${room} is ${state}${about && ` (${about})`}. Ctrl-C ends the watching.`,
		zh: `直播间 ${room} ${state}${about && `（${about}）`}。按 Ctrl-C 结束。`,
	}),
	stateIs: (state: string, reason: string): Text => ({ en: `${state}: ${reason}`, zh: `${state}：${reason}` }),
	notKept: { en: "not kept now", zh: "目前没有启动" },
	webGiftsLeftOut: {
		en: "Gifts of the web that the open platform tells of as well are left out; --json has them",
		zh: "网页的礼物若开放平台也会推送则不显示；--json 中有",
	},
	awaitingStart: {
		en: "The service no longer keeps this room; waiting for it to be started …",
		zh: "服务不再保持此直播间；正在等待它启动 …",
	},
	cookieAndProxy: (cookie: boolean, proxy: boolean): Text => ({
		en: `${cookie ? "own cookie" : "visitor's cookie"}, ${proxy ? "through a proxy" : "no proxy"}`,
		zh: `${cookie ? "自己的 cookie" : "访客的 cookie"}，${proxy ? "经由代理" : "不用代理"}`,
	}),
	identityIs: (name: string, login: Text, giftless: boolean, endsAt: string, rooms: number): Text => ({
		en: `${name}: ${login.en.replace("_", " ")}${giftless ? " (no gifts, some names masked)" : ""}${endsAt && `, ends ${endsAt}`}; ${rooms === 0 ? "no room goes by it" : `${rooms} rooms go by it`}`,
		zh: `${name}：${login.zh}${giftless ? "（收不到礼物，部分昵称被隐藏）" : ""}${endsAt && `，${endsAt} 到期`}；${rooms === 0 ? "没有直播间使用" : `${rooms} 个直播间使用`}`,
	}),
	giveLiveId: {
		en: "Give a live id to try the way to its messages: livekeeper doctor <live_id>",
		zh: "请给出直播号以测试到其消息的各个步骤：livekeeper doctor <live_id>",
	},
	canBeKept: (room: string): Text => ({ en: `Room ${room} can be kept.`, zh: `直播间 ${room} 可以保持连接。` }),
	cannotBeKept: (room: string): Text => ({
		en: `Room ${room} can't be kept as things are.`,
		zh: `按目前的情况，直播间 ${room} 无法保持连接。`,
	}),
	giveKey: {
		en: "Give the service's API key with --api-key, or in LIVEKEEPER_API_KEY.",
		zh: "请用 --api-key 或 LIVEKEEPER_API_KEY 给出服务的 API 密钥。",
	},
};

/** The titles of commander's help. */
export const helpTitles: Record<string, string> = {
	"Usage:": "用法：",
	"Arguments:": "参数：",
	"Options:": "选项：",
	"Global Options:": "全局选项：",
	"Commands:": "命令：",
};

/** What commander says of a command line that it does not take. */
const commanderErrors: readonly [RegExp, (...parts: string[]) => string][] = [
	[/^error: unknown option '(.*)'$/, (flag) => `错误：没有选项 ${flag}`],
	[/^error: unknown command '(.*)'$/, (name) => `错误：没有命令 ${name}`],
	[/^error: missing required argument '(.*)'$/, (name) => `错误：缺少参数 ${name}`],
	[/^error: required option '(.*)' not specified$/, (flag) => `错误：缺少选项 ${flag}`],
	[/^error: option '(.*)' argument missing$/, (flag) => `错误：选项 ${flag} 缺少值`],
	[
		/^error: option '(.*)' argument '(.*)' is invalid\. (.*)$/,
		(flag, value, why) => `错误：选项 ${flag} 的值“${value}”无效。${why}`,
	],
	[
		/^error: command-argument value '(.*)' is invalid for argument '(.*)'\. (.*)$/,
		(value, name, why) => `错误：参数 ${name} 的值“${value}”无效。${why}`,
	],
	[/^error: too many arguments.*$/, () => "错误：参数过多。"],
	[/^\(Did you mean (?:one of )?(.*)\?\)$/, (meant) => `（是否指 ${meant}？）`],
];

/** The same in Chinese, line by line; what is not known stays as it is. */
export function commanderInChinese(message: string): string {
	return message
		.split("\n")
		.map(lineInChinese)
		.join("\n")
		.replace(/Allowed choices are (.*)\./, "可选：$1。");
}

function lineInChinese(line: string): string {
	for (const [pattern, words] of commanderErrors) {
		const match = pattern.exec(line);
		if (match) return words(...match.slice(1));
	}
	return line;
}
