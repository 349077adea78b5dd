import { type Language, requestTexts, type Text } from "./text/index.ts";
/**
 * Every error code that leaves the process, with its HTTP status and what the user can do about it. The codes are
 * public API: they are only ever added.
 */
export const errorTable = {
	invalid_live_id: {
		status: 400,
		hint: {
			en: "Give the last part of https://live.douyin.com/{live_id}: 1 to 64 letters, digits, '_', '-' or '.'.",
			zh: "请给出 https://live.douyin.com/{live_id} 的最后一段：1 到 64 个字母、数字、“_”、“-”或“.”。",
		},
	},
	room_not_found: {
		status: 404,
		hint: {
			en: "Start the room first, or look at the list of active rooms for its live id.",
			zh: "请先启动该直播间，或在活动直播间列表中查看它的直播号。",
		},
	},
	broadcast_not_found: {
		status: 404,
		hint: {
			en: "Take a room_id from the room's list of broadcasts: GET /api/v1/rooms/{live_id}/broadcasts.",
			zh: "请从该直播间的场次列表中取 room_id：GET /api/v1/rooms/{live_id}/broadcasts。",
		},
	},
	secret_required: {
		status: 400,
		hint: {
			en: "Give every node the same secret, of 16 characters or more: LIVEKEEPER_SECRET.",
			zh: "请给每个节点设置同一个 secret（至少 16 个字符）：LIVEKEEPER_SECRET。",
		},
	},
	secret_differs: {
		status: 400,
		hint: {
			en: "Start this node with the secret of the other nodes: LIVEKEEPER_SECRET.",
			zh: "请让本节点使用与其他节点相同的 secret：LIVEKEEPER_SECRET。",
		},
	},
	node_silent: {
		status: 503,
		hint: {
			en: "Try again in some seconds: if that node has failed, another takes its rooms over.",
			zh: "请几秒后重试：如果该节点发生故障，其他节点会接管它的直播间。",
		},
	},
	too_many_rooms: {
		status: 409,
		hint: {
			en: "Stop a room that is no longer needed, or raise max_rooms.",
			zh: "请停止不再需要的直播间，或调大 max_rooms。",
		},
	},
	shutting_down: {
		status: 503,
		hint: {
			en: "The service is stopping: try again once it has been started anew.",
			zh: "服务正在停止：请在重新启动后再试。",
		},
	},
	invalid_request: {
		status: 400,
		hint: {
			en: "Compare the request with the API's documentation at /docs.",
			zh: "请对照 /docs 的 API 文档检查请求。",
		},
	},
	invalid_json: {
		status: 400,
		hint: {
			en: 'Send a JSON body with the header content-type: application/json, e.g. {"live_id":"261378947940"}.',
			zh: '请发送 JSON 请求体，并带上请求头 content-type: application/json，例如 {"live_id":"261378947940"}。',
		},
	},
	unauthorized: {
		status: 401,
		hint: {
			en: "Send the service's API key as 'Authorization: Bearer <key>' (Socket.IO: auth.token).",
			zh: "请以 “Authorization: Bearer <key>” 发送服务的 API 密钥（Socket.IO：auth.token）。",
		},
	},
	forbidden_host: {
		status: 403,
		hint: {
			en: "Ask by 127.0.0.1 or localhost, add the page's origin to cors_origins, or set an api_key.",
			zh: "请用 127.0.0.1 或 localhost 访问，把网页的来源加入 cors_origins，或设置 api_key。",
		},
	},
	forbidden_origin: {
		status: 403,
		hint: {
			en: "Add the page's origin to cors_origins; what a browser's address bar asks for needs nothing.",
			zh: "请把网页的来源加入 cors_origins；在浏览器地址栏直接打开则无需设置。",
		},
	},
	invalid_webhook: {
		status: 400,
		hint: {
			en: "Compare the webhook with the API's documentation at /docs.",
			zh: "请对照 /docs 的 API 文档检查 webhook 的内容。",
		},
	},
	webhook_url_not_allowed: {
		status: 400,
		hint: {
			en: "Use a public http:// or https:// URL, or set webhook_allow_private.",
			zh: "请使用公网的 http:// 或 https:// 地址，或设置 webhook_allow_private。",
		},
	},
	webhook_not_found: {
		status: 404,
		hint: {
			en: "GET /api/v1/webhooks lists the webhooks with their ids.",
			zh: "GET /api/v1/webhooks 会列出所有 webhook 及其 id。",
		},
	},
	delivery_not_found: {
		status: 404,
		hint: {
			en: "GET /api/v1/webhooks/{id}/dead-letters lists what can be sent again.",
			zh: "GET /api/v1/webhooks/{id}/dead-letters 会列出可以重新发送的内容。",
		},
	},
	official_not_set: {
		status: 404,
		hint: {
			en: "Give the room an app of the open platform: official in its options, as the API's documentation at /docs has them.",
			zh: "请在直播间的选项 official 中给出开放平台的应用，写法见 /docs 的 API 文档。",
		},
	},
	callback_refused: {
		status: 403,
		hint: {
			en: "Compare the secrets with those in the open platform's console, and the clock with the time.",
			zh: "请核对开放平台控制台中的密钥，并检查本机时钟。",
		},
	},
	too_many_webhooks: {
		status: 409,
		hint: {
			en: "Delete a webhook that is no longer needed.",
			zh: "请删除不再需要的 webhook。",
		},
	},
	events_expired: {
		status: 410,
		hint: {
			en: "Keep events longer (retention) to have more time for redelivery.",
			zh: "要有更多时间重新投递，请把消息保留得更久（retention）。",
		},
	},
	identity_not_found: {
		status: 404,
		hint: {
			en: "GET /api/v1/identities (livekeeper identities) lists the identities with their names.",
			zh: "GET /api/v1/identities（livekeeper identities）会列出所有身份的名称。",
		},
	},
	invalid_cookie: {
		status: 400,
		hint: {
			en: 'Give a Cookie header, a request copied with "Copy as cURL", a cookie extension\'s JSON, or a cookies.txt, of live.douyin.com.',
			zh: "请给出 live.douyin.com 的 Cookie 请求头、“复制为 cURL”的请求、cookie 扩展导出的 JSON，或 cookies.txt。",
		},
	},
	pairing_refused: {
		status: 403,
		hint: {
			en: "Type the code that the login wizard of livekeeper's page shows now; after five wrong ones, or five minutes, have it make another.",
			zh: "请输入 livekeeper 网页的登录向导当前显示的配对码；输错五次或过了五分钟，请在向导中换一个。",
		},
	},
	pairing_not_found: {
		status: 404,
		hint: {
			en: "Begin another pairing, and hand the cookie over again.",
			zh: "请重新开始配对，并再次交出 cookie。",
		},
	},
	identity_in_use: {
		status: 409,
		hint: {
			en: "Have these rooms go by another identity, or stop them, first.",
			zh: "请先让这些直播间改用其他身份，或停止它们。",
		},
	},
	too_many_identities: {
		status: 409,
		hint: {
			en: "Remove an identity that is no longer needed.",
			zh: "请移除不再需要的身份。",
		},
	},
	forbidden_token: {
		status: 403,
		hint: {
			en: "Ask with the API key, or with a token for that room: livekeeper tokens add --name <name> --room <live_id>.",
			zh: "请使用 API 密钥，或该直播间的令牌：livekeeper tokens add --name <name> --room <live_id>。",
		},
	},
	token_not_found: {
		status: 404,
		hint: {
			en: "GET /api/v1/overlay-tokens (livekeeper tokens) lists the tokens with their ids.",
			zh: "GET /api/v1/overlay-tokens（livekeeper tokens）会列出所有令牌及其编号。",
		},
	},
	too_many_tokens: {
		status: 409,
		hint: {
			en: "Remove a token that is no longer needed.",
			zh: "请移除不再需要的令牌。",
		},
	},
	token_revoked: {
		status: 401,
		hint: {
			en: "Make another token, and give the overlay its new address: livekeeper tokens add --name <name>.",
			zh: "请创建新的令牌，并让叠加层使用新的地址：livekeeper tokens add --name <name>。",
		},
	},
	image_host_not_allowed: {
		status: 400,
		hint: {
			en: "Give the address of a picture as an event names it.",
			zh: "请给出消息中所写的图片地址。",
		},
	},
	image_unavailable: {
		status: 502,
		hint: {
			en: "Show something else in its place; the site may have it again later.",
			zh: "请用其他内容代替；网站稍后可能会恢复。",
		},
	},
	not_found: {
		status: 404,
		hint: {
			en: "The API's routes are listed at /docs.",
			zh: "API 的路径列在 /docs。",
		},
	},
	method_not_allowed: {
		status: 405,
		hint: {
			en: "Use one of the methods that the Allow header lists.",
			zh: "请使用 Allow 响应头列出的方法。",
		},
	},
	payload_too_large: {
		status: 413,
		hint: {
			en: "Send less, or raise body_limit.",
			zh: "请减少内容，或调大 body_limit。",
		},
	},
	unsupported_media_type: {
		status: 415,
		hint: {
			en: "Send the body as JSON with the header content-type: application/json.",
			zh: "请以 JSON 发送请求体，并带上请求头 content-type: application/json。",
		},
	},
	too_many_requests: {
		status: 429,
		hint: {
			en: "Wait as long as the Retry-After header says, or raise rate_limit.",
			zh: "请按 Retry-After 响应头等待，或调大 rate_limit。",
		},
	},
	too_many_readers: {
		status: 503,
		hint: {
			en: "Try again later, close clients that are no longer needed, or raise max_readers.",
			zh: "请稍后再试，关闭不再需要的客户端，或调大 max_readers。",
		},
	},
	too_many_joins: {
		status: 409,
		hint: {
			en: "Leave a room first, subscribe to some over another connection, or raise max_rooms_per_socket.",
			zh: "请先离开一个直播间，用另一个连接订阅其中一部分，或调大 max_rooms_per_socket。",
		},
	},
	too_many_exports: {
		status: 429,
		hint: {
			en: "Wait until another export has ended.",
			zh: "请等另一个导出结束。",
		},
	},
	parquet_unavailable: {
		status: 501,
		hint: {
			en: "Install @duckdb/node-api where livekeeper is installed, or export as csv or jsonl.",
			zh: "请在安装 livekeeper 的位置安装 @duckdb/node-api，或导出为 csv、jsonl。",
		},
	},
	export_overtaken: {
		status: 500,
		hint: {
			en: "Export again, from a later time; or keep events for longer.",
			zh: "请从更晚的时间重新导出，或把消息保留得更久。",
		},
	},
	export_failed: {
		status: 500,
		hint: {
			en: "Check the free space in the folder for temporary files (TMPDIR), or export as csv or jsonl, which need none.",
			zh: "请检查临时文件夹（TMPDIR）的剩余空间，或导出为不需要它的 csv、jsonl。",
		},
	},
	backup_running: {
		status: 409,
		hint: {
			en: "Wait until it has ended: GET /api/v1/backup says how far it is.",
			zh: "请等它结束：GET /api/v1/backup 会给出进度。",
		},
	},
	backup_failed: {
		status: 500,
		hint: {
			en: "Free some space on the disk of the data folder, where the backup lies until it is sent.",
			zh: "请在数据目录所在的磁盘上腾出空间，备份在发送前存放于此。",
		},
	},
	internal: {
		status: 500,
		hint: {
			en: "This is a fault of the service: its log has the details under the request's id.",
			zh: "这是服务自身的错误：日志中以该请求的编号记有详情。",
		},
	},
	slow_reader: {
		status: 500,
		hint: {
			en: "Read faster, join with batch: true for fewer packets, or raise reader_stall_ms.",
			zh: "请加快读取，用 batch: true 加入以减少数据包，或调大 reader_stall_ms。",
		},
	},
	cannot_write_file: {
		status: 500,
		hint: {
			en: "Check the path, its permissions and the free space, or name another file with --output.",
			zh: "请检查路径、权限和剩余空间，或用 --output 指定其他文件。",
		},
	},
	invalid_config: {
		status: 500,
		hint: {
			en: "Correct the option that is named; `livekeeper serve --help` lists them all.",
			zh: "请改正所指出的选项；`livekeeper serve --help` 会列出全部选项。",
		},
	},
	api_key_required: {
		status: 500,
		hint: {
			en: "Set api_key (LIVEKEEPER_API_KEY, --api-key), or use host 127.0.0.1 and list the origins of your own pages only.",
			zh: "请设置 api_key（LIVEKEEPER_API_KEY、--api-key），或使用 host 127.0.0.1 且只列出自己网页的来源。",
		},
	},
	port_in_use: {
		status: 500,
		hint: {
			en: "Stop the other program, or choose another port (LIVEKEEPER_PORT, --port).",
			zh: "请停止占用它的程序，或改用其他端口（LIVEKEEPER_PORT、--port）。",
		},
	},
	cannot_listen: {
		status: 500,
		hint: {
			en: "Check host and port; ports below 1024 need rights that most users lack.",
			zh: "请检查 host 和 port；1024 以下的端口需要多数用户没有的权限。",
		},
	},
	storage_failing: {
		status: 503,
		hint: {
			en: "The status names the fault (disk full, read-only, locked, NATS out of reach); it goes on by itself once that is put right.",
			zh: "状态会指出故障（磁盘已满、只读、被锁定、NATS 无法访问）；排除后会自动继续。",
		},
	},
	storage_closed: {
		status: 503,
		hint: {
			en: "The service is stopping: try again once it has been started anew.",
			zh: "服务正在停止：请在重新启动后再试。",
		},
	},
	import_refused: {
		status: 409,
		hint: {
			en: "The manual's chapter on clusters says what can be imported, and into what.",
			zh: "什么可以导入、导入到哪里，见使用手册的“集群”一章。",
		},
	},
	nats_unreachable: {
		status: 503,
		hint: {
			en: "Check the addresses of the NATS servers, that they run, and that this machine may reach them.",
			zh: "请检查 NATS 服务器的地址、它们是否在运行，以及本机能否访问它们。",
		},
	},
	nats_refused: {
		status: 500,
		hint: {
			en: "Check nats_user and nats_password, nats_token or nats_creds; with TLS also nats_ca, nats_cert and nats_key.",
			zh: "请检查 nats_user 和 nats_password、nats_token 或 nats_creds；使用 TLS 时还有 nats_ca、nats_cert 和 nats_key。",
		},
	},
	nats_too_old: {
		status: 500,
		hint: {
			en: "Install a newer nats-server (Debian 13 brings 2.10.27), on every server of the cluster.",
			zh: "请在集群的每台服务器上安装更新的 nats-server（Debian 13 自带 2.10.27）。",
		},
	},
	nats_unsuitable: {
		status: 500,
		hint: {
			en: "Start nats-server with JetStream (-js), and with as many servers as there are to be replicas.",
			zh: "请以启用 JetStream 的方式（-js）启动 nats-server，服务器数量不少于副本数。",
		},
	},
	storage_unwritable: {
		status: 500,
		hint: {
			en: "Give the service a folder that it may write to (LIVEKEEPER_DATA_DIR, --data-dir), on a disk with space.",
			zh: "请给服务一个可以写入、有剩余空间的目录（LIVEKEEPER_DATA_DIR、--data-dir）。",
		},
	},
	database_locked: {
		status: 500,
		hint: {
			en: "Stop the other livekeeper that uses this data folder, or give each its own (LIVEKEEPER_DATA_DIR).",
			zh: "请停止正在使用此数据目录的另一个 livekeeper，或让两者各用各的目录（LIVEKEEPER_DATA_DIR）。",
		},
	},
	database_other_version: {
		status: 500,
		hint: {
			en: "Use the version of livekeeper that wrote this database, or give this one another data folder.",
			zh: "请使用写入此数据库的那个 livekeeper 版本，或为当前版本换一个数据目录。",
		},
	},
	database_foreign: {
		status: 500,
		hint: {
			en: "Move the file away, or give livekeeper another data folder (LIVEKEEPER_DATA_DIR).",
			zh: "请移走该文件，或让 livekeeper 使用其他数据目录（LIVEKEEPER_DATA_DIR）。",
		},
	},
	secret_unusable: {
		status: 500,
		hint: {
			en: "Restore secret.key from a backup, or move it away: a new one is made, and cookies have to be given again.",
			zh: "请从备份恢复 secret.key，或把它移走：会生成新的密钥，cookie 需要重新提供。",
		},
	},
	system_service_failed: {
		status: 500,
		hint: {
			en: "What was printed above says why; --dry-run shows all steps, to be done by hand.",
			zh: "原因见上面的输出；--dry-run 会列出全部步骤，可以手动执行。",
		},
	},
	server_unreachable: {
		status: 500,
		hint: {
			en: "Start the service with `livekeeper serve`, or name another with --url.",
			zh: "请用 `livekeeper serve` 启动服务，或用 --url 指定其他服务。",
		},
	},
} as const satisfies Record<string, ErrorEntry>;

interface ErrorEntry {
	status: number;
	hint: Text;
}

export type ErrorCode = keyof typeof errorTable;

/**
 * Base of all errors of the service. `code` is for programs, `text` and `hint` are for people; `message` is the text in
 * English.
 */
export class LivekeeperError extends Error {
	override readonly name: string = "LivekeeperError";
	readonly code: ErrorCode;
	/** The HTTP status that this error is answered with. */
	readonly status: number;
	/** What went wrong. */
	readonly text: Text;
	/** What the user can do. */
	readonly hint: Text;
	/** Whoever asks again sooner is refused again, s. */
	readonly retryAfterS: number | undefined;
	/** The connection is closed with the answer: whoever floods us opens a new one each time. */
	readonly hangUp: boolean;

	/** @param options.hint replaces the table's hint where more is known */
	constructor(code: ErrorCode, text: Text, options: ErrorOptions = {}) {
		super(text.en, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.text = text;
		this.status = errorTable[code].status;
		this.hint = options.hint ?? errorTable[code].hint;
		this.retryAfterS = options.retryAfterS;
		this.hangUp = options.hangUp ?? false;
	}
}

interface ErrorOptions {
	hint?: Text;
	cause?: unknown;
	retryAfterS?: number;
	hangUp?: boolean;
}

/** The body that tells of an error, the same in every output. In the language of who asked. */
export interface ErrorReply {
	success: false;
	error: { code: ErrorCode; message: string; hint: string };
}

export function errorReply({ code, text, hint }: LivekeeperError, language: Language): ErrorReply {
	return { success: false, error: { code, message: text[language], hint: hint[language] } };
}

/** No room with this live id is active. */
export class RoomNotFoundError extends LivekeeperError {
	override readonly name = "RoomNotFoundError";

	constructor(liveId: string) {
		super("room_not_found", requestTexts.roomNotActive(liveId));
	}
}

/** One room more than `max_rooms`. */
export class TooManyRoomsError extends LivekeeperError {
	override readonly name = "TooManyRoomsError";

	constructor(maxRooms: number) {
		super("too_many_rooms", requestTexts.roomLimit(maxRooms));
	}
}

/** What was given cannot be a live id. */
export class InvalidLiveIdError extends LivekeeperError {
	override readonly name = "InvalidLiveIdError";

	constructor() {
		super("invalid_live_id", requestTexts.invalidLiveId);
	}
}

/** A room was started while the service is on its way out. */
export class ShuttingDownError extends LivekeeperError {
	override readonly name = "ShuttingDownError";

	constructor() {
		super("shutting_down", requestTexts.noNewRooms);
	}
}
