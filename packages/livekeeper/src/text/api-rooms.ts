/** What the API's description says of rooms' fields and parameters: its English, and that in Chinese. */
export const apiRooms: Readonly<Record<string, string>> = {
	"the piece of the text that it was found in": "在哪一段文字里找到的",
	"what to start; null: it names no room": "用来启动的直播号；null：不是直播间",
	"unknown: the site gave no answer that can be read; unusable: it names no room":
		"unknown：网站没有给出可读的应答；unusable：不是直播间",
	"whether the service keeps it already": "是否已经添加",
	"the anchor's": "主播的昵称",
	"what is so, for people": "情况说明",
	"as it was pasted": "粘贴的原文",
	"the app's secret, with which tokens are taken": "应用的密钥，用于获取 access_token",
	"with what callbacks of each kind are signed; default the app's secret": "各类回调的签名密钥；默认为应用的密钥",
	"what is pushed; default live_gift alone": "推送哪些数据；默认只有 live_gift",
	"the app that has the room's data pushed by the open platform; null: none":
		"由开放平台推送该直播间数据的应用；null：无",
	"when it ended, ms since the epoch; null when there is none": "结束的时间，Unix 毫秒；没有则为 null",
	"the platform's number; null: it gave no answer": "平台的错误码；null：没有应答",
	"in the platform's own words": "平台的原话",
	"why it doesn't run, or why nobody knows whether it does": "未运行的原因，或为何无法得知是否在运行",
	"since when it is pushed without a break, ms since the epoch; null when there is none":
		"从何时起不间断地推送，Unix 毫秒；没有则为 null",
	"when the last one was, ms since the epoch; null when there is none": "最后一次的时间，Unix 毫秒；没有则为 null",
	"deliveries that are not stored yet": "尚未存储的推送数",
	"why the last look-up came to no end": "上次查询未能完成的原因",
	"what is pushed": "推送哪些数据",
	"how the push of gifts does": "礼物的推送情况",
	"the same in words": "同上，用文字说明",
	"what that means": "这意味着什么",
	"until when the token holds; it is taken anew before, ms since the epoch; null when there is none":
		"access_token 有效至何时，到期前会重新获取，Unix 毫秒；没有则为 null",
	"why the last one could not be had; null once one was": "上次未能获取的原因；获取成功后为 null",
	"the last of them, and why": "其中最后一次及其原因",
	"how the open platform's push does; null: the room has no app": "开放平台推送的情况；null：该直播间没有设置应用",
	"whether these gifts are the account, and those of the web the evidence": "是否以这些礼物为准，而网页的礼物只作佐证",
	"callbacks that were stored": "已存储的回调数",
	"what came with callbacks and look-ups; what came twice is counted twice, and stored once":
		"回调和查询带来的条数；来了两次的计两次，只存一次",
	"entries that look-ups of failed deliveries brought": "查询推送失败的数据带来的条数",
	"entries of the platform's test tool, which are not stored": "平台测试工具产生的条数，不存储",
	"entries that can't be read": "无法读取的条数",
	"failed deliveries that the platform told of": "平台所说的推送失败数",
	"when failed deliveries were last looked up to their end, ms since the epoch; null when there is none":
		"上次查完推送失败数据的时间，Unix 毫秒；没有则为 null",
	"of gifts that both told of, by time, price and count": "按时间、价格和数量，两者都有的礼物",
	"how far both sources tell of the same gifts; a figure, by which nobody is joined":
		"两个来源在多大程度上说的是同样的礼物；只是一个数字，不据此合并任何人",
	"callbacks that were refused since the service was started": "服务启动以来拒绝的回调数",
	"those that are on, or of which something may be missing; newest first":
		"正在进行的，或可能还有缺失的场次；最新的在前",
	"connected time / time in which the broadcast ran": "已连接的时间 / 开播的时间",
	"1 - suspiciously silent time / connected time": "1 - 异常静默的时间 / 已连接的时间",
	"1 / (1 + lost connections an hour / 6)": "1 / (1 + 每小时断开次数 / 6)",
	"1 - time that gaps cover / time in which the broadcast ran": "1 - 缺口覆盖的时间 / 开播的时间",
	"mean answer to heartbeats and pings: 1 up to 200 ms, 0 from 5 s on":
		"心跳和 ping 的平均应答时间：200 毫秒以内为 1，5 秒以上为 0",
	"1 - 50 x share of messages that would not decode": "1 - 50 × 无法解析的消息所占比例",
	"whether it is proven to follow what the room has said: it could go on alone":
		"它收到的消息是否已证明与直播间此前的消息相接：它可以独自继续",
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
	"messages that held more than any real one: their events say in `bounded` of what":
		"内容远超真实直播间的消息数；各事件的 `bounded` 列出是哪些字段",
	"there is no push socket, and the room is read by asking again and again": "没有推送连接，改为反复请求读取",
	"the node of the cluster that keeps it; null where the service is alone": "负责它的集群节点；单独运行时为 null",
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
	"messages stored in the last 60 seconds, about": "最近 60 秒存储的消息数（约）",
	"people watching, as the upstream last told; null before it has": "上游最近给出的观看人数；尚未给出时为 null",
	"gifts of this broadcast, in diamonds, as far as they were seen": "本场收到的礼物，以钻石计",
	"worth of the gifts that came / of those that were given, by the room's own totals; null: not known":
		"收到的礼物价值 / 送出的礼物价值，依据直播间自己的累计值；null：不知道",
	"whether gifts come; stopped: the first came, and then none, while the room was given more":
		"是否收到礼物；stopped：只收到最初的，之后直播间仍在收礼却再没有收到",
	"worth of the gifts that came, of the time that could be judged": "可判断的时间内收到的礼物价值",
	"worth of those that did not; null: not known": "没有收到的礼物价值；null：不知道",
	"of those that did not come: lost while the connection was down": "没有收到的之中：断线期间丢失的",
	"what it is judged by: the room's running total, scores of people, or the open platform's deliveries; null: none":
		"判断依据：直播间的累计值、个人的分数，或开放平台的推送；null：没有",
	"how much of it one diamond is": "一抖币在其中折合多少",
	"whether gifts that came have shown so; else it is taken to be the usual": "是否由收到的礼物得出；否则取常见值",
	"since when it could be judged, ms since the epoch": "从何时起可以判断，Unix 毫秒",
	"until when, ms since the epoch": "到何时为止，Unix 毫秒",
	"whether all gifts come": "礼物是否全部收到",
	"why not": "为什么没有",
	"what can be done, in this order": "可以怎么做，按此顺序",
	"what it is judged by": "判断依据",
	"how many of the broadcast's gifts come": "本场的礼物收到多少",
	"worth of the gifts that came / of those that were given, where the room's totals tell":
		"收到的礼物价值 / 送出的礼物价值，仅在直播间的累计值能说明时",
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
	"the identity that it names; null: none": "指定的身份；null：没有",
	"whether it has a cookie of its own": "是否有自己的 cookie",
	"whether it has a proxy of its own": "是否有自己的代理",
	"an identity that rooms share, in the place of cookie and proxy; null: as all that have none of their own":
		"多个直播间共用的身份，代替 cookie 和代理；null：与没有自己身份的直播间一样",
	"an identity that rooms share, in the place of cookie and proxy": "多个直播间共用的身份，代替 cookie 和代理",
	"whether the room goes before all that are not when connections are scarce": "连接不够时是否排在未置顶的之前",
	"whether the upstream's payloads are stored beside the events; default false":
		"是否同时存储上游的原始数据；默认 false",
	"how many sessions the room keeps at once; default 1": "同时保持的会话数；默认 1",
	"messages that it brought while there were several connections": "有多个连接期间，该连接收到的消息数",
	"those that no other connection brought": "其他连接都没有收到的消息数",
	"only_messages of all that the room was brought: what it adds":
		"only_messages 占直播间收到的全部消息的比例：它带来的增益",
	"what share of all messages it is shown, by what the others are shown, at most":
		"它能收到全部消息的多大比例（由各连接的重合推算，为上限）",
	"worth of the gifts that it brought": "该连接收到的礼物的价值（抖币）",
	"worth of those that no other connection brought": "其他连接都没有收到的礼物的价值",
	"only_diamonds of all that the room was brought: what it adds":
		"only_diamonds 占直播间收到的全部礼物价值的比例：它带来的增益",
	"what share of the gifts' worth it is shown": "它能收到礼物价值的多大比例",
	"gifts that it brought; a streak is one": "该连接收到的礼物数，一次连击算一个",
	"gifts an hour while it stood; null in the first quarter of an hour": "连接期间每小时的礼物数；最初一刻钟为 null",
	"since when they are compared, ms since the epoch": "从何时开始比较（毫秒时间戳）",
	"messages that they brought together": "各连接合起来收到的消息数",
	"what share of all messages they are shown together, at most": "各连接合起来能收到全部消息的多大比例（为上限）",
	"worth of the gifts that they brought together": "各连接合起来收到的礼物的价值",
	"what share of the gifts' worth they are shown together": "各连接合起来能收到礼物价值的多大比例",
	"by what that is known: the room's own totals, or what the connections have in common":
		"依据：直播间自己的累计值（totals），或各连接的重合（overlap）",
	"gifts that they brought together; a streak is one": "各连接合起来收到的礼物数，一次连击算一个",
	"the same an hour; null in the first quarter of an hour": "每小时的礼物数；最初一刻钟为 null",
	"what it brings of the running broadcast beside the others": "本场直播中，该连接与其他连接相比收到了什么",
	"what its connections bring together; null for one connection": "各连接合起来收到了什么；只有一个连接时为 null",
	"as whom and which way the sessions behind the first go; what is left out is as with the first":
		"第二个会话的身份和代理；省略的与第一个相同",
	"end of the 5 minutes, ms since the epoch": "这 5 分钟的结束时间，Unix 毫秒",
	"only events after this seq": "只要此 seq 之后的消息",
	"only these kinds, separated by commas": "只要这些类型，以逗号分隔",
	"what a message, a gift's name or a nickname contains": "消息、礼物名或昵称中包含的文字",
	"only of the person with this id or sec_uid": "只要此 id 或 sec_uid 的用户",
	"only these rooms, live ids separated by commas, at most 100; default all":
		"只要这些直播间，直播号以逗号分隔，最多 100 个；默认全部",
	"the cursor of the page before": "上一页的 cursor",
	"events that were looked at for this page": "本页查找过的消息数",
	"all that was stored after this has been looked at; null: all there is":
		"此时间之后存储的消息已全部查找过；null：已查找全部",
	"where the search ends; null: there is nothing to look at": "搜索到此时间为止；null：没有可查找的消息",
	"to go on; null: there is no more": "用于继续；null：没有更多",
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
	"the dearest first": "最贵的在前",
	'"" where no message has named it': '没有消息说出其名称时为 ""',
	"what one of them is worth, as last told; 0 where nothing was": "单个的价值（以最近的消息为准）；没有说明时为 0",
	"those that brought most first": "总价值高的在前",
	"the upstream hides the name: several people may stand behind it": "上游隐藏了名字：可能是好几个人",
	"those who gave most first; gifts that cost nothing are not counted": "送得多的在前；免费的礼物不计",
	"minutes in one point": "每个点的分钟数",
	"ms since the epoch, a whole minute": "Unix 毫秒，整分钟",
	minutes: "分钟",
	"where the span begins, ms since the epoch": "时段的开始，Unix 毫秒",
	"people watching, as last told in the span; null where nothing was told":
		"时段内最后给出的观看人数；没有给出则为 null",
	"as the messages counted them; the series adds up to it": "按消息中的计数；与走势各点之和相同",
	"the site's own total; null where it told none": "网站自己的总数；没有显示则为 null",
	"as the messages of the span counted them": "按时段内消息中的计数",
	"events up to this seq are counted; behind last_seq only while counting catches up":
		"已统计到此 seq；仅在统计尚未跟上时小于 last_seq",
	"csv for spreadsheets, jsonl for programs, parquet for analysis (needs @duckdb/node-api)":
		"csv 用于表格，jsonl 用于程序，parquet 用于分析（需要 @duckdb/node-api）",
	"the file; x-livekeeper-empty: true when nothing matched": "文件；没有符合的消息时带 x-livekeeper-empty: true",
};
