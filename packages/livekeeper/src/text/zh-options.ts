import type * as en from "./en-options.ts";

const whole = (min: number, max: number, unit = "") => `${min} 到 ${max} 的整数${unit}`;
const ms = "（毫秒）";
const yesOrNo = "true 或 false";
const dayMs = 86_400_000;

export const optionTexts: typeof en.optionTexts = {
	port: { help: "监听的端口；0 表示任取一个空闲端口", expected: whole(0, 65_535) },
	host: {
		help: "监听的地址；除回环地址（127.0.0.1、localhost、::1）外都需要 API 密钥",
		expected: "IP 地址或主机名，例如 127.0.0.1 或 0.0.0.0",
	},
	data_dir: {
		help: "livekeeper 存放数据的目录；填 :memory: 则只放在内存里，停止后全部消失",
		expected: "目录的路径，或 :memory:",
	},
	api_key: {
		help: "打开网页、调用接口时要出示的密钥（bearer token）",
		expected: "1 到 256 个不含空格的可打印 ASCII 字符",
	},
	public_url: {
		help: "别人访问本页面时用的地址；推送的报告会带上它的链接",
		expected: "以 http:// 或 https:// 开头的 URL",
	},
	upstream_url: { help: "抖音网页的地址", expected: "以 http:// 或 https:// 开头的 URL" },
	official_url: {
		help: "开放平台接口的地址，用于设置了开放平台应用的直播间",
		expected: "以 http:// 或 https:// 开头的 URL",
	},
	official_token_url: { help: "获取开放平台 access_token 的地址", expected: "以 http:// 或 https:// 开头的 URL" },
	allowed_hosts: {
		help: "除抖音自己的服务器（douyin.com）以外，还允许连接、发送 cookie 的服务器",
		expected: "主机名，例如 push.example.com，可带端口",
	},
	cookie: {
		help: "你自己的抖音 cookie（已登录才能收到礼物）；直播间可以另设自己的",
		expected: "一行，与浏览器发送的相同：name=value; name=value",
	},
	proxy: {
		help: "访问抖音的代理；直播间可以另设自己的",
		expected: "以 http://、https:// 或 socks5:// 开头的 URL",
	},
	identity_warn_hours: { help: "登录到期前多久开始警告", expected: whole(0, 8760, "（小时）") },
	identity_check_hours: {
		help: "多久打开一次直播间页面，确认登录是否有效；0：从不",
		expected: whole(0, 8760, "（小时）"),
	},
	identity_rests: {
		help: "什么也收不到的账号自动暂停使用几小时到几天",
		expected: yesOrNo,
	},
	user_agent: { help: "访问抖音时用的 User-Agent", expected: "一行文字" },
	max_rooms: { help: "最多添加多少个直播间", expected: whole(1, 100_000) },
	max_connections: {
		help: "最多同时连接多少个直播间；其余的排队；不设：不限",
		expected: whole(1, 100_000),
	},
	max_connections_per_identity: {
		help: "同一个账号（cookie）最多连接多少个直播间；不设：不限",
		expected: whole(1, 100_000),
	},
	max_connections_per_login: {
		help: "没有设置 max_connections_per_identity 时，同一个已登录的账号最多连接多少个直播间：太多会被风控",
		expected: whole(1, 100_000),
	},
	max_connections_per_proxy: {
		help: "同一个代理最多连接多少个直播间；不设：不限",
		expected: whole(1, 100_000),
	},
	starts_per_second: { help: "每秒最多有多少个直播间开始连接", expected: whole(1, 1000) },
	lookups_per_minute: {
		help: "每个地址每分钟最多单独查询多少次直播间；超过 5 次容易被封；不设：按抖音适配资料（5 次）",
		expected: whole(1, 100_000, "（每分钟）"),
	},
	site_profile: {
		help: "描述抖音的服务器、版本、请求参数和限额的文件，代替内置的抖音适配资料；文件有变化时自动重新读取",
		expected: "文件的路径",
	},
	signer: {
		help: "带有 signature 和 aBogus 函数的 JavaScript 模块，代替内置的签名；文件有变化时自动重新读取",
		expected: "文件的路径",
	},
	updates: {
		help: "每天询问一次新版本和新的抖音适配资料的网址；请求里没有版本号、标识、cookie 等任何关于你的内容；不设：不询问",
		expected: "以 http:// 或 https:// 开头的 URL，并设置 updates_key",
	},
	updates_key: {
		help: "更新服务的 ed25519 公钥，32 字节的 base64",
		expected: "32 字节的 base64",
	},
	own_address: { help: "这个节点有自己的网络地址；否则所有节点共用一个地址的查询次数", expected: yesOrNo },
	strategy: {
		help: "直播间什么时候重连：按固定的时间表，或根据所有直播间的情况自适应",
		expected: "fixed 或 adaptive",
	},
	polling_fallback: { help: "实时连接被拒绝、但网页还能打开时，改为定时查询消息", expected: yesOrNo },
	silence_ms: { help: "已连接的直播间这么久没有消息，就怀疑连接有问题", expected: whole(1000, dayMs, ms) },
	health: {
		help: "怎样判断收不到消息：按直播间平时的消息量，或只看 silence_ms",
		expected: "rhythm 或 fixed",
	},
	heartbeat_ms: { help: "多久向抖音发送一次心跳", expected: whole(1000, 600_000, ms) },
	handshake_timeout_ms: { help: "建立实时连接最多等多久", expected: whole(100, 600_000, ms) },
	request_timeout_ms: { help: "每个请求最多等抖音回应多久", expected: whole(100, 600_000, ms) },
	health_check_ms: { help: "多久检查一次所有直播间是否正常", expected: whole(100, 600_000, ms) },
	queue_mb: {
		help: "暂时无法存储的消息最多占用的内存（所有直播间合计）；超过后停止接收",
		expected: whole(1, 16_384, "（MB）"),
	},
	cors_origins: {
		help: "允许使用此服务的网页（白名单），以逗号分隔；不设：只限自带的网页",
		expected: "网址，例如 https://example.com（不含路径），或 *",
	},
	body_limit: { help: "请求体的最大字节数", expected: whole(1024, 16 * 1024 * 1024, "（字节）") },
	rate_limit: { help: "每个地址每分钟最多多少个请求；0：不限", expected: whole(0, 10_000_000) },
	trust_proxy: {
		help: "相信哪些反向代理给出的访客地址（X-Forwarded-For）；只有别人必须经过它们才能访问本服务时才设置",
		expected: "true、false、代理的个数，或代理的地址",
	},
	secret: {
		help: "加密 cookie、代理和推送目标密钥所用的密钥；默认：数据目录中的 secret.key",
		expected: "16 到 1024 个字符",
	},
	retention_hours: { help: "消息保留多少小时，更早的会被删除", expected: whole(1, 24 * 3650, "（小时）") },
	clock_trust_hours: {
		help: "时钟跳变后，须平稳运行这么久才按时间删除消息；0：立即相信",
		expected: whole(0, 24 * 365, "（小时）"),
	},
	retention_mb: { help: "所有消息超过此大小时，删除最早的", expected: whole(16, 16 * 1024 * 1024, "（MB）") },
	group_commit_ms: {
		help: "两次写入事件日志的最短间隔；越大写得越少，越小消息出现得越快",
		expected: whole(1, 10_000, ms),
	},
	cluster: {
		help: "本节点所属集群的 NATS 服务器，以逗号分隔；不设：单机运行",
		expected: "地址，例如 nats://10.0.0.1:4222，不带用户名和密码（用 nats_user、nats_password）",
	},
	node: {
		help: "本节点的名称，每个节点不同；默认：机器名",
		expected: "1 到 64 个字母、数字、“_”、“-”或“.”",
	},
	node_weight: { help: "分配直播间时本节点的权重，相对于其他节点", expected: whole(1, 100) },
	cluster_replicas: { help: "每条消息由几台 NATS 服务器保存；只有一台服务器时为 1", expected: "1 或 3" },
	cluster_hold_ms: {
		help: "节点连不上 NATS 后，继续保持直播间连接多久",
		expected: whole(1000, 3_600_000, ms),
	},
	cluster_drain_ms: {
		help: "停止时留给其他节点接管直播间的时间",
		expected: whole(0, 3_600_000, ms),
	},
	nats_user: { help: "NATS 的用户名", expected: "一行文字" },
	nats_password: { help: "NATS 的密码", expected: "一行文字" },
	nats_token: { help: "NATS 的令牌，代替用户名", expected: "一行文字" },
	nats_creds: { help: "NATS 的凭据文件，代替用户名", expected: "文件的路径" },
	nats_ca: { help: "信任的 NATS 服务器证书颁发机构；填写后经 TLS 连接", expected: "PEM 文件的路径" },
	nats_cert: { help: "本节点连接 NATS 的证书", expected: "PEM 文件的路径" },
	nats_key: { help: "本节点证书的私钥", expected: "PEM 文件的路径" },
	target_allow_private: { help: "允许推送目标发往私有和本机地址", expected: yesOrNo },
	target_allow_loopback: {
		help: "允许发给本机工具（Streamer.bot、SAMMI、OneComme 等）的推送目标使用本机地址",
		expected: yesOrNo,
	},
	target_concurrency: { help: "最多同时向推送目标发出多少个请求", expected: whole(1, 1000) },
	reader_stall_ms: {
		help: "客户端这么久不读取发给它的内容，就断开它",
		expected: whole(1000, 3_600_000, ms),
	},
	socket_buffer: {
		help: "为一个慢客户端暂存的字节数；超过后按它的速度从事件日志读取",
		expected: whole(64 * 1024, 1024 ** 3, "（字节）"),
	},
	max_readers: {
		help: "最多同时有多少个 Socket.IO、SSE 和 WebSocket 客户端",
		expected: whole(1, 100_000),
	},
	readers_buffer: {
		help: "为所有慢客户端合计暂存的字节数；每个最多占空闲部分的八分之一，且不超过 socket_buffer",
		expected: whole(1024 ** 2, 64 * 1024 ** 3, "（字节）"),
	},
	max_rooms_per_socket: {
		help: "一个 Socket.IO 客户端最多加入多少个直播间，以及最多可有多少个请求同时等待应答",
		expected: whole(1, 100_000),
	},
	mcp: {
		help: "在 /mcp 为大模型提供工具（MCP）；control：还可以启动和停止直播间",
		expected: "off、read 或 control",
	},
	compat_host: {
		help: "douyinlive_port 和 barragegrab_port 的监听地址；除回环地址（127.0.0.1、localhost、::1）外都需要 API 密钥",
		expected: "IP 地址或主机名，例如 127.0.0.1 或 0.0.0.0",
	},
	douyinlive_port: {
		help: "给 douyinLive 的客户端程序连接的端口（它们连接 1088）；不设：关闭；0 表示任取一个空闲端口",
		expected: whole(0, 65_535),
	},
	barragegrab_port: {
		help: "给 DouyinBarrageGrab 的客户端程序连接的端口（它们连接 8888）；不设：关闭；0 表示任取一个空闲端口",
		expected: whole(0, 65_535),
	},
	log_level: { help: "记录多少日志", expected: "trace、debug、info、warn、error、fatal 或 silent" },
	log_format: { help: "auto：终端上为易读格式，其他情况为 JSON", expected: "auto、pretty 或 json" },
	demo: { help: "运行有三个直播间的模拟抖音并连接它", expected: yesOrNo },
	url: {
		help: "命令要连接的服务；默认是 host 和 port 所指的那个",
		expected: "以 http:// 或 https:// 开头的 URL",
	},
};
