/** What the API's description says of rooms' fields and parameters: its English, and that in Chinese. */
export const apiRooms: Readonly<Record<string, string>> = {
	"connected time / time in which the broadcast ran": "已连接的时间 / 开播的时间",
	"1 - suspiciously silent time / connected time": "1 - 异常静默的时间 / 已连接的时间",
	"1 / (1 + lost connections an hour / 6)": "1 / (1 + 每小时断开次数 / 6)",
	"1 - time that gaps cover / time in which the broadcast ran": "1 - 缺口覆盖的时间 / 开播的时间",
	"mean answer to heartbeats and pings: 1 up to 200 ms, 0 from 5 s on":
		"心跳和 ping 的平均应答时间：200 毫秒以内为 1，5 秒以上为 0",
	"1 - 50 x share of messages that would not decode": "1 - 50 × 无法解析的消息所占比例",
	"whether its place among the others' messages is known: it could go on alone":
		"是否知道它在其他连接的消息中的位置：知道则可以单独继续",
	"why it isn't connected": "未连接的原因",
	"when its next attempt is due, ms since the epoch; null when there is none":
		"下次尝试的时间，Unix 毫秒；没有则为 null",
	"how often it was lost or could not be made": "断开或未能建立的次数",
	"messages that it brought": "它收到的消息数",
	"messages that the others brought and it did not; those on their way may be among them":
		"其他连接收到而它没有收到的消息数；可能含正在途中的",
	"how a connected room is doing; null while it isn't connected": "已连接的直播间的健康；未连接时为 null",
	"how much it wants to be looked at: 0 is the worst, 10 wants nothing": "需要关注的程度：0 最需要，10 不需要",
	"something is wrong that should not be; an offline or quiet room is not failing":
		"存在不应有的异常；未开播或安静的直播间不算异常",
	"what the code was called in the version before; null: the same": "此代码在上一版本中的名称；null：相同",
	"what was decided about the next attempt, and why": "对下次尝试的决定及原因",
	"what a failure of this class means, and what can be done": "这类失败的含义，以及可以做什么",
	"why the room is in its state": "直播间处于当前状态的原因",
	"when the room entered its state, ms since the epoch": "进入当前状态的时间，Unix 毫秒",
	"since when what the room says can't be stored; null while it can, ms since the epoch; null when there is none":
		"从何时起消息无法存储，Unix 毫秒；可以存储时为 null",
	"whether it goes before all that are not when connections are scarce": "连接不够时是否排在未置顶的之前",
	"who is connected first when there is no room for all": "连接不够时谁先连接",
	"1 is served next": "1 为下一个",
	"its place among those that wait for a connection; null while it doesn't":
		"在等待连接的队列中的位置；不在等待时为 null",
	"failed attempts since the last frame": "自上一帧以来失败的尝试次数",
	"when the next attempt is due, ms since the epoch; null when there is none":
		"下次尝试的时间，Unix 毫秒；没有则为 null",
	"when the last message came, ms since the epoch; null when there is none":
		"最后一条消息的时间，Unix 毫秒；没有则为 null",
	"when the last sign of life of any kind came, ms since the epoch; null when there is none":
		"最后一次收到任何应答的时间，Unix 毫秒；没有则为 null",
	"when the socket opened, ms since the epoch; null when there is none": "连接建立的时间，Unix 毫秒；没有则为 null",
	"the broadcast": "场次",
	"the push host": "推送主机",
	"the push socket is refused, and the room is read by asking again and again": "推送连接被拒，改为反复请求读取",
	"its connections; null for a room with one socket": "它的各个连接；只有一个连接的直播间为 null",
	"anonymous sessions get no gifts; expired: the cookie is of a login that has ended, and so do they":
		"匿名会话收不到礼物；expired：cookie 的登录已失效，同样收不到",
	"the identity that it goes by; null: a cookie and a proxy of its own": "所用的身份；null：使用自己的 cookie 和代理",
	"when the login ends or has ended, ms since the epoch; null when there is none":
		"登录到期的时间，Unix 毫秒；没有则为 null",
	"for people: the login has ended, or will soon": "给人看的：登录已失效，或即将到期",
	"reconnects by what caused them": "按原因统计的重连次数",
	"holes that the log tells of with `gap` events: messages are missing there, or may be":
		"日志以 `gap` 消息记录的缺口：那里缺失或可能缺失消息",
	"upstream time that these gaps cover, in all": "这些缺口覆盖的上游时间总长",
	"what the health is judged by, in words for people": "判断健康的依据，给人看的文字",
	"types of events that alone have fallen silent": "单独停止的消息类型",
	"how long the last heartbeat took to be answered; null when it is not": "上次心跳的应答时间；没有应答则为 null",
	"how long the last ping took to be answered": "上次 ping 的应答时间",
	"0 to 100, over 5 minutes, an hour and a day": "0 到 100，分别为 5 分钟、1 小时和 1 天",
	"messages stored in each of the last 60 whole minutes, oldest first; none from before the service started":
		"最近 60 个整分钟各存储的消息数，最早的在前；不含服务启动之前",
	"people watching, as the upstream last told; null before it has": "上游最近给出的观看人数；尚未给出时为 null",
	"gifts of this broadcast, in diamonds, as far as they were seen": "本场收到的礼物，以钻石计",
	"whether the connection stands right now": "此刻是否已连接",
	"when the last message came, seconds since the epoch; null when there is none":
		"最后一条消息的时间，Unix 秒；没有则为 null",
	"whether the room is wanted": "是否要保持此直播间",
	"when the next attempt is due, seconds since the epoch; null when there is none":
		"下次尝试的时间，Unix 秒；没有则为 null",
	"holes in the log: messages are missing there, or may be": "日志中的缺口：那里缺失或可能缺失消息",
	"what most rooms failed of": "多数直播间失败的原因",
	"the room that tries for all": "代为尝试的直播间",
	"rooms that wait for it": "等待它的直播间数",
	"set while most rooms have failed at once": "多数直播间同时失败期间才有",
	"how likely an attempt succeeds there now": "目前在此尝试成功的可能性",
	"left alone because it failed again and again": "因反复失败而暂不使用",
	"what the adaptive strategy knows of the push hosts": "自适应策略对各推送主机的了解",
	"the last part of https://live.douyin.com/261378947940, or that URL":
		"https://live.douyin.com/261378947940 的最后一段，或整个地址",
	"the user's own cookie for the upstream; a logged-in one sees gifts": "用户自己的 cookie；已登录的可以收到礼物",
	"proxy to the upstream": "访问上游的代理",
	"an identity that rooms share, in the place of cookie and proxy": "多个直播间共用的身份，代替 cookie 和代理",
	"whether the room goes before all that are not when connections are scarce": "连接不够时是否排在未置顶的之前",
	"whether the upstream's payloads are stored beside the events; default false":
		"是否同时存储上游的原始数据；默认 false",
	"how many sessions the room keeps at once; default 1": "同时保持的会话数；默认 1",
	"as whom and which way the second session goes; what is left out is as with the first":
		"第二个会话的身份和代理；省略的与第一个相同",
	"end of the 5 minutes, ms since the epoch": "这 5 分钟的结束时间，Unix 毫秒",
	"only events after this seq": "只要此 seq 之后的消息",
	"only these kinds, separated by commas": "只要这些类型，以逗号分隔",
	"at or after this time: 2026-01-31, 2026-01-31T20:00, 2026-01-31T20:00:00Z, ms since 1970, or 2h, 30m, 1d ago":
		"从此时间起：2026-01-31、2026-01-31T20:00、2026-01-31T20:00:00Z、Unix 毫秒，或 2h、30m、1d（之前）",
	"before this time: 2026-01-31, 2026-01-31T20:00, 2026-01-31T20:00:00Z, ms since 1970, or 2h, 30m, 1d ago":
		"到此时间之前：2026-01-31、2026-01-31T20:00、2026-01-31T20:00:00Z、Unix 毫秒，或 2h、30m、1d（之前）",
	"1: each event has the upstream's payload as `raw` (base64), where it is stored":
		"1：每条消息带上游的原始数据 `raw`（base64），若有存储",
	"upstream messages by type": "按类型统计的上游消息数",
	"different people who were seen doing something": "有过互动的不同人数",
	"how long in total nothing could be had from the upstream": "无法从上游获取消息的总时长",
	"how many of each are listed": "各列出多少个",
	"of all gifts, also those that are not listed": "全部礼物的总和，含未列出的",
	'URL of the picture, or ""': '图片的地址，或 ""',
	"what one of them is worth": "单个的价值",
	"those that brought most first": "总价值高的在前",
	"the upstream hides the name: several people may stand behind it": "上游隐藏了名字：可能是好几个人",
	"those who gave most first; gifts that cost nothing are not counted": "送得多的在前；免费的礼物不计",
	"minutes in one point": "每个点的分钟数",
	"ms since the epoch, a whole minute": "Unix 毫秒，整分钟",
	minutes: "分钟",
	"where the span begins, ms since the epoch": "时段的开始，Unix 毫秒",
	"people watching, as last told in the span; null where nothing was told":
		"时段内最后给出的观看人数；没有给出则为 null",
	"as the messages of the span counted them": "按时段内消息中的计数",
	"events up to this seq are counted: last_seq, but for a while after an older version's log was opened":
		"已统计到此 seq：即 last_seq；刚打开旧版本的日志时除外",
	"csv for spreadsheets, jsonl for programs, parquet for analysis (needs @duckdb/node-api)":
		"csv 用于表格，jsonl 用于程序，parquet 用于分析（需要 @duckdb/node-api）",
	"the file; x-livekeeper-empty: true when nothing matched": "文件；没有符合的消息时带 x-livekeeper-empty: true",
};
